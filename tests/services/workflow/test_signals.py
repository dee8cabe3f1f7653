"""Signals of the host: everyone who waits is reached, each in a transaction of its own."""

import pytest
import sqlalchemy as sa

from services.workflow.models import (
    CaseCopy,
    Incident,
    Instance,
    SignalDelivery,
    SignalSubscription,
    StartSignal,
)
from services.workflow.pages.story import story_of
from services.workflow.problems import DeploymentRefused
from services.workflow.waiting.aftermath import UNDER_WAY, WENT_ON, aftermath_of
from services.workflow.waiting.incidents import retry_incident
from services.workflow.waiting.signals import broadcast, deliver_signal
from tests.rig import CASE, CENTRE, START
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    ext,
    file,
    flows,
    io,
    marked,
    node,
    process,
    signal,
    signal_def,
    start,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
ALARM = signal_def("al", "alarm")
CATCH = node("intermediateCatchEvent", "c", signal("al"))
WAITS = file(process(start(), CATCH, user("z", CLERK), end(), flows("s c z e")), extra=ALARM)
HEARS = file(
    process(
        start(),
        user("a", CLERK),
        boundary("b", "a", signal("al"), interrupting=False),
        user("n", CLERK),
        event_sub("v", signal("al"), user("m", CLERK), end("ve"), flows("v_s m ve"), interrupting=False),
        end(),
        flows("s a e", "b n e"),
        id="hears",
    ),
    extra=ALARM,
)
STARTS = file(
    process(start("s", signal("al")), user("y", CLERK), end(), flows("s y e"), id="starts"), extra=ALARM
)
THROWN = node("intermediateThrowEvent", "t", io("in level = n + 1"), signal("al"))
THROWS = file(process(start(), THROWN, user("x", CLERK), end(), flows("s t x e"), id="throws"), extra=ALARM)


def cast(house, name="alarm", **variables):
    with house.work() as work:
        return broadcast(work, name, variables, sa.true())


def test_everyone_who_waits_is_reached_and_every_process_that_begins_with_it(house):
    for model in (WAITS, HEARS, STARTS):
        house.deploy(model)
    keys = [house.start(), house.start(), house.start("hears")]
    cast(house, level=3)
    assert house.open_tasks() == ["a"], "nobody is locked by who throws"
    assert house.spread_signals() == 5
    assert house.open_tasks() == ["a", "m", "n", "y", "z", "z"]
    assert [house.variables(key) for key in keys] == [{"level": 3}] * 3
    assert house.variables() == {"level": 3}
    assert house.rows(SignalDelivery) == []
    assert house.intact()


def test_nobody_else_is_reached_and_nothing_is_kept(house):
    house.deploy(WAITS)
    house.start()
    cast(house, "calm")
    assert house.rows(SignalDelivery) == []
    cast(house)
    house.spread_signals()
    late = house.start()
    assert house.spread_signals() == 0
    assert [s.instance_key for s in house.rows(SignalSubscription)] == [late]


def test_what_an_instance_throws_goes_to_others_and_to_itself(house):
    house.deploy(WAITS)
    house.deploy(STARTS)
    waiting = house.start()
    both = (
        start(), node("parallelGateway", "f"), CATCH, node("userTask", "z", CLERK), THROWN, end(), end("e2"),
        flows("s f c z e", "f t e2"),
    )  # fmt: skip
    house.deploy(file(process(*both, id="both"), extra=ALARM))
    house.start("both", n=1)
    assert house.open_tasks() == []
    assert house.spread_signals() == 3
    assert house.open_tasks() == ["y", "z", "z"]
    assert house.variables(waiting) == {"level": 2}
    begun = house.rows(Instance, process_id="starts")[0]
    assert (begun.case_id, begun.org_path) == (CASE, CENTRE), "of the case whose process threw it"
    assert house.past("signal_thrown") == ["t"]
    assert len(house.past("signal_caught")) == 2
    assert house.intact()


def test_who_goes_on_hearing_hears_every_signal_in_order(house):
    house.deploy(HEARS)
    house.start("hears")
    for number in range(3):
        cast(house, number=number)
    assert house.spread_signals() == 6
    assert house.open_tasks() == ["a", *["m"] * 3, *["n"] * 3]
    assert house.variables() == {"number": 2}


def test_who_stopped_waiting_in_the_meantime_is_passed_over(house):
    house.deploy(HEARS)
    house.start("hears")
    cast(house)
    house.complete("a", ANN)
    assert house.instance().status == "COMPLETED"
    assert house.rows(SignalSubscription) == []
    assert house.spread_signals() == 2
    assert house.rows(SignalDelivery) == []


def test_one_that_fails_stays_until_it_succeeds_and_holds_up_nobody(house):
    house.deploy(WAITS)
    broken = house.start()
    house.start()
    tokens = house.rows(Instance, key=broken)[0].tokens
    spoil(house, broken, b"not tokens")
    cast(house)
    for attempt in range(1, 6):
        assert house.incidents() == []
        hurry(house)
        house.spread_signals()
        assert [d.attempts for d in house.rows(SignalDelivery)] == [attempt]
    assert house.open_tasks() == ["z"]
    [incident] = house.incidents()
    assert (incident.kind, incident.instance_key, incident.element_id) == ("SIGNAL_ERROR", broken, "c")
    spoil(house, broken, tokens)
    with house.work() as work:
        retry_incident(work, incident.key, "boss")
    assert become_of(house, incident) == UNDER_WAY
    assert house.spread_signals() == 1
    assert (house.open_tasks(), become_of(house, incident)) == (["z", "z"], WENT_ON)
    assert house.intact()


def become_of(house, incident):
    with house.runtime.reading() as session:
        return aftermath_of(session, session.get(Incident, incident.key)).state


def hurry(house):
    with house.work() as work:
        work.session.execute(sa.update(SignalDelivery).values(next_at=START.replace(year=2000)))


def spoil(house, key, tokens):
    with house.work() as work:
        work.session.execute(sa.update(Instance).where(Instance.key == key).values(tokens=tokens))


class Crash(BaseException):
    """The process ends."""


def deliver_and_crash(house):
    with house.work() as work:
        assert deliver_signal(work)
        raise Crash


def test_a_crash_before_the_commit_neither_loses_nor_doubles_it(house):
    house.deploy(WAITS)
    house.start()
    cast(house)
    with pytest.raises(Crash):
        deliver_and_crash(house)
    assert house.open_tasks() == []
    assert house.spread_signals() == 1
    assert house.open_tasks() == ["z"]


def test_only_the_newest_version_begins(house):
    house.deploy(STARTS)
    house.deploy(STARTS.replace(b"alarm", b"fire"))
    assert [row.name for row in house.rows(StartSignal)] == ["fire"]
    cast(house)
    cast(house, "fire")
    assert house.spread_signals() == 1
    assert house.instance().version == 2


def test_the_case_tells_what_was_thrown_and_heard(house):
    both = (
        start(), node("parallelGateway", "f"), CATCH.replace('id="c"', 'id="c" name="有人报警"'),
        THROWN, user("x", CLERK), end(), end("e2"), flows("s f c e", "f t x e2"),
    )  # fmt: skip
    house.deploy(file(process(*both), extra=ALARM))
    house.start(n=1)
    house.spread_signals()
    case = CaseCopy(case_id=CASE, number="1", agency=CENTRE, applicant_id=ANN.id)
    with house.runtime.reading() as session:
        told = [happening.text for happening in story_of(session, case, someone("boss", "process_owner"))]
    assert [text for text in told if "：" in text] == ["发出：t", "收到：有人报警"]


def test_a_case_that_begins_with_a_signal_cannot_begin_anywhere(house):
    onwards = marked("task", "t", caseState="GRANTED")
    model = process(start("s", signal("al")), onwards, end(), flows("s t e"))
    with pytest.raises(DeploymentRefused) as refused:
        house.deploy(file(model, extra=ALARM))
    assert [f["rule"] for f in refused.value.details["faults"]] == ["case-state"]


def test_the_api_reaches_the_places_of_who_sends(house):
    house.deploy(WAITS)
    house.start()
    elsewhere = house.start(agency="/other-city/")
    body = {"signalName": "alarm", "variables": {"level": 1}}
    answer = house.client("integration").post("/v2/signals/broadcast", json=body)
    assert answer.status_code == 200
    assert answer.get_json()["signalKey"] == str(house.rows(SignalDelivery)[0].signal_key)
    assert house.spread_signals() == 1
    assert [s.instance_key for s in house.rows(SignalSubscription)] == [elsewhere]
    other = house.client("integration", at="/other-city/").post(
        "/v2/signals/broadcast", json=body | {"variables": {"agency": CENTRE}}
    )
    assert other.status_code == 403
    assert house.client("clerk").post("/v2/signals/broadcast", json=body).status_code == 403
    assert house.client("integration").post("/v2/signals/broadcast", json={}).status_code == 400
