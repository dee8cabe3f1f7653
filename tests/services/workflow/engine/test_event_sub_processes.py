"""Event sub-processes: a scope listens from its start to its end."""

import pytest

from services.workflow.engine import NotWaiting
from services.workflow.engine.journal import Activated, Subscribed
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    ext,
    file,
    flows,
    message,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.engine.listening import BOTH, M, inside, note, stop


def test_a_process_listens_from_its_start_to_its_end(walk):
    case = walk(BOTH, case_id="c")
    assert case.waiting == ["a", "v_s", "w_s"]
    assert case.happened() == ["+s", "-s", "+a"]
    assert [(s.message, s.correlation_key, s.scope) for s in case.details(Subscribed)] == [
        ("stopped", "c", 1),
        ("noted", "c", 1),
    ]
    case.complete("a")
    case.complete("b")
    assert case.ended
    assert case.happened()[-4:] == ["-e", "ov_s", "ow_s", "ended"]


def test_an_interrupting_one_takes_everything_else_away_and_ends_the_process(walk):
    case = walk(BOTH, case_id="c")
    case.fire("w_s")
    case.fire("v_s", why="moved")
    assert case.waiting == ["vu"]
    assert case.happened()[-9:] == ["ov_s", "xa", "ow_s", "xwu", "xw", "+v", "+v_s", "-v_s", "+vu"]
    assert case.variables == {"case_id": "c", "why": "moved"}
    case.complete("vu")
    assert case.ended
    assert case.happened()[-5:] == ["-vu", "+ve", "-ve", "-v", "ended"]
    assert case.stored.keys() == {1}


def test_one_beside_the_rest_is_heard_again_and_again(walk):
    case = walk(BOTH, case_id="c")
    for count in range(1, 4):
        case.fire("w_s")
        assert case.waiting == ["a", "v_s", "w_s", *["wu"] * count]
    assert len({s.key for s in case.details(Subscribed)}) == 5
    case.complete("wu")
    case.complete("a")
    case.complete("b")
    assert case.waiting == ["v_s", "w_s", "wu", "wu"], "the scope goes on until they are done"
    case.fire("w_s")
    for _ in range(3):
        assert not case.ended
        case.complete("wu")
    assert case.ended


def test_what_fired_is_not_waited_for_any_more(walk):
    case = walk(BOTH, case_id="c")
    heard = case.key("w_s"), case.key("v_s")
    case.fire("w_s")
    case.fire("v_s")
    for key in heard:
        with pytest.raises(NotWaiting):
            case._load().fire(key, {})


def test_the_elements_lie_in_the_scope_of_the_event_sub_process(walk):
    case = walk(BOTH, case_id="c")
    case.fire("v_s")
    moves = {m.node.id: m for m in case.details(Activated)}
    assert (moves["v"].scope, moves["v_s"].scope, moves["vu"].scope) == (1, moves["v"].key, moves["v"].key)


def test_the_start_event_goes_on_under_the_key_it_was_waited_for(walk):
    case = walk(BOTH, case_id="c")
    heard = case.key("w_s"), case.key("v_s")
    case.fire("w_s")
    case.fire("v_s")
    assert tuple(m.key for m in case.details(Activated) if m.node.id in ("w_s", "v_s")) == heard


def test_a_join_in_the_making_is_forgotten(walk):
    split = node("parallelGateway", "f"), user("a"), user("b"), node("parallelGateway", "j"), user("z")
    case = walk(
        file(process(start(), *split, end(), flows("s f a j z e", "f b j"), stop()), extra=M), case_id="c"
    )
    case.complete("a")
    case.fire("v_s")
    assert case.waiting == ["vu"]
    case.complete("vu")
    assert case.ended


def test_a_terminate_end_event_takes_them_away_too(walk):
    whole = process(
        start(), user("a"), end("e", "<terminateEventDefinition/>"), flows("s a e"), stop(), note()
    )
    case = walk(file(whole, extra=M), case_id="c")
    case.fire("w_s")
    case.complete("a")
    assert case.ended
    assert case.happened()[-6:] == ["-e", "ov_s", "ow_s", "xwu", "xw", "ended"]


def test_a_terminate_end_event_inside_ends_the_event_sub_process_alone(walk):
    inside = node("parallelGateway", "f"), user("u"), user("o"), end("t", "<terminateEventDefinition/>")
    beside = event_sub("w", message("n"), *inside, flows("w_s f u t", "f o t"), interrupting=False)
    case = walk(file(process(start(), user("a"), end(), flows("s a e"), beside), extra=M), case_id="c")
    case.fire("w_s")
    case.complete("u")
    assert case.waiting == ["a", "w_s"]


# Scopes -------------------------------------------------------------------------------------------------


def test_the_boundary_of_a_sub_process_outlasts_its_event_sub_processes(walk):
    guard = boundary("late", "sub", timer("Duration", "P9D")) + user("y") + flows("late y e")
    case = walk(inside(stop(), note(), guard=guard), case_id="c")
    case.fire("w_s")
    case.fire("v_s")
    assert case.waiting == ["late", "vu"]
    case.fire("late")
    assert case.waiting == ["y"]
    assert case.happened()[-6:] == ["xvu", "xv", "xsub", "+late", "-late", "+y"]


def test_an_event_sub_process_listens_too_while_it_runs(walk):
    nested = event_sub("v", message("m"), user("vu"), end("ve"), flows("v_s vu ve"), stop(message("n"), "i"))
    case = walk(file(process(start(), user("a"), end(), flows("s a e"), nested), extra=M), case_id="c")
    assert case.waiting == ["a", "v_s"]
    case.fire("v_s")
    assert case.waiting == ["i_s", "vu"]
    case.fire("i_s")
    assert case.waiting == ["iu"]
    case.complete("iu")
    assert case.ended


def test_a_called_process_listens_with_its_own_variables(walk):
    called = process(start("cs"), user("ca"), end("ce"), flows("cs ca ce"), stop(), note(), id="q")
    call = node("callActivity", "k", ext('calledElement processId="q" propagateAllChildVariables="false"'))
    case = walk(
        file(process(start(), call, user("z"), end(), flows("s k z e")), called, extra=M), case_id="c"
    )
    case.fire("w_s", heard=True)
    case.fire("v_s", stopped=True)
    assert case.waiting == ["vu"]
    case.complete("vu")
    assert case.waiting == ["z"]
    assert case.variables == {"case_id": "c"}


def test_each_run_of_a_multi_instance_sub_process_listens_for_itself(walk):
    runs = (
        "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[&quot;x&quot;, &quot;y&quot;]" inputElement="case_id"/>'
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )
    case = walk(inside(stop(), inner=runs))
    assert [s.correlation_key for s in case.details(Subscribed)] == ["x", "y"]
    case.fire("v_s")
    assert case.waiting == ["ia", "v_s", "vu"]
    case.complete("ia")
    assert case.waiting == ["vu"]
    case.complete("vu")
    assert case.waiting == ["z"]


def test_a_cancelled_instance_leaves_nothing_behind(walk):
    case = walk(BOTH, case_id="c")
    case.fire("w_s", round=1)
    case.cancel()
    assert case.waiting == []
    assert case.happened()[-6:] == ["ov_s", "xa", "ow_s", "xwu", "xw", "cancelled"]
    assert case.stored.keys() <= {1}
