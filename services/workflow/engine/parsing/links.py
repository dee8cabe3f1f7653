"""Link events: a jump inside one scope, read as a flow from each throwing event to the catching one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from services.workflow.engine.definition import Flow
from services.workflow.engine.parsing.document import BPMN, Findings


def link_flows(process: etree._Element, drawn: Sequence[Flow], findings: Findings) -> list[Flow]:
    """The flows that link events stand for; a link that leads nowhere or anywhere is a finding."""
    flows: list[Flow] = []
    for holder in (process, *process.iter(BPMN + "subProcess")):
        flows += _pairs(holder, findings)
    _check_drawn(process, drawn, findings)
    return flows


def _pairs(holder: etree._Element, findings: Findings) -> Iterator[Flow]:
    catches: dict[str, str] = {}
    for name, catch in _links(holder, "intermediateCatchEvent", findings):
        if name in catches:
            findings.add(catch, "link-caught-twice", name)
        catches.setdefault(name, catch)
    thrown = list(_links(holder, "intermediateThrowEvent", findings))
    for name, throw in thrown:
        if name in catches:
            yield Flow(f"(link) {throw}", throw, catches[name])
        else:
            findings.add(throw, "link-not-caught", name)
    for name in [name for name in catches if name not in dict(thrown)]:
        findings.add(catches[name], "link-not-thrown", name)


def _links(holder: etree._Element, kind: str, findings: Findings) -> Iterator[tuple[str, str]]:
    for event in holder.findall(BPMN + kind):
        link = event.find(BPMN + "linkEventDefinition")
        if link is None:
            continue
        if link.get("name"):
            yield link.get("name", ""), event.get("id", "")
        else:
            findings.add(event.get("id", ""), "link-name-missing")


def _check_drawn(process: etree._Element, drawn: Sequence[Flow], findings: Findings) -> None:
    left, reached = {flow.source for flow in drawn}, {flow.target for flow in drawn}
    for link in process.iter(BPMN + "linkEventDefinition"):
        event = link.getparent()
        identifier = event.get("id", "") if event is not None else ""
        if event is not None and event.tag == BPMN + "intermediateThrowEvent" and identifier in left:
            findings.add(identifier, "outgoing-forbidden")
        if event is not None and event.tag == BPMN + "intermediateCatchEvent" and identifier in reached:
            findings.add(identifier, "incoming-forbidden")
