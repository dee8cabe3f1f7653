"""The shape of a case: a stage that is begun anew, suspended beside, and a service that is broken off."""

from services.workflow.engine.journal import Subscribed
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)

MESSAGES = "".join(message_def(name, name) for name in ("changed", "suspended", "terminated", "overturned"))


def call(id, process_id):
    given = f'calledElement processId="{process_id}" propagateAllChildVariables="false"'
    return node("callActivity", id, ext(given))


def called(id, *tasks):
    steps = " ".join((f"{id}_s", *tasks, f"{id}_e"))
    return process(start(f"{id}_s"), *map(user, tasks), end(f"{id}_e"), flows(steps), id=id)


STAGE = node(
    "subProcess", "stage", start("hs"), node("exclusiveGateway", "kind", default="kind-handling"),
    call("handling", "h"), call("other", "o"), node("exclusiveGateway", "same"), end("he"),
    boundary("suspend", "handling", message("suspended"), interrupting=False),
    call("suspension", "u"), end("ue"),
    flows("hs kind handling same he", 'kind other ?case_kind = "other"', "other same"),
    flows("suspend suspension ue"),
)  # fmt: skip
SERVICE = node(
    "subProcess", "service", start("ss"), node("exclusiveGateway", "again"), call("dispatch", "d"), STAGE,
    boundary("change", "stage", message("changed")),
    user("closing"), end("se"), flows("ss again dispatch stage closing se", "change again"),
)  # fmt: skip
CASE = file(
    process(
        start(), node("exclusiveGateway", "in"), SERVICE, end(),
        boundary("stop", "service", message("terminated")),
        call("terminating", "t"), end("archived"), boundary("overturn", "terminating", message("overturned")),
        flows("s in service e", "stop terminating archived", "overturn in"),
    ),
    called("d", "choose"), called("h", "meet", "evidence"), called("o", "advise"),
    called("u", "resume"), called("t", "file"),
    extra=MESSAGES,
)  # fmt: skip


def handled(walk):
    """A case that is being handled."""
    case = walk(CASE, case_id="c", case_kind="litigation")
    assert case.waiting == ["choose", "stop"]
    case.complete("choose")
    assert case.waiting == ["change", "meet", "stop", "suspend"]
    return case


def test_the_whole_way(walk):
    case = handled(walk)
    for task in ("meet", "evidence", "closing"):
        case.complete(task)
    assert case.ended
    assert case.stored.keys() == {1}


def test_several_suspensions_at_once_while_the_work_goes_on(walk):
    case = handled(walk)
    case.fire("suspend", suspension_id="1")
    case.fire("suspend", suspension_id="2")
    assert case.waiting == ["change", "meet", "resume", "resume", "stop", "suspend"]
    case.complete("resume")
    case.complete("meet")
    case.complete("evidence")
    assert case.waiting == ["change", "resume", "stop"], "the stage is not over while it is suspended"
    case.complete("resume")
    assert case.waiting == ["closing", "stop"]


def test_a_change_while_suspended_ends_the_suspension_and_begins_the_stage_anew(walk):
    case = handled(walk)
    case.fire("suspend")
    case.fire("change", previous_handler_id="h-1")
    assert case.waiting == ["choose", "stop"]
    assert case.variables["previous_handler_id"] == "h-1"
    case.complete("choose")
    assert case.waiting == ["change", "meet", "stop", "suspend"]
    keys = [s.key for s in case.details(Subscribed) if s.node.id == "change"]
    assert len(set(keys)) == 2


def test_changing_again_and_again(walk):
    case = handled(walk)
    for _ in range(3):
        case.complete("meet")
        case.fire("change")
        case.complete("choose")
    assert case.waiting == ["change", "meet", "stop", "suspend"]
    scopes = [key for key in case.stored if case.stored[key]]
    assert len(scopes) == 2, "the case's own variables, and those of the process that is called now"


def test_breaking_off_takes_open_suspensions_away(walk):
    case = handled(walk)
    case.fire("suspend")
    case.fire("stop", ground="withdrawn")
    assert case.waiting == ["file", "overturn"]
    cancelled = [x for x in case.happened() if x[0] == "x"]
    assert cancelled == ["xmeet", "xhandling", "xresume", "xsuspension", "xstage", "xservice"]
    case.complete("file")
    assert case.ended
    assert case.variables["ground"] == "withdrawn"
    assert case.stored.keys() == {1}


def test_breaking_off_at_any_stage(walk):
    case = walk(CASE, case_id="c", case_kind="other")
    case.fire("stop")
    assert case.waiting == ["file", "overturn"]
    case.fire("overturn")
    case.complete("choose")
    assert case.waiting == ["advise", "change", "stop"]
    case.complete("advise")
    case.fire("stop")
    assert case.waiting == ["file", "overturn"]
    case.fire("overturn")
    assert case.waiting == ["choose", "stop"]


def test_what_begins_on_the_border_of_a_stage_outlives_it(walk):
    stage = node("subProcess", "stage", start("is"), user("ia"), end("ie"), flows("is ia ie"))
    border = (
        boundary("suspend", "stage", message("suspended"), interrupting=False),
        boundary("change", "stage", message("changed")),
    )
    parts = user("r"), user("z"), node("exclusiveGateway", "m"), *border, stage
    whole = process(start(), *parts, end(), flows("s m stage z e", "suspend r e", "change m"))
    case = walk(file(whole, extra=MESSAGES), case_id="c")
    case.fire("suspend")
    case.fire("suspend")
    case.fire("change")
    assert case.waiting == ["change", "ia", "r", "r", "suspend"]
    case.complete("ia")
    case.complete("z")
    case.complete("r")
    assert not case.ended
    case.complete("r")
    assert case.ended


def test_a_call_with_two_events_on_its_border(walk):
    border = (
        boundary("warn", "k", timer("Cycle", "R2/P1D"), interrupting=False),
        boundary("stop", "k", message("terminated")),
    )
    whole = process(
        start(), call("k", "d"), *border, user("w"), user("y"), end(),
        flows("s k e", "warn w e", "stop y e"),
    )  # fmt: skip
    case = walk(file(whole, called("d", "choose"), extra=MESSAGES), case_id="c")
    case.fire("warn")
    assert case.waiting == ["choose", "stop", "w", "warn"]
    case.fire("stop")
    assert case.waiting == ["w", "y"]
