"""Event sub-processes and link events that would not run exactly as drawn are refused."""

import pytest

from services.workflow.engine import ModelRefused, parse
from tests.services.workflow.engine.broken_events import CATCH, THROW, M, around, handler
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    event_sub,
    file,
    flows,
    link,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)


def rules_of(xml):
    with pytest.raises(ModelRefused) as refused:
        parse(xml)
    return [(e.element_id, e.rule) for e in refused.value.errors]


@pytest.mark.parametrize("place", ["endEvent", "boundaryEvent", "startEvent"])
def test_links_are_for_events_between_start_and_end(place):
    with pytest.raises(ModelRefused) as refused:
        parse(around(user("x"), node(place, "y", link("on"))))
    assert ("y", "event-unsupported") in [(e.element_id, e.rule) for e in refused.value.errors]


def test_a_link_has_no_flow_beside_the_jump():
    ends = node(THROW, "x", link("on")), node(CATCH, "y", link("on")), user("z")
    assert rules_of(file(process(start(), *ends, end(), flows("s x", "y e", "x z e")))) == [
        ("x", "outgoing-forbidden")
    ]
    assert rules_of(file(process(start(), *ends, end(), flows("s z x", "z y e")))) == [
        ("y", "incoming-forbidden")
    ]


def test_a_link_does_not_leave_its_scope():
    inside = node("subProcess", "x", start("is"), node(THROW, "y", link("on")), flows("is y"))
    xml = around(inside, node(CATCH, "z", link("on")), flows("z e"))
    assert rules_of(xml) == [("z", "link-not-thrown"), ("y", "link-not-caught")]


@pytest.mark.parametrize("definition", ["", "<conditionalEventDefinition/>"])
def test_an_event_sub_process_needs_a_trigger_that_is_carried_out(definition):
    rule = "conditional-event" if definition else "event-sub-process-start"
    assert rules_of(around(user("x"), event_sub("v", definition, end("ve"), flows("v_s ve")))) == [
        ("v_s", rule)
    ]


@pytest.mark.parametrize(
    ("definition", "interrupting", "rule"),
    [
        (timer("Cycle", "R/PT1H"), True, "cycle-misplaced"),
        (timer("Cycle", "R/PT1H"), False, None),
        (error("r"), False, "error-interrupts"),
        (error("r"), True, None),
        (message("n"), True, "correlation-missing"),
    ],
)
def test_the_trigger_of_an_event_sub_process_is_checked(definition, interrupting, rule):
    beside = event_sub("v", definition, end("ve"), flows("v_s ve"), interrupting=interrupting)
    xml = around(user("x"), beside, extra=error_def("r", "R") + message_def("n", "n", None))
    if rule:
        assert rules_of(xml) == [("v_s", rule)]
    else:
        assert parse(xml)


def test_no_boundary_event_hangs_on_an_event_sub_process():
    xml = around(user("x"), handler("v"), boundary("b", "v", timer("Duration", "P1D")), flows("b e"), extra=M)
    assert rules_of(xml) == [("b", "boundary-loose")]


def test_two_event_sub_processes_may_wait_for_different_errors_and_several_moments():
    def on(id, definition):
        return event_sub(id, definition, end(f"{id}e"), flows(f"{id}_s {id}e"))

    day = timer("Duration", "P1D")
    parts = on("a", error("r")), on("b", "<errorEventDefinition/>"), on("c", day), on("d", day)
    assert parse(around(user("x"), *parts, extra=error_def("r", "R")))
    again = on("f", "<errorEventDefinition/>")
    assert rules_of(around(user("x"), *parts, again, extra=error_def("r", "R"))) == [
        ("f_s", "event-sub-process-twice")
    ]
