"""Several flows out of an activity, or into it, without a gateway."""

import pytest

from services.workflow.engine import parse
from tests.services.workflow.engine.drawing import end, file, flows, many, node, process, start, user


def test_all_flows_without_condition_are_taken(walk):
    xml = file(process(start(), user("a"), user("b"), user("c"), end(), flows("s a b e", "a c e")))
    assert [(note.element_id, note.rule) for note in parse(xml)[0].notes] == [("a", "no-implicit-split")]
    case = walk(xml)
    case.complete("a")
    assert case.waiting == ["b", "c"]


def choosing(first="x &gt; 1", second="x &gt; 2", **attributes):
    """a → b and c by conditions, d by default, f always."""
    ways = flows(f"a b ?{first}", f"a c ?{second}", "a d").replace("&amp;", "&")
    task = node("userTask", "a", **attributes)
    return (start(), task, *map(user, "bcd"), flows("s a"), ways)


@pytest.mark.parametrize(("x", "taken"), [(1, ["d"]), (2, ["b"]), (3, ["b", "c"])])
def test_conditions_behind_a_task_choose_like_an_inclusive_gateway(walk, x, taken):
    case = walk(file(process(*choosing(default="a-d"))))
    case.complete("a", x=x)
    assert case.waiting == taken


def test_a_flow_without_condition_is_taken_beside_those_whose_conditions_hold(walk):
    case = walk(file(process(*choosing())))
    case.complete("a", x=2)
    assert case.waiting == ["b", "d"]


def test_when_no_way_is_open_the_task_waits_as_an_incident_and_maps_its_outputs_once(walk):
    outputs = (
        "<extensionElements><zeebe:ioMapping><zeebe:output source='=n + 1' target='n'/></zeebe:ioMapping>"
        "</extensionElements>"
    )
    parts = (
        start(),
        node("userTask", "a", outputs),
        user("b"),
        user("c"),
        flows("s a", "a b ?x", "a c ?false"),
    )
    case = walk(file(process(*parts)), n=1, x=False)
    case.complete("a")
    assert case.waiting == ["!a"]
    case.resolve("a")
    assert (case.waiting, case.variables["n"]) == (["!a"], 2)
    case.set(x=True)
    case.resolve("a")
    assert (case.waiting, case.variables["n"]) == (["b"], 2)


@pytest.mark.parametrize("wrong", ["null", "1", "unknown"])
def test_a_condition_that_is_neither_true_nor_false_is_an_incident(walk, wrong):
    case = walk(file(process(*choosing(first=wrong))))
    case.complete("a", x=3)
    assert case.waiting == ["!a"]


def test_a_condition_does_not_see_what_was_local_to_the_task(walk):
    inputs = "<extensionElements><zeebe:ioMapping><zeebe:input source='=true' target='x'/></zeebe:ioMapping>"
    task = node("userTask", "a", inputs + "</extensionElements>", default="a-c")
    case = walk(file(process(start(), task, user("b"), user("c"), flows("s a", "a b ?x", "a c"))), x=False)
    case.complete("a")
    assert case.waiting == ["c"]


@pytest.mark.parametrize("tag", ["task", "manualTask", "subProcess", "callActivity"])
def test_conditions_stand_behind_activities_of_every_kind(walk, tag):
    called = "<extensionElements><zeebe:calledElement processId='q'/></extensionElements>"
    activity = node(tag, "a", called if tag == "callActivity" else "", default="a-c")
    parts = (start(), activity, user("b"), user("c"), flows("s a", "a b ?x", "a c"))
    xml = file(process(*parts), process(start("t"), id="q"))
    assert walk(xml, x=True).waiting == ["b"]
    assert walk(xml, x=False).waiting == ["c"]


def test_conditions_behind_many_runs_choose_once(walk):
    task = node("userTask", "a", many("[1, 2]"), default="a-c")
    case = walk(file(process(start(), task, user("b"), user("c"), flows("s a", "a b ?x", "a c"))), x=True)
    case.complete("a")
    assert case.waiting == ["a"]
    case.complete("a")
    assert case.waiting == ["b"]


def test_several_flows_into_a_task_each_run_it(walk):
    gate = node("parallelGateway", "g")
    case = walk(file(process(start(), gate, user("a"), user("b"), user("c"), flows("s g a c", "g b c"))))
    case.complete("a")
    case.complete("b")
    assert case.waiting == ["c", "c"]
