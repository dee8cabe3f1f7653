"""What must hold in a process so that it runs exactly as drawn."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from services.workflow.engine.definition import ACTIVITIES, BACK_OFF, Definition, Flow, Node
from services.workflow.engine.events import Escalation, Fault, Message, Signal, Timer
from services.workflow.engine.merging import wait_for_each_other
from services.workflow.engine.parsing.document import Findings
from services.workflow.engine.timing import TimerInvalid, check_literal

_BESIDE = ("boundaryEvent", "startEvent")  # an event here may leave the rest as it is


def check(definition: Definition, findings: Findings) -> None:
    """Add a finding for everything that would not be executed as drawn."""
    refused = {error.element_id for error in findings.errors}
    for flow in {f.id: f for n in definition.nodes.values() for f in (*n.incoming, *n.outgoing)}.values():
        if not {flow.source, flow.target} & refused:
            _check_ends(definition, flow, findings)
    for node in definition.nodes.values():
        if node.id not in refused:
            _check_ways(node, findings)
        _check_conditions(node, findings)
        _check_back_off(node, findings)
        for rule in _RULES.get(node.kind, ()):
            rule(definition, node, findings)
        if isinstance(node.trigger, Timer):
            _check_timer(node, findings)
    _check_starts(definition, definition.process_id, findings)
    for scope in dict.fromkeys(node.scope for node in definition.nodes.values()):
        _check_event_starts(definition, scope, findings)
    if not findings.errors:  # every flow leads somewhere
        _check_circles(definition, findings)


def _check_circles(definition: Definition, findings: Findings) -> None:
    joins = [n for n in definition.nodes.values() if n.kind == "inclusiveGateway" and n.is_join]
    for one, other in itertools.combinations(joins, 2):
        if one.scope == other.scope and wait_for_each_other(definition, one, other):
            findings.add(other.id, "inclusive-joins-circle", one.id)


def _check_ends(definition: Definition, flow: Flow, findings: Findings) -> None:
    source, target = definition.nodes.get(flow.source), definition.nodes.get(flow.target)
    if source is None or target is None or source.scope != target.scope:
        findings.add(flow.id, "flow-across-scopes")


def _check_ways(node: Node, findings: Findings) -> None:
    if node.by_event:
        if node.incoming or node.outgoing:
            findings.add(node.id, "event-sub-process-flows")
    elif node.kind in ("startEvent", "boundaryEvent"):
        if node.incoming:
            findings.add(node.id, "incoming-forbidden")
    elif not node.incoming:
        findings.add(node.id, "never-reached")
    if node.kind == "endEvent" and node.outgoing:
        findings.add(node.id, "outgoing-forbidden")


def _check_conditions(node: Node, findings: Findings) -> None:
    choosing = node.kind in ("exclusiveGateway", "inclusiveGateway")
    for flow in node.outgoing:
        if flow.condition and not choosing and node.kind not in ACTIVITIES:
            findings.add(flow.id, "condition-misplaced")
        if flow.condition and not flow.condition.startswith("="):
            findings.add(flow.id, "condition-not-feel")
        if choosing and not flow.condition and flow.id != node.default and len(node.outgoing) > 1:
            findings.add(flow.id, "condition-missing")
    if node.default and node.default not in {f.id for f in node.outgoing}:
        findings.add(node.id, "default-unknown")
    if choosing and not node.outgoing:
        findings.add(node.id, "gateway-without-way")


def _check_timer(node: Node, findings: Findings) -> None:
    assert isinstance(node.trigger, Timer)
    if node.trigger.kind == "cycle" and (node.kind not in _BESIDE or node.interrupting):
        findings.add(node.id, "cycle-misplaced")
    if not node.trigger.text.startswith("="):
        try:
            check_literal(node.trigger.kind, node.trigger.text)
        except TimerInvalid as error:
            findings.add(node.id, "timer-invalid", str(error))


def _check_starts(definition: Definition, scope: str, findings: Findings) -> None:
    refused = {error.element_id for error in findings.errors}
    starts = [n for n in definition.within(scope) if n.kind == "startEvent" and n.id not in refused]
    for node in [n for n in starts if n.trigger is None][1:]:
        findings.add(node.id, "single-blank-start-event")
    if scope != definition.process_id:
        for node in [n for n in starts if n.trigger is not None]:
            findings.add(node.id, "sub-process-blank-start-event")
    for kind in (Message, Signal):
        names = [n.trigger.name for n in starts if isinstance(n.trigger, kind)]
        if len(set(names)) != len(names) or any(name.startswith("=") for name in names):
            findings.add(scope, "start-messages")


def _check_sub_process(definition: Definition, node: Node, findings: Findings) -> None:
    if not node.by_event:
        _check_starts(definition, node.id, findings)
        return
    if sum(n.kind == "startEvent" for n in definition.within(node.id)) != 1:
        findings.add(node.id, "event-sub-process-start")
    if node.loop is not None:
        findings.add(node.id, "event-sub-process-loop")


def _check_event_starts(definition: Definition, scope: str, findings: Findings) -> None:
    """Two event sub-processes of one scope may not be started by the same error or message."""
    seen = set[object]()
    for event in definition.event_starts(scope):
        name = event.trigger.name if isinstance(event.trigger, Message) else event.trigger
        if not isinstance(event.trigger, Timer) and name in seen:
            findings.add(event.id, "event-sub-process-twice")
        seen.add(name)


def _check_job(definition: Definition, node: Node, findings: Findings) -> None:
    if node.job is None:
        findings.add(node.id, "task-type-missing")


def _check_back_off(node: Node, findings: Findings) -> None:
    back_off = node.setting(BACK_OFF)
    try:
        if back_off is not None:
            check_literal("duration", back_off)
    except TimerInvalid as error:
        findings.add(node.id, "back-off-invalid", str(error))


def _check_rule_task(definition: Definition, node: Node, findings: Findings) -> None:
    if node.decision is None and node.job is None:
        findings.add(node.id, "decision-missing")
    elif node.decision is not None and node.job is not None:
        findings.add(node.id, "decision-and-type")


def _check_script(definition: Definition, node: Node, findings: Findings) -> None:
    if node.script is None and node.job is None:
        findings.add(node.id, "script-not-feel")


def _check_call(definition: Definition, node: Node, findings: Findings) -> None:
    if node.call is None:
        findings.add(node.id, "called-process-fixed")


def _check_boundary(definition: Definition, node: Node, findings: Findings) -> None:
    owner = definition.nodes.get(node.attached_to or "")
    if owner is None or owner.kind not in ACTIVITIES or owner.by_event or owner.scope != node.scope:
        findings.add(node.id, "boundary-loose")


def _check_interrupts(definition: Definition, node: Node, findings: Findings) -> None:
    if isinstance(node.trigger, Fault) and not node.interrupting:
        findings.add(node.id, "error-interrupts")


def _check_race(definition: Definition, node: Node, findings: Findings) -> None:
    targets = [definition.nodes.get(f.target) for f in node.outgoing]
    kinds = ("intermediateCatchEvent", "receiveTask")
    if len(targets) < 2 or any(t and (t.kind not in kinds or len(t.incoming) != 1) for t in targets):
        findings.add(node.id, "race-of-events")


def _check_thrown(definition: Definition, node: Node, findings: Findings) -> None:
    if isinstance(node.trigger, Fault) and node.trigger.code is None:
        findings.add(node.id, "error-code-missing")
    if isinstance(node.trigger, Escalation) and node.trigger.code is None:
        findings.add(node.id, "escalation-code-missing")


_RULES: dict[str, tuple[Callable[[Definition, Node, Findings], None], ...]] = {
    "subProcess": (_check_sub_process,),
    "serviceTask": (_check_job,),
    "sendTask": (_check_job,),
    "businessRuleTask": (_check_rule_task,),
    "scriptTask": (_check_script,),
    "callActivity": (_check_call,),
    "boundaryEvent": (_check_boundary, _check_interrupts),
    "startEvent": (_check_interrupts,),
    "eventBasedGateway": (_check_race,),
    "endEvent": (_check_thrown,),
    "intermediateThrowEvent": (_check_thrown,),
}
