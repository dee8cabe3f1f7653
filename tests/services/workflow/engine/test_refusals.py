"""What would not run exactly as drawn is refused, with the element, the reason and the remedy."""

import pytest

from services.workflow.engine import ModelRefused, parse
from services.workflow.engine.parsing.reasons import REASONS
from tests.services.workflow.engine.broken_events import OF_EVENTS
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
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

M = message_def("m", "m")
CATCH = "intermediateCatchEvent"
WORK = 'taskDefinition type="work"'


def around(element, *more, extra=""):
    """A line s → x → e around one element called x."""
    return file(process(start(), element, end(), *more, flows("s x e")), extra=extra)


BROKEN = {
    "nothing-executable": ("", file('<process id="p" isExecutable="false"><startEvent id="s"/></process>')),
    "id-used-twice": ("x", file(process(start(), user("x"), user("x"), end(), flows("s x e")))),
    "element-unsupported": ("x", around(node("callChoreography", "x"))),
    "event-unsupported": ("x", around(node("intermediateThrowEvent", "x", timer("Duration", "P1D")))),
    "transaction": ("x", around(node("transaction", "x"))),
    "ad-hoc-sub-process": ("x", around(node("adHocSubProcess", "x"))),
    "no-complex-gateway": ("x", around(node("complexGateway", "x"))),
    "conditional-event": ("x", around(node(CATCH, "x", "<conditionalEventDefinition/>"))),
    "instantiate": ("x", around(node("receiveTask", "x", instantiate="true", messageRef="m"), extra=M)),
    "quantity": ("x", around(node("userTask", "x", completionQuantity="2"))),
    "id-invalid": ("(x)", around(user("x"), user("(x)"), flows("x (x)"))),
    "id-missing": ("", file(process(start(), user("x"), end(), flows("s x e"), "<userTask name='y'/>"))),
    "vendor-behaviour": (
        "x",
        around('<userTask xmlns:c="http://camunda.org/schema/1.0/bpmn" id="x" c:assignee="demo"/>'),
    ),
    "extension-unsupported": ("x", around(user("x", ext("executionListeners")))),
    "compensation": ("x", around(node("userTask", "x", isForCompensation="true"))),
    "loop-marker": ("x", around(user("x", "<standardLoopCharacteristics/>"))),
    "version-tag": (
        "x",
        around(node("callActivity", "x", ext('calledElement processId="c" bindingType="versionTag"'))),
    ),
    "signal-missing": ("x", around(node(CATCH, "x", "<signalEventDefinition/>"))),
    "escalation-code-missing": (
        "x",
        around(node("intermediateThrowEvent", "x", "<escalationEventDefinition/>")),
    ),
    "back-off-invalid": ("x", around(marked("serviceTask", "x", extra=(WORK,), retryBackoff="soon"))),
    "decision-missing": ("x", around(node("businessRuleTask", "x"))),
    "decision-and-type": (
        "x",
        around(
            node(
                "businessRuleTask",
                "x",
                ext('calledDecision decisionId="d" resultVariable="r"', 'taskDefinition type="t"'),
            )
        ),
    ),
    "decision-incomplete": ("x", around(node("businessRuleTask", "x", ext('calledDecision decisionId="d"')))),
    "decision-binding": (
        "x",
        around(
            node(
                "businessRuleTask",
                "x",
                ext('calledDecision decisionId="d" resultVariable="r" bindingType="deployment"'),
            )
        ),
    ),
    "several-triggers": ("x", around(node(CATCH, "x", timer("Duration", "P1D"), message("m")), extra=M)),
    "flow-across-scopes": (
        "s-ia",
        file(
            process(
                start(),
                node("subProcess", "x", start("is"), user("ia"), end("ie"), flows("is ia ie")),
                flows("s ia", "s x"),
            )
        ),
    ),
    "incoming-forbidden": ("s", file(process(start(), user("x"), end(), flows("s x s", "x e")))),
    "never-reached": ("y", around(user("x"), user("y"), flows("y e"))),
    "outgoing-forbidden": ("e", around(user("x"), user("y"), flows("e y"))),
    "condition-misplaced": ("x-y", around(node("parallelGateway", "x"), user("y"), flows("x y ?true"))),
    "gateway-without-way": ("y", around(user("x"), node("exclusiveGateway", "y"), flows("x y"))),
    "condition-not-feel": (
        "x-y",
        around(node("exclusiveGateway", "x", default="x-e"), user("y"), flows("x y ?true")).replace(
            b"=true", b"${true}"
        ),
    ),
    "condition-missing": ("x-e", around(node("exclusiveGateway", "x"), user("y"), flows("x y ?true"))),
    "default-unknown": ("x", around(node("exclusiveGateway", "x", default="nowhere"))),
    "start-event-required": ("p", file(process(user("x"), user("y"), flows("x y x")))),
    "single-blank-start-event": (
        "s2",
        file(process(start(), start("s2"), user("x"), end(), flows("s x e", "s2 x"))),
    ),
    "sub-process-blank-start-event": (
        "is",
        around(node("subProcess", "x", start("is", message("m")), end("ie"), flows("is ie")), extra=M),
    ),
    "start-messages": (
        "p",
        file(
            process(
                start("s", message("m")), start("s2", message("m")), user("x"), end(), flows("s x e", "s2 x")
            ),
            extra=M,
        ),
    ),
    "race-of-events": ("x", around(node("eventBasedGateway", "x"))),
    "timer-empty": ("x", around(node(CATCH, "x", "<timerEventDefinition/>"))),
    "timer-invalid": ("x", around(node(CATCH, "x", timer("Duration", "5 days")))),
    "cycle-misplaced": ("x", around(node(CATCH, "x", timer("Cycle", "R/PT1H")))),
    "message-missing": ("x", around(node("receiveTask", "x"))),
    "correlation-missing": ("x", around(node(CATCH, "x", message("m")), extra=message_def("m", "m", None))),
    "sender-missing": ("x", around(node("intermediateThrowEvent", "x", message("m")), extra=M)),
    "boundary-loose": ("b", around(user("x"), boundary("b", "s", timer("Duration", "P1D")), flows("b e"))),
    "error-interrupts": (
        "b",
        around(
            user("x"),
            boundary("b", "x", error("r"), interrupting=False),
            flows("b e"),
            extra=error_def("r", "R"),
        ),
    ),
    "error-code-missing": ("y", around(user("x"), end("y", "<errorEventDefinition/>"), flows("x y"))),
    "mapping-incomplete": (
        "x",
        around(user("x", ext("ioMapping").replace("/>", "><zeebe:input target='a'/></zeebe:ioMapping>"))),
    ),
    "task-type-missing": ("x", around(node("serviceTask", "x"))),
    "script-not-feel": ("x", around(node("scriptTask", "x", "<script>import os</script>"))),
    "script-result-missing": ("x", around(node("scriptTask", "x", ext('script expression="=1"')))),
    "called-process-fixed": ("x", around(node("callActivity", "x", ext('calledElement processId="=which"')))),
    "items-missing": (
        "x",
        around(
            user(
                "x",
                "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "</multiInstanceLoopCharacteristics>",
            )
        ),
    ),
}


@pytest.mark.parametrize("rule", [*BROKEN, *OF_EVENTS])
def test_a_broken_rule_is_named_with_its_element(rule):
    element, xml = (BROKEN | OF_EVENTS)[rule]
    with pytest.raises(ModelRefused) as refused:
        parse(xml)
    assert [(e.element_id, e.rule) for e in refused.value.errors] == [(element, rule)]
    [error_] = refused.value.errors
    assert all([error_.reason_zh, error_.reason_en, error_.remedy, error_.remedy_en])


def test_every_rule_about_elements_is_tested_here():
    about_files = {"file-too-large", "not-xml", "doctype", "too-deep"}
    assert REASONS.keys() - about_files == BROKEN.keys() | OF_EVENTS.keys()


def test_all_reasons_are_given_at_once():
    with pytest.raises(ModelRefused) as refused:
        parse(around(node("serviceTask", "x"), user("y"), flows("y e")))
    assert {e.rule for e in refused.value.errors} == {"task-type-missing", "never-reached"}


OF_NAMES = {
    "compensate": "compensation", "conditional": "conditional-event", "cancel": "transaction",
    "escalation": "event-unsupported",
}  # fmt: skip
PLACES = [CATCH, "intermediateThrowEvent", "endEvent", "boundaryEvent", "startEvent"]


@pytest.mark.parametrize(
    ("name", "place"),
    [(name, place) for name in ("compensate", "conditional", "cancel") for place in PLACES]
    + [("escalation", CATCH), ("escalation", "startEvent")],
)
def test_events_the_library_takes_for_none_events_are_refused(name, place):
    with pytest.raises(ModelRefused) as refused:
        parse(
            file(
                process(
                    start(), user("u"), node(place, "x", f"<{name}EventDefinition/>"), end(), flows("s u e")
                )
            )
        )
    assert ("x", OF_NAMES[name]) in [(e.element_id, e.rule) for e in refused.value.errors]


@pytest.mark.parametrize(
    ("xml", "rule"),
    [
        (b"", "not-xml"),
        (b"<definitions>", "not-xml"),
        (b"not xml at all", "not-xml"),
        (b"\xff\xfe\x00", "not-xml"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "doctype"),
        (b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd"><d/>', "doctype"),
        (b"<d>" + b"<d>" * 70 + b"</d>" * 70 + b"</d>", "too-deep"),
        (b"<d>" + b" " * 2_000_000 + b"</d>", "file-too-large"),
    ],
)
def test_a_hostile_file_is_refused(xml, rule):
    with pytest.raises(ModelRefused) as refused:
        parse(xml)
    assert [e.rule for e in refused.value.errors] == [rule]


def test_a_very_long_line_of_tasks_is_read_and_run():
    from tests.services.workflow.engine.walk import Walk

    names = [f"t{i}" for i in range(900)]
    parts = [node("task", name) for name in names]
    case = Walk(
        file(process(start(), *parts, user("a"), end(), flows(f"s {' '.join(names)} a e"))), durable=True
    )
    assert case.waiting == ["a"]
