"""Who catches an error: the border of what threw it, the scope around, the border of that scope …"""

import pytest

from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    event_sub,
    ext,
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

FAULTS = error_def("bad", "BAD") + error_def("odd", "ODD") + message_def("n", "noted")
ANY = "<errorEventDefinition/>"


def catch(id, definition, *more, inner=""):
    """An event sub-process with one task, for an error."""
    body = user(f"{id}u"), end(f"{id}e"), flows(f"{id}_s {id}u {id}e")
    return event_sub(id, definition, *body, *more, inner=inner)


def line(*more):
    """A process of one job, and what else is in it."""
    return file(process(start(), job("j"), user("z"), end(), flows("s j z e"), *more), extra=FAULTS)


def test_an_error_of_a_worker_takes_everything_else_away(walk):
    beside = node("parallelGateway", "f"), job("j"), user("b"), catch("v", error("bad"))
    case = walk(file(process(start(), *beside, end(), flows("s f j e", "f b e")), extra=FAULTS))
    assert case.waiting == ["b", "j"], "an error is not waited for"
    assert case.throw("j", "BAD", why="no stamp")
    assert case.waiting == ["vu"]
    assert case.happened()[-6:] == ["xj", "xb", "+v", "+v_s", "-v_s", "+vu"]
    assert case.variables == {"why": "no stamp"}
    case.complete("vu")
    assert case.ended


def test_an_error_end_event_is_caught_in_its_own_scope(walk):
    xml = file(
        process(start(), user("a"), end("bang", error("bad")), flows("s a bang"), catch("v", error("bad"))),
        extra=FAULTS,
    )
    case = walk(xml)
    case.complete("a")
    assert case.waiting == ["vu"]
    case.complete("vu")
    assert case.ended
    assert not case.stored.keys() - {1}


@pytest.mark.parametrize(("code", "taken"), [("BAD", "v"), ("ODD", "w")])
def test_the_named_error_comes_before_every_error(walk, code, taken):
    case = walk(line(catch("w", ANY), catch("v", error("bad"))))
    assert case.throw("j", code)
    assert case.waiting == [f"{taken}u"]


def test_an_error_nobody_catches_changes_nothing(walk):
    case = walk(line(catch("v", error("bad"))))
    before = case.happened(), case.waiting
    assert not case.throw("j", "ODD")
    assert (case.happened(), case.waiting) == before


def test_the_border_of_the_thrower_comes_before_its_scope(walk):
    own = boundary("b", "j", error("bad")) + user("m") + flows("b m e")
    case = walk(line(own, catch("v", ANY)))
    assert case.throw("j", "BAD")
    assert case.waiting == ["m"]
    case = walk(line(own, catch("v", ANY)))
    assert case.throw("j", "ODD")
    assert case.waiting == ["vu"]


def nested(inside="", around="", border=""):
    """A job in a sub-process, and catchers inside it, on its border, and around it."""
    sub = node("subProcess", "sub", start("is"), job("j"), end("ie"), flows("is j ie"), inside)
    return file(process(start(), sub, border, end(), flows("s sub e"), around), extra=FAULTS)


ON_BORDER = boundary("b", "sub", error("bad")) + user("m") + flows("b m e")


@pytest.mark.parametrize(
    ("parts", "waiting"),
    [
        ({"inside": catch("v", ANY), "border": ON_BORDER, "around": catch("w", ANY)}, ["vu"]),
        ({"inside": catch("v", error("odd")), "border": ON_BORDER, "around": catch("w", ANY)}, ["m"]),
        ({"inside": catch("v", error("odd")), "around": catch("w", ANY)}, ["wu"]),
    ],
)
def test_the_innermost_catcher_takes_it(walk, parts, waiting):
    case = walk(nested(**parts))
    assert case.throw("j", "BAD")
    assert case.waiting == waiting
    case.complete(waiting[0])
    assert case.ended


def test_an_error_while_one_is_handled_goes_to_the_border(walk):
    again = event_sub("v", error("bad"), job("vj"), end("ve"), flows("v_s vj ve"))
    case = walk(nested(inside=again, border=ON_BORDER))
    assert case.throw("j", "BAD")
    assert case.waiting == ["vj"]
    assert case.throw("vj", "BAD")
    assert case.waiting == ["m"]


def test_an_error_beside_the_rest_is_caught_by_the_scope(walk):
    beside = event_sub("w", message("n"), job("wj"), end("we"), flows("w_s wj we"), interrupting=False)
    case = walk(line(beside, catch("v", error("bad"))), case_id="c")
    case.fire("w_s")
    case.fire("w_s")
    assert case.throw("wj", "BAD")
    assert case.waiting == ["vu"]


def test_an_error_leaves_the_called_process_when_that_does_not_catch_it(walk):
    called = process(start("cs"), job("cj"), end("ce"), flows("cs cj ce"), catch("v", error("odd")), id="q")
    call = node("callActivity", "k", ext('calledElement processId="q"'))
    whole = process(start(), call, end(), flows("s k e"), catch("w", error("bad")))
    case = walk(file(whole, called, extra=FAULTS))
    assert case.throw("cj", "BAD")
    assert case.waiting == ["wu"]
    case = walk(file(whole, called, extra=FAULTS))
    assert case.throw("cj", "ODD")
    assert case.waiting == ["vu"]
    case.complete("vu")
    assert case.ended


def test_an_error_of_one_run_takes_all_runs_away(walk):
    runs = node("serviceTask", "j", ext('taskDefinition type="t"'), many("[1, 2, 3]"))
    case = walk(file(process(start(), runs, end(), flows("s j e"), catch("v", error("bad"))), extra=FAULTS))
    assert case.throw("j", "BAD")
    assert case.waiting == ["vu"]
    assert case.stored.keys() <= {1}
