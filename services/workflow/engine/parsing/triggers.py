"""The event definition of an event, or the message of a receive task."""

from __future__ import annotations

from lxml import etree

from services.workflow.engine.events import (
    Escalation,
    Fault,
    Link,
    Message,
    Signal,
    Terminate,
    Timer,
    Trigger,
)
from services.workflow.engine.parsing.document import Document, Findings, extensions, local, text_of

_TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
# Event definitions that are executed as drawn, per kind of event; "" is an event without one.
_SENT = {"messageEventDefinition", "signalEventDefinition"}
_BESIDE = {*_SENT, "timerEventDefinition", "errorEventDefinition", "escalationEventDefinition"}
_SUPPORTED = {
    "startEvent": {"", *_SENT},
    "endEvent": {
        "", *_SENT, "errorEventDefinition", "escalationEventDefinition", "terminateEventDefinition"
    },
    "intermediateCatchEvent": {*_SENT, "timerEventDefinition", "linkEventDefinition"},
    "intermediateThrowEvent": {"", *_SENT, "escalationEventDefinition", "linkEventDefinition"},
    "eventStart": _BESIDE,  # of an event sub-process
    "boundaryEvent": _BESIDE,
}  # fmt: skip
# Why an event is not executed whatever it is drawn as; any other is only called by its name.
_REFUSED = {
    "cancelEventDefinition": "transaction",
    "compensateEventDefinition": "compensation",
    "conditionalEventDefinition": "conditional-event",
}


def read_trigger(element: etree._Element, document: Document, findings: Findings) -> Trigger:
    """What an event waits for or throws; what cannot be executed exactly is a finding."""
    kind, identifier = _kind(element), element.get("id", "")
    if kind == "receiveTask":
        return _message(element, element, document, findings)
    if kind not in _SUPPORTED:
        return None
    definitions = [e for e in element if isinstance(e.tag, str) and e.tag.endswith("EventDefinition")]
    names = {local(d) for d in definitions} or {""}
    if len(definitions) > 1:
        findings.add(identifier, "several-triggers")
    for name in sorted(names - _SUPPORTED[kind]):
        _refuse(identifier, kind, name, findings)
    if len(definitions) != 1 or not names <= _SUPPORTED[kind]:
        return None
    return _read(element, definitions[0], document, findings)


def _kind(element: etree._Element) -> str:
    holder, kind = element.getparent(), local(element)
    by_event = holder is not None and holder.get("triggeredByEvent") == "true"
    return "eventStart" if kind == "startEvent" and by_event else kind


def _read(
    owner: etree._Element, definition: etree._Element, document: Document, findings: Findings
) -> Trigger:
    name, identifier = local(definition), owner.get("id", "")
    if name == "timerEventDefinition":
        return _timer(identifier, definition, findings)
    if name == "errorEventDefinition":
        return Fault(document.errors.get(definition.get("errorRef", "")))
    if name == "escalationEventDefinition":
        return Escalation(document.escalations.get(definition.get("escalationRef", "")))
    if name == "signalEventDefinition":
        return _signal(identifier, definition, document, findings)
    if name == "terminateEventDefinition":
        return Terminate()
    if name == "linkEventDefinition":
        return Link(definition.get("name", ""))
    if local(owner) not in ("endEvent", "intermediateThrowEvent"):
        return _message(owner, definition, document, findings)
    if not any(local(e) == "taskDefinition" for e in extensions(owner)):
        findings.add(identifier, "sender-missing")
    return None


def _timer(owner: str, definition: etree._Element, findings: Findings) -> Timer | None:
    for tag, kind in _TIMERS.items():
        text = text_of(definition, tag)
        if text:
            return Timer(kind, text)
    findings.add(owner, "timer-empty")
    return None


def _signal(owner: str, definition: etree._Element, document: Document, findings: Findings) -> Signal | None:
    name = document.signals.get(definition.get("signalRef", ""), "")
    if not name:
        findings.add(owner, "signal-missing")
        return None
    return Signal(name)


def _message(
    owner: etree._Element, holder: etree._Element, document: Document, findings: Findings
) -> Message | None:
    name, key = document.messages.get(holder.get("messageRef", ""), ("", None))
    identifier = owner.get("id", "")
    if not name:
        findings.add(identifier, "message-missing")
        return None
    if _kind(owner) == "startEvent":
        return Message(name, None)
    if key is None:
        findings.add(identifier, "correlation-missing")
    return Message(name, key)


def _refuse(owner: str, kind: str, name: str, findings: Findings) -> None:
    if kind == "eventStart" and not name:
        findings.add(owner, "event-sub-process-start")
    else:
        findings.add(owner, _REFUSED.get(name, "event-unsupported"), name or "none")
