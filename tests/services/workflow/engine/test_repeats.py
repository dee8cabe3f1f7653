"""Multi-instance activities, in parallel and in sequence."""

import pytest

from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    file,
    flows,
    job,
    many,
    message,
    message_def,
    node,
    process,
    start,
    user,
)


def several(sequential, until="", task=user, items="xs"):
    marker = many(
        items, sequential=sequential, until=until, inputElement="x", outputCollection="ys", outputElement="=y"
    )
    return file(process(start(), task("a", marker), user("z"), end(), flows("s a z e")))


def test_parallel_runs_keep_their_variables_apart(walk):
    case = walk(several(False), xs=[10, 20, 30])
    keys = case.keys("a")
    assert [case.local(k) for k in keys] == [
        {"loopCounter": 1, "x": 10, "y": None},
        {"loopCounter": 2, "x": 20, "y": None},
        {"loopCounter": 3, "x": 30, "y": None},
    ]
    for key, y in zip(reversed(keys), "cba", strict=True):
        case._load().complete(key, {"y": y, "n": y})
        case._settle()
    assert case.waiting == ["z"]
    assert case.variables == {"xs": [10, 20, 30], "ys": ["a", "b", "c"], "n": "a"}
    assert case.stored.keys() == {1}


def test_sequential_runs_come_one_after_the_other(walk):
    case = walk(several(True, task=job), xs=[1, 2])
    assert len(case.keys("a")) == 1
    case.complete("a", y=1)
    assert len(case.keys("a")) == 1
    case.complete("a", y=2)
    assert case.variables["ys"] == [1, 2]
    assert case.waiting == ["z"]


@pytest.mark.parametrize("sequential", [True, False])
def test_no_items_no_runs(walk, sequential):
    case = walk(several(sequential), xs=[])
    assert case.waiting == ["z"]
    assert case.variables["ys"] == []


@pytest.mark.parametrize("xs", [None, 3, "abc"])
def test_items_must_be_a_list(walk, xs):
    case = walk(several(False), xs=xs)
    assert case.waiting == ["!a"]
    case.set(xs=[1])
    case.resolve("a")
    assert case.waiting == ["a"]


@pytest.mark.parametrize("sequential", [True, False])
def test_the_completion_condition_ends_the_other_runs(walk, sequential):
    case = walk(several(sequential, until="numberOfCompletedInstances = 2"), xs=[1, 2, 3])
    case.complete("a", y="one")
    case.complete("a", y="two")
    assert case.waiting == ["z"]
    assert case.variables["ys"] == ["one", "two", None]


def test_a_boundary_event_guards_all_runs_together(walk):
    marker = many("xs")
    xml = file(
        process(
            start(),
            user("a", marker),
            boundary("b", "a", message("m")),
            user("z"),
            user("w"),
            end(),
            flows("s a z e", "b w e"),
        ),
        extra=message_def("m", "m"),
    )
    case = walk(xml, xs=[1, 2], case_id="c")
    assert case.waiting == ["a", "a", "b"]
    case.fire("b")
    assert case.waiting == ["w"]
    assert case.stored.keys() == {1}


def test_runs_of_a_sub_process(walk):
    marker = many("xs", inputElement="x", outputCollection="ys", outputElement="=y")
    xml = file(
        process(
            start(),
            node("subProcess", "sub", marker, start("is"), user("a"), end("ie"), flows("is a ie")),
            user("z"),
            end(),
            flows("s sub z e"),
        )
    )
    case = walk(xml, xs=["p", "q"])
    first, second = case.keys("a")
    chain = case._load().scopes_of(second)
    assert [case.local(k) for k in chain][1] == {"loopCounter": 2, "x": "q", "y": None}
    for key, y in ((second, 2), (first, 1)):
        case._load().complete(key, {"y": y})
        case._settle()
    assert case.variables["ys"] == [1, 2]


def test_an_error_in_one_run_is_caught_at_the_body(walk):
    xml = file(
        process(
            start(),
            job("a", many("xs")),
            boundary("b", "a", error("bad")),
            user("w"),
            end(),
            flows("s a e", "b w e"),
        ),
        extra=error_def("bad", "BAD"),
    )
    case = walk(xml, xs=[1, 2])
    assert case.throw("a", "BAD")
    assert case.waiting == ["w"]


def test_a_collection_that_shrinks_under_way_is_an_incident(walk):
    case = walk(several(True), xs=[1, 2])
    case.set(xs=[1])
    case.complete("a", y=1)
    assert case.waiting == ["!a"]
    case.set(xs=[1, 5])
    case.resolve("a")
    assert case.local(case.key("a"))["x"] == 5
