"""People have running cases: what an earlier release stored must still be read, and run on."""

import pytest

from services.workflow.engine import Execution, Surroundings, Variables, compile_definition, parse
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
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
from tests.services.workflow.engine.walk import NOW, Walk

INNER = node("subProcess", "sub", start("is"), user("ia"), end("ie"), flows("is ia ie"))
PROCESS = file(
    process(
        start(), node("parallelGateway", "f"), INNER, user("w"), end("we"),
        boundary("b", "sub", timer("Cycle", "R/PT1H"), interrupting=False),
        node("intermediateCatchEvent", "c", message("m")), node("parallelGateway", "j"), user("z"), end(),
        flows("s f sub j z e", "f c j", "b w we"),
    ),
    extra=message_def("m", "m"),
)  # fmt: skip
# Written by the release before event sub-processes.
STORED = b"""{"format":1,"queue":[],"scopes":[
 {"spec":"p","owner":-1,"data":{"scope":1,"start":"s"},"completed":false,"tasks":[
  ["(start)",64,-1,{}],
  ["sub",32,0,{"key":1002,"guarded":true}],
  ["c",32,0,{"key":1003,"guarded":true,"wait":{"message":"m","correlation_key":"c"}}],
  ["b",8,0,{"owner":1002,"key":1004,"wait":{"due":"2026-03-02T02:00:00+00:00",
   "started":"2026-03-02T01:00:00+00:00","again":null,"every":"PT1H","source":"R/PT1H"}}]]},
 {"spec":"p/sub","owner":1,"data":{},"completed":false,"tasks":[
  ["(start)",64,-1,{}],["ia",32,4,{"key":1006,"guarded":true}]]}]}"""


def nothing_else(*_asked, **_more):
    raise AssertionError("nothing is evaluated here")


def test_a_state_of_the_first_release_runs_to_its_end():
    [definition] = parse(PROCESS)
    variables = Variables(lambda keys: {1: {"case_id": "c"}} if 1 in keys else {})
    keys = iter(range(2000, 3000))
    around = Surroundings(NOW, lambda: next(keys), nothing_else, nothing_else, variables)
    case = Execution.load(STORED, compile_definition(definition), {}, around)
    assert sorted(w.node.id for w in case.waiting()) == ["b", "c", "ia"]
    case.fire(1004, {})
    case.run()
    case.complete(1006, {"done": True})
    case.fire(1003, {})
    case.run()
    assert sorted(w.node.id for w in case.waiting()) == ["w", "z"]
    for waiting in case.waiting():
        case.complete(waiting.key, {})
    assert case.run().ended


@pytest.mark.parametrize("cap", range(1, 9))
def test_a_step_cap_may_cut_a_step_off_anywhere(cap):
    """Also just when nothing is left in the queue but an inclusive join that may go on now."""
    ways = flows("s f", "f a ?true", "f b ?true", "a j", "b j z e")
    gateways = node("inclusiveGateway", "f"), node("inclusiveGateway", "j")
    xml = file(process(start(), *gateways, node("task", "a"), node("task", "b"), user("z"), end(), ways))
    assert Walk(xml, durable=True, cap=cap).waiting == ["z"]
