"""Decisions of workflow without a database."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.workflow import rules
from services.workflow.deploying import caseflow
from services.workflow.engine import parse
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
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


@dataclass
class Task:
    assignee: str | None = None
    candidate_groups: list[str] = field(default_factory=list)
    candidate_users: list[str] = field(default_factory=list)
    org_path: str = "/a/b/"


ANN = someone("ann", "reviewer", at="/a/")


@pytest.mark.parametrize(
    ("task", "may"),
    [
        (Task(), False),
        (Task(candidate_groups=["reviewer"]), True),
        (Task(candidate_groups=["approver"]), False),
        (Task(candidate_groups=["approver", "reviewer"]), True),
        (Task(candidate_groups=["reviewer"], org_path="/b/"), False),
        (Task(candidate_groups=["reviewer"], org_path=""), False),
        (Task(candidate_users=[str(ANN.id)]), True),
        (Task(candidate_users=["ann"]), False),
        (Task(assignee=str(ANN.id)), True),
        (Task(assignee="other", candidate_groups=["reviewer"]), True),
    ],
)
def test_may_take(task, may):
    assert rules.may_take(ANN, task) is may


@pytest.mark.parametrize(
    ("separate", "done", "broken"),
    [
        ([], [("a", "ann")], None),
        (["a"], [], None),
        (["a"], [("a", "ben")], None),
        (["a"], [("a", "ann")], "a"),
        (["a", "b"], [("a", "ben"), ("b", "ann")], "b"),
        (["a"], [("b", "ann")], None),
    ],
)
def test_separation(separate, done, broken):
    assert rules.broken_separation(separate, done, "ann") == broken


@pytest.mark.parametrize(
    ("groups", "users", "assignee", "lane", "expected"),
    [
        (["a"], [], None, "审查人员", ["a"]),
        ([], [], None, "审查人员", ["reviewer"]),
        ([], [], None, "someone", ["someone"]),
        ([], [], None, None, []),
        ([], ["u"], None, "审查人员", []),
        ([], [], "u", "审查人员", []),
    ],
)
def test_the_lane_is_the_last_resort(groups, users, assignee, lane, expected):
    assert rules.groups_of(groups, users, assignee, lane) == expected


def test_back_off_grows_to_five_minutes():
    waits = [rules.wait_before_retry(n).total_seconds() for n in (1, 2, 3, 4, 5, 50)]
    assert waits == [1, 4, 16, 64, 256, 300]
    assert timedelta(minutes=5) == rules.LONGEST_WAIT


def case(*parts, extra=""):
    """The faults of a process that begins as SUBMITTED, with a called one."""
    begin = marked("startEvent", "s", message("m"), caseState="SUBMITTED")
    xml = file(process(begin, *parts), extra, extra=message_def("m", "m", None))
    return caseflow.faults({d.process_id: d for d in parse(xml)})


def at(id, state):
    return marked("task", id, caseState=state)


@pytest.mark.parametrize(
    ("states", "faults"),
    [
        (["REGISTERED", "UNDER_REVIEW", "GRANTED"], {}),
        (["REGISTERED", "REGISTERED"], {}),
        (["UNDER_REVIEW"], {("p", "t0"): "UNDER_REVIEW"}),
        (["REGISTERED", "GRANTED", "DISPATCHING"], {("p", "t1"): "GRANTED"}),
        (["REGISTERED", "NONSENSE"], {("p", "t1"): "NONSENSE"}),
    ],
)
def test_states_along_a_line(states, faults):
    names = [f"t{i}" for i in range(len(states))]
    parts = [at(n, s) for n, s in zip(names, states, strict=True)]
    assert case(*parts, end(), flows(f"s {' '.join(names)} e")) == faults


def test_states_through_a_loop_and_a_sub_process():
    inner = node("subProcess", "sub", start("is"), at("r", "UNDER_REVIEW"), end("ie"), flows("is r ie"))
    assert (
        case(
            at("g", "REGISTERED"),
            inner,
            node("exclusiveGateway", "x", default="x-e"),
            at("c", "CORRECTION"),
            end(),
            flows("s g sub x", "x c ?true", "c sub", "x e"),
        )
        == {}
    )


def test_an_interruption_may_happen_in_any_state_inside():
    inner = node(
        "subProcess",
        "sub",
        start("is"),
        at("r", "UNDER_REVIEW"),
        user("u"),
        at("d", "GRANTED"),
        end("ie"),
        flows("is r u d ie"),
    )
    assert (
        case(
            at("g", "REGISTERED"),
            inner,
            boundary("b", "sub", timer("Duration", "P1D")),
            at("w", "WITHDRAWN"),
            end(),
            flows("s g sub e", "b w e"),
        )
        == {}
    )


def test_states_go_into_a_called_process_and_out_again():
    call = node("callActivity", "c", ext('calledElement processId="q"'))
    called = process(start("s"), at("r", "UNDER_REVIEW"), end("e"), flows("s r e"), id="q")
    assert (
        case(at("g", "REGISTERED"), call, at("ok", "GRANTED"), end(), flows("s g c ok e"), extra=called) == {}
    )
    found = case(call, at("ok", "DISPATCHING"), end(), flows("s c ok e"), extra=called)
    assert found == {("q", "r"): "UNDER_REVIEW", ("p", "ok"): "DISPATCHING"}


def test_a_process_that_calls_itself_comes_to_an_end():
    again = node("callActivity", "c", ext('calledElement processId="p"'))
    assert case(at("g", "REGISTERED"), again, end(), flows("s g c e")) == {}


def test_a_message_between_activities_may_come_while_the_activity_runs():
    call = node("callActivity", "c", ext('calledElement processId="q"'))
    called = process(start("s"), at("r", "UNDER_REVIEW"), end("e"), flows("s r e"), id="q")
    beside = boundary("b", "c", message("n"), interrupting=False)
    parts = (at("g", "REGISTERED"), call, beside, at("w", "CORRECTION"), end(), flows("s g c e", "b w e"))
    assert case(*parts, extra=called + message_def("n", "n", "=k")) == {}


def twice(second, *parts):
    """The faults of a process with a second start that says nothing about the state."""
    also = marked("startEvent", "s2", message("n"))
    begin = (also, at("r", "REGISTERED"), at("u", "UNDER_REVIEW"), at("x", "REFUSED"), at("again", second))
    return case(*begin, *parts, end(), flows("s r u x e", "s2 again e"), extra=message_def("n", "n", None))


@pytest.mark.parametrize(
    ("second", "faults"),
    [
        ("GRANTED", {}),  # REFUSED is how the first run ends
        ("REGISTERED", {}),  # nothing was before
        ("DISPATCHING", {("p", "again"): "DISPATCHING"}),  # no run ends with REGISTERED or GRANTED
        ("COMPLETED", {("p", "again"): "COMPLETED"}),
        ("CORRECTION", {("p", "again"): "CORRECTION"}),  # UNDER_REVIEW is never an end
    ],
)
def test_a_case_may_begin_again_in_the_state_it_ended_in(second, faults):
    assert twice(second) == faults
