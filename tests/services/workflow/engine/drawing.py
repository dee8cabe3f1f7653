"""Small BPMN files for tests, written as one line per element."""

from __future__ import annotations

import itertools

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_HEAD = f'<definitions xmlns="{BPMN}" xmlns:zeebe="{ZEEBE}" id="file" targetNamespace="tests">'


def file(*parts: str, extra: str = "") -> bytes:
    """A BPMN file; `extra` holds messages and errors."""
    return f"{_HEAD}{extra}{''.join(parts)}</definitions>".encode()


def process(*parts: str, id: str = "p") -> str:
    """An executable process."""
    return f'<process id="{id}" isExecutable="true">{"".join(parts)}</process>'


def node(tag: str, id: str, *inner: str, **attributes: str) -> str:
    """A flow node."""
    shown = "".join(f' {name}="{value}"' for name, value in attributes.items())
    identity = f' id="{id}"' if id else ""
    return f"<{tag}{identity}{shown}>{''.join(inner)}</{tag}>"


def ext(*zeebe: str) -> str:
    """Extension elements, each written without its prefix."""
    return f"<extensionElements>{''.join(f'<zeebe:{z}/>' for z in zeebe)}</extensionElements>"


def io(*mappings: str) -> str:
    """Input and output mappings: `in x = source`, `out y = source` (FEEL after the second `=`)."""
    rows = []
    for mapping in mappings:
        way, target, source = mapping.split(" ", 2)
        rows.append(f'<zeebe:{way}put source="={source.removeprefix("= ")}" target="{target}"/>')
    return f"<extensionElements><zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping></extensionElements>"


def user(id: str, *inner: str) -> str:
    """A user task."""
    return node("userTask", id, *inner)


def job(id: str, *inner: str, type: str = "work", retries: str = "3") -> str:
    """A service task."""
    return node("serviceTask", id, ext(f'taskDefinition type="{type}" retries="{retries}"'), *inner)


def start(id: str = "s", *inner: str) -> str:
    """A start event."""
    return node("startEvent", id, *inner)


def end(id: str = "e", *inner: str) -> str:
    """An end event."""
    return node("endEvent", id, *inner)


def flows(*ways: str) -> str:
    """`a b c` connects a to b to c; `a b ?x = 1` puts a condition on the way from a to b."""
    drawn = []
    for way in ways:
        path, _, condition = way.partition("?")
        stops = path.split()
        for source, target in itertools.pairwise(stops):
            inner = f"<conditionExpression>={_escaped(condition)}</conditionExpression>" if condition else ""
            identifier = f"{source}-{target}"
            ends = f'sourceRef="{source}" targetRef="{target}"'
            drawn.append(f'<sequenceFlow id="{identifier}" {ends}>{inner}</sequenceFlow>')
    return "".join(drawn)


def timer(kind: str, text: str) -> str:
    """A timer definition: Date, Duration or Cycle."""
    return f"<timerEventDefinition><time{kind}>{_escaped(text)}</time{kind}></timerEventDefinition>"


def message(ref: str) -> str:
    """A message event definition."""
    return f'<messageEventDefinition messageRef="{ref}"/>'


def error(ref: str) -> str:
    """An error event definition."""
    return f'<errorEventDefinition errorRef="{ref}"/>'


def message_def(id: str, name: str, key: str | None = "=case_id") -> str:
    """A message of the file."""
    subscription = ext(f'subscription correlationKey="{key}"') if key else ""
    return f'<message id="{id}" name="{name}">{subscription}</message>'


def error_def(id: str, code: str) -> str:
    """An error of the file."""
    return f'<error id="{id}" name="{id}" errorCode="{code}"/>'


def signal(ref: str) -> str:
    """A signal event definition."""
    return f'<signalEventDefinition signalRef="{ref}"/>'


def signal_def(id: str, name: str) -> str:
    """A signal of the file."""
    return f'<signal id="{id}" name="{name}"/>'


def escalation(ref: str) -> str:
    """An escalation event definition."""
    return f'<escalationEventDefinition escalationRef="{ref}"/>'


def escalation_def(id: str, code: str) -> str:
    """An escalation of the file."""
    return f'<escalation id="{id}" name="{id}" escalationCode="{code}"/>'


def boundary(id: str, on: str, definition: str, *, interrupting: bool = True, inner: str = "") -> str:
    """A boundary event."""
    return node(
        "boundaryEvent", id, inner, definition, attachedToRef=on, cancelActivity=str(interrupting).lower()
    )


def event_sub(id: str, definition: str, *body: str, interrupting: bool = True, inner: str = "") -> str:
    """An event sub-process with the start event `<id>_s`; the body's flows begin there."""
    interrupts = str(interrupting).lower()
    begin = node("startEvent", f"{id}_s", inner, definition, isInterrupting=interrupts)
    return node("subProcess", id, begin, *body, triggeredByEvent="true")


def link(name: str) -> str:
    """A link event definition."""
    return f'<linkEventDefinition name="{name}"/>'


def many(items: str, *, sequential: bool = False, until: str = "", **attributes: str) -> str:
    """Multi-instance over `items`."""
    shown = "".join(f' {name}="{_escaped(value)}"' for name, value in attributes.items())
    details = ext(f'loopCharacteristics inputCollection="={items}"{shown}')
    condition = f"<completionCondition>={_escaped(until)}</completionCondition>" if until else ""
    return node(
        "multiInstanceLoopCharacteristics", "", details, condition, isSequential=str(sequential).lower()
    )


def marked(tag, id, *inner, extra=(), **properties):
    """A node with zeebe properties."""
    rows = "".join(f'<zeebe:property name="{k}" value="{v}"/>' for k, v in properties.items())
    closing = "</extensionElements>"
    holder = ext(*extra).replace(closing, f"<zeebe:properties>{rows}</zeebe:properties>{closing}")
    return node(tag, id, holder, *inner)


def _escaped(text: str) -> str:
    return text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
