"""Elements begun and ended by hand, and the preview of it."""

from typing import Any

import pytest

from services.workflow.changing.modification import (
    Activation,
    Modification,
    modify_instance,
    preview_modification,
)
from services.workflow.models import ElementInstance, History, Subscription, Timer
from services.workflow.problems import CaseEndsOtherwise, ChangeImpossible, ImpossibleState
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    ext,
    file,
    flows,
    io,
    many,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
HINTED = (CLERK + io("in seen = hint")).replace("</extensionElements><extensionElements>", "")
INNER = (
    start("is"), user("first", CLERK), user("second", HINTED), end("ie"),
    flows("is first second ie"), event_sub("ev", message("m"), end("eve"), flows("ev_s eve")),
)  # fmt: skip
MODEL = file(
    process(
        start(), user("a", CLERK), boundary("late", "a", timer("Duration", "P3D")),
        node("subProcess", "sub", *INNER), boundary("slow", "sub", timer("Duration", "P9D")),
        node("eventBasedGateway", "g"), node("intermediateCatchEvent", "c", message("m")),
        node("intermediateCatchEvent", "t", timer("Duration", "P1D")), user("z", CLERK),
        user("each", many("[1, 2]")), node("subProcess", "twice", start("ts"), user("one"), end("te"),
        flows("ts one te"), many("[1, 2]")), end(), end("e2"),
        node("exclusiveGateway", "x", default="x-sub"),
        flows(
            "s a x sub g", "g c z e", "g t z", "late z", "slow z", "x each ?false", "each twice e2",
        ),
    ),
    extra=message_def("m", "m"),
)  # fmt: skip


@pytest.fixture
def line(house):
    house.deploy(MODEL)
    house.start()
    return house


def begin(element, ancestor=None, **variables):
    return Activation(element, ancestor, {scope.strip("_"): values for scope, values in variables.items()})


def modify(house, *activate, end=(), how=modify_instance):
    with house.work() as work:
        return how(work, house.instance().key, Modification(activate, tuple(end)), "boss")


def refused(house, *activate, end=()):
    """The rule that stands in the way; nothing has changed."""
    before = (house.instance().tokens, len(house.rows(History)))
    with pytest.raises(ChangeImpossible) as error:
        modify(house, *activate, end=end)
    assert (house.instance().tokens, len(house.rows(History))) == before
    [one] = error.value.details["obstacles"]
    assert all(one["reason"].values())
    assert all(one["remedy"].values())
    return one["rule"]


def active(house):
    return [row.element_id for row in house.rows(ElementInstance, status="ACTIVE")]


def waits(house):
    return sorted(row.element_id for row in [*house.rows(Timer), *house.rows(Subscription)])


def test_a_token_is_moved_into_a_scope_that_does_not_run_yet(line):
    told = modify(line, begin("second", second={"hint": 7}, sub={"x": 1}, _={"y": 2}), end=["a"])
    assert active(line) == ["sub", "second"]
    assert waits(line) == ["ev_s", "slow"], "its boundary and its event sub-process are listened for"
    assert "first" not in line.past("element_activated")
    assert line.variables()["y"] == 2
    [sub, second] = line.rows(ElementInstance, status="ACTIVE")
    assert (line.variables(sub.key), line.variables(second.key)) == ({"x": 1}, {"hint": 7, "seen": 7})
    assert [one["element"] for one in told["ends"]] == ["a"]
    assert [one["element"] for one in told["starts"]] == ["sub", "second"]
    line.complete("second", ANN)
    assert waits(line) == ["c", "t"]
    assert line.intact()


def test_a_second_token_comes_into_the_scope_that_runs(line):
    modify(line, begin("first"), end=["a"])
    modify(line, begin("second"))
    assert active(line) == ["sub", "first", "second"]
    line.complete("first", ANN)
    line.complete("second", ANN)
    assert waits(line) == ["ev_s", "slow"], "the first one's own second task is open"
    line.complete("second", ANN)
    assert waits(line) == ["c", "t"]


def test_a_scope_left_empty_ends_without_going_on(line):
    modify(line, begin("first"), begin("z"), end=["a"])
    modify(line, end=["first"])
    assert (active(line), waits(line)) == (["z"], [])
    modify(line, end=[line.rows(ElementInstance, element_id="z")[0].key])
    assert line.instance().status == "TERMINATED"
    assert line.open_tasks() == []


def test_a_whole_multi_instance_activity_is_begun_and_ended(line):
    modify(line, begin("each"), end=["a"])
    assert line.open_tasks() == ["each", "each"]
    item = line.rows(ElementInstance, element_id="each", body=False)[0].key
    assert refused(line, end=[item]) == "in-body"
    modify(line, begin("z"), end=["each"])
    assert active(line) == ["z"]


def test_among_several_scopes_one_is_named(line):
    modify(line, begin("twice"), end=["a"])
    runs = [row.key for row in line.rows(ElementInstance, element_id="twice", body=False)]
    assert refused(line, begin("one")) == "ambiguous"
    modify(line, begin("one", runs[1]))
    assert [row.scope_key for row in line.rows(ElementInstance, element_id="one")] == [*runs, runs[1]]
    assert refused(line, begin("z", runs[1])) == "not-around"
    assert refused(line, begin("one", 5)) == "not-around"
    modify(line, begin("z", line.instance().key))


NOT_BEGUN = [
    (begin("s"), "not-by-hand"), (begin("late"), "not-by-hand"), (begin("ev"), "not-by-hand"),
    (begin("eve"), "not-by-hand"), (begin("one"), "not-by-hand"), (begin("c"), "behind-gateway"),
    (begin("nowhere"), "unknown-element"), (begin("z", sub={"x": 1}), "unknown-scope"),
    (begin("second", sub={"x": 1}, a={}), "unknown-scope"),
]  # fmt: skip


def test_what_cannot_be_begun_is_refused(line):
    assert [refused(line, activation) for activation, _ in NOT_BEGUN] == [rule for _, rule in NOT_BEGUN]


def test_what_cannot_be_ended_is_refused(line):
    assert refused(line, end=["z"]) == "not-running"
    assert refused(line, end=[5]) == "not-running"
    assert refused(line, end=[line.rows(Timer)[0].key]) == "on-behalf"


def test_an_interrupted_scope_begins_nothing(house):
    house.deploy(
        file(
            process(
                start(), user("a"), event_sub("ev", message("m"), user("b"), flows("ev_s b")), end(),
                flows("s a e"),
            ),
            extra=message_def("m", "m"),
        )
    )  # fmt: skip
    house.start()
    house.publish("m")
    assert refused(house, begin("a")) == "interrupted"


def test_a_preview_tells_the_same_and_keeps_nothing(line):
    before = (line.instance().revision, len(line.rows(History)), active(line))
    seen = modify(line, begin("z"), end=["a"], how=preview_modification)
    assert (line.instance().revision, len(line.rows(History)), active(line)) == before
    done = modify(line, begin("z"), end=["a"])
    for told in (seen, done):
        for one in (*told["tasks"], *told["starts"]):
            one.pop("task", one.pop("key", None))
    assert seen == done
    assert [(one["element"], one["candidateGroups"]) for one in seen["tasks"]] == [("z", ["clerk"])]


def test_the_state_of_the_case_guards_it(house):
    house.deploy(
        file(
            process(
                start(), marked("userTask", "a", caseState="SUBMITTED"),
                marked("userTask", "b", caseState="REGISTERED"), user("c"),
                marked("userTask", "d", caseState="UNDER_REVIEW"), end(), flows("s a b c d e"),
            )
        )
    )  # fmt: skip
    house.start()
    assert refused(house, begin("c"), end=["a"]) == "case-state"
    assert refused(house, begin("d"), end=["a"]) == "case-state"
    with pytest.raises(CaseEndsOtherwise):
        modify(house, end=["a"])
    modify(house, begin("b"), end=["a"])
    assert house.instance().case_state == "REGISTERED"
    with pytest.raises((ChangeImpossible, ImpossibleState)):
        modify(house, begin("a"))
    modify(house, begin("c"), end=["b"])
    modify(house, begin("d"), end=["c"])
    assert house.instance().case_state == "UNDER_REVIEW"


def test_managers_do_it_over_the_api(line):
    key, owner = line.instance().key, line.client("process_owner")
    there = f"process-instances/{key}/modification"
    body = {
        "activateInstructions": [
            {"elementId": "z", "ancestorElementInstanceKey": "-1", "variableInstructions": [
                {"variables": {"n": 1}}, {"variables": {"n": 2}, "scopeId": "z"},
            ]}
        ],
        "terminateInstructions": [{"elementId": "a"}],
    }  # fmt: skip
    assert line.client("clerk").post(f"/v2/{there}", json=body).status_code == 403
    assert line.client("process_owner", at="/x/").post(f"/v2/{there}", json=body).status_code == 404
    shown = owner.post(f"/workflow/api/{there}/preview", json=body).get_json()
    assert [one["element"] for one in shown["tasks"]] == ["z"]
    assert active(line) == ["a"]
    wrongs: list[dict[str, list[Any]]] = [{}, {"moveInstructions": [1]}, {"terminateInstructions": [{}]}]
    for wrong in wrongs:
        assert owner.post(f"/v2/{there}", json=wrong).status_code == 400
    unknown = owner.post(f"/v2/{there}", json={"terminateInstructions": [{"elementId": "q"}]})
    assert (unknown.status_code, unknown.get_json()["obstacles"][0]["elementId"]) == (409, "q")
    assert owner.post(f"/v2/{there}", json={**body, "reason": "wrong way"}).status_code == 204
    assert active(line) == ["z"]
    [entry] = line.rows(History, kind="instance_modified")
    assert entry.body["reason"] == "wrong way"
    assert entry.body["activate"][0]["variables"] == {"": {"n": 1}, "z": {"n": 2}}
    assert owner.post(f"/workflow/api/process-instances/{key}/suspension").status_code == 204
    assert owner.post(f"/v2/{there}", json=body).status_code == 409
    assert owner.post(f"/workflow/api/process-instances/{key}/resumption").status_code == 204
