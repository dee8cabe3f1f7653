"""Forks and joins: every token counts, none is lost, the state stays flat."""

import pytest

from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    file,
    flows,
    node,
    process,
    start,
    timer,
    user,
)

BESIDE = file(
    process(
        start(),
        node("parallelGateway", "f"),
        user("open"),
        user("a"),
        node("exclusiveGateway", "x", default="x-j"),
        node("parallelGateway", "j"),
        user("z"),
        end(),
        flows("s f open j", "f a x", "x a ?again = true", "x j z e"),
    )
)


def test_a_loop_beside_an_open_branch_stays_flat(walk):
    case = walk(BESIDE)
    case.complete("a", again=True)
    size = len(case.state)
    for _ in range(40):
        case.complete("a", again=True)
    assert len(case.state) == size
    case.complete("open")
    case.complete("a", again=False)
    assert case.waiting == ["z"]
    case.complete("z")
    assert case.ended


FORK = file(
    process(
        start(),
        node("parallelGateway", "f"),
        user("a"),
        user("b"),
        node("parallelGateway", "j"),
        user("z"),
        end(),
        flows("s f a j", "f b j", "j z e"),
    )
)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_join_waits_for_every_branch(walk, order):
    case = walk(FORK)
    case.complete(order[0])
    assert case.waiting == [order[1]]
    case.complete(order[1])
    assert case.waiting == ["z"]
    case.complete("z")
    assert case.happened().count("-j") == 1
    assert case.ended


def test_a_change_made_in_one_branch_is_seen_in_the_other_and_survives_the_join(walk):
    case = walk(FORK, ok=False, items=[1, 2, 3])
    case.complete("a", ok=True, items=[9])
    case.complete("b")
    assert case.variables == {"ok": True, "items": [9]}


SURPLUS = file(
    process(
        start(),
        node("parallelGateway", "f"),
        user("a"),
        user("b"),
        user("c"),
        node("exclusiveGateway", "m"),
        node("parallelGateway", "j"),
        user("z"),
        end(),
        flows("s f a m", "f b m", "m j", "f c j", "j z e"),
    )
)


def test_a_surplus_token_waits_at_the_join_for_the_next_round(walk):
    case = walk(SURPLUS)
    case.complete("a")
    case.complete("b")
    assert case.waiting == ["c"]
    case.complete("c")
    assert case.waiting == ["z"]
    case.complete("z")
    # The second token on m-j has no partner and never will have one: visible, not lost.
    assert case.waiting == ["!j"]
    assert not case.ended


def test_flows_straight_from_fork_to_join(walk):
    case = walk(
        file(
            process(
                start(),
                node("parallelGateway", "f"),
                node("parallelGateway", "j"),
                user("z"),
                end(),
                '<sequenceFlow id="one" sourceRef="f" targetRef="j"/>',
                '<sequenceFlow id="two" sourceRef="f" targetRef="j"/>',
                flows("s f", "j z e"),
            )
        )
    )
    assert case.waiting == ["z"]
    assert case.happened().count("+z") == 1


def test_a_task_with_two_outgoing_flows_forks(walk):
    case = walk(file(process(start(), user("a"), user("b"), user("c"), end(), flows("s a b e", "a c e"))))
    case.complete("a")
    assert case.waiting == ["b", "c"]
    case.complete("b")
    assert not case.ended
    case.complete("c")
    assert case.ended


def test_a_branch_may_end_without_an_end_event(walk):
    case = walk(file(process(start(), user("a"), flows("s a"))))
    case.complete("a")
    assert case.ended


OR = file(
    process(
        start(),
        node("inclusiveGateway", "f", default="f-d"),
        user("a"),
        user("b"),
        user("d"),
        node("inclusiveGateway", "j"),
        user("z"),
        end(),
        flows("s f", "f a ?x > 0", "f b ?x > 1", "f d", "a j", "b j", "d j", "j z e"),
    )
)


@pytest.mark.parametrize(("x", "open_"), [(0, ["d"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_gateway_opens_every_true_way_and_waits_for_just_those(walk, x, open_):
    case = walk(OR, x=x)
    assert case.waiting == open_
    for element in open_:
        assert "z" not in case.waiting
        case.complete(element)
    assert case.waiting == ["z"]
    assert case.happened().count("+z") == 1


def test_an_inclusive_join_waits_for_a_boundary_path(walk):
    case = walk(
        file(
            process(
                start(),
                node("inclusiveGateway", "f"),
                user("a"),
                user("b"),
                boundary("t", "b", timer("Duration", "P1D")),
                user("late"),
                node("inclusiveGateway", "j"),
                user("z"),
                end(),
                end("e2"),
                flows("s f", "f a ?true", "f b ?true", "a j", "b e2", "t late j", "j z e"),
            )
        )
    )
    case.complete("a")
    assert case.waiting == ["b", "t"]
    case.fire("t")
    assert case.waiting == ["late"]
    case.complete("late")
    assert case.waiting == ["z"]


def test_terminate_takes_every_other_token_away(walk):
    case = walk(
        file(
            process(
                start(),
                node("parallelGateway", "f"),
                user("a"),
                user("b"),
                end("t", "<terminateEventDefinition/>"),
                end(),
                flows("s f a t", "f b e"),
            )
        )
    )
    case.complete("a")
    assert case.happened()[-3:] == ["-t", "xb", "ended"]
    assert case.waiting == []


def test_terminate_takes_away_a_token_that_is_on_its_way_into_a_join(walk):
    case = walk(
        file(
            process(
                start(),
                node("parallelGateway", "f"),
                user("b"),
                end("t", "<terminateEventDefinition/>"),
                node("parallelGateway", "j"),
                end(),
                flows("s f t", "f j", "f b j e"),
            )
        )
    )
    assert case.ended
    assert case.waiting == []


def test_an_inclusive_join_in_a_loop_waits_in_each_round_for_what_was_opened_in_it(walk):
    split, join = node("inclusiveGateway", "f", default="f-c"), node("inclusiveGateway", "j")
    loop = (node("exclusiveGateway", "m"), node("exclusiveGateway", "g", default="g-e"))
    tasks = map(user, ["a", "b", "c", "again"])
    ways = flows("s m f", "f a ?x > 0", "f b ?x > 1", "f c", "a j", "b j", "c j again g e", "g m ?more")
    case = walk(file(process(start(), split, join, *loop, *tasks, end(), ways)), x=2)
    case.complete("a")
    assert case.waiting == ["b"]
    case.complete("b")
    for x, opened in ((0, "c"), (1, "a")):
        assert case.waiting == ["again"]
        case.complete("again", more=True, x=x)
        assert case.waiting == [opened]
        case.complete(opened)
    case.complete("again", more=False)
    assert case.ended
