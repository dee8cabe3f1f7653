"""Sequence, choices, loops and ends."""

import pytest

from services.workflow.engine import Execution, NotWaiting
from services.workflow.engine.journal import Incident, Move
from tests.services.workflow.engine.drawing import (
    end,
    file,
    flows,
    job,
    node,
    process,
    start,
    user,
)

LINE = file(process(start(), user("a"), job("b"), end(), flows("s a b e")))


def test_a_line_is_walked_in_order(walk):
    case = walk(LINE)
    assert case.waiting == ["a"]
    case.complete("a")
    case.complete("b")
    assert case.happened() == ["+s", "-s", "+a", "-a", "+b", "-b", "+e", "-e", "ended"]
    assert case.ended


def test_what_does_not_wait_cannot_be_completed(walk):
    case = walk(LINE)
    key = case.key("a")
    case.complete("a")
    with pytest.raises(NotWaiting):
        case._load().complete(key, {})


XOR = file(
    process(
        start(),
        user("a"),
        node("exclusiveGateway", "x", default="x-no"),
        user("yes"),
        user("no"),
        end(),
        flows("s a x", "x yes ?ok = true", "x no", "yes e", "no e"),
    )
)


@pytest.mark.parametrize(("ok", "way"), [(True, "yes"), (False, "no")])
def test_the_condition_chooses(walk, ok, way):
    case = walk(XOR)
    case.complete("a", ok=ok)
    assert case.waiting == [way]


@pytest.mark.parametrize("given", [{}, {"ok": None}, {"ok": "yes"}])
def test_a_condition_that_is_neither_true_nor_false_is_an_incident(walk, given):
    case = walk(XOR.replace(b"ok = true", b"ok"))
    case.complete("a", **given)
    assert case.waiting == ["!x"]
    [incident] = case.details(Incident)
    assert incident.kind == "CONDITION_ERROR"
    case.set(ok=True)
    case.resolve("x")
    assert case.waiting == ["yes"]


def test_no_way_on_is_an_incident(walk):
    case = walk(XOR.replace(b' default="x-no"', b"").replace(b'targetRef="no">', b'targetRef="no">' + NEVER))
    case.complete("a", ok=False)
    assert case.waiting == ["!x"]


NEVER = b"<conditionExpression>=false</conditionExpression>"


LOOP = file(
    process(
        start(),
        user("a"),
        node("exclusiveGateway", "x", default="x-e"),
        end(),
        flows("s a x", "x a ?again = true", "x e"),
    )
)


def test_a_loop_leaves_no_trace_in_the_state(walk):
    case = walk(LOOP)
    for _ in range(3):
        case.complete("a", again=True)
    size = len(case.state)
    for _ in range(50):
        case.complete("a", again=True)
    assert len(case.state) == size
    case.complete("a", again=False)
    assert case.ended


def test_the_state_of_one_open_task_is_small(walk):
    assert len(walk(LINE).state) < 300


def test_plain_and_manual_tasks_pass(walk):
    case = walk(
        file(
            process(start(), node("task", "t"), node("manualTask", "m"), user("a"), end(), flows("s t m a e"))
        )
    )
    assert case.waiting == ["a"]


def test_a_cancelled_instance_is_over(walk):
    case = walk(LINE)
    case.cancel()
    assert case.happened()[-2:] == ["xa", "cancelled"]
    assert case.waiting == []
    assert case.ended


def test_the_step_cap_interrupts_and_goes_on(walk):
    xml = file(
        process(
            start(),
            *[node("task", f"t{i}") for i in range(5)],
            user("a"),
            end(),
            flows("s t0 t1 t2 t3 t4 a e"),
        )
    )
    case = walk(LINE)
    case._xml = xml
    program, library = case._programs()
    execution = Execution.start(1, program, library, case._around(), {})
    first = execution.run(max_steps=3)
    assert first.more
    again = Execution.load(execution.dump(), program, library, case._around())
    second = again.run(max_steps=100)
    assert not second.more
    assert [w.node.id for w in again.waiting()] == ["a"]
    moves = [*first.journal, *second.journal]
    assert len(moves) == 14
    assert {move.scope for move in moves if isinstance(move, Move)} == {1}
