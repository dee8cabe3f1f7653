"""Flow nodes and sequence flows of one process, its sub-processes included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from services.workflow.engine.definition import ACTIVITIES, Call, Definition, Flow, Loop, Node
from services.workflow.engine.parsing.document import BPMN, ZEEBE, Document, Findings, local, text_of
from services.workflow.engine.parsing.extensions import read_extensions
from services.workflow.engine.parsing.links import link_flows
from services.workflow.engine.parsing.triggers import read_trigger

_EXECUTED = ACTIVITIES | {
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
}  # fmt: skip
# Drawn for the reader; nothing is executed for them.
_DRAWN = frozenset({
    "laneSet", "extensionElements", "documentation", "sequenceFlow", "incoming", "outgoing", "textAnnotation",
    "association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "property",
    "multiInstanceLoopCharacteristics", "ioSpecification", "dataInputAssociation", "dataOutputAssociation",
    "auditing", "monitoring", "category", "performer", "humanPerformer", "potentialOwner", "resourceRole",
})  # fmt: skip
# Why an element is not executed; any other is only called by its name.
_REFUSED = {
    "transaction": "transaction",
    "adHocSubProcess": "ad-hoc-sub-process",
    "complexGateway": "no-complex-gateway",
}


def read_process(process: etree._Element, document: Document, findings: Findings) -> Definition:
    """One executable process with all its nodes, in document order."""
    process_id = process.get("id", "")
    flows = [_flow(f) for f in process.iter(BPMN + "sequenceFlow")]
    flows += link_flows(process, flows, findings)
    reader = _Reader(process_id, document, findings, flows, _lanes(process))
    nodes = {node.id: node for node in reader.nodes(process, process_id, None)}
    return Definition(process_id, process.get("name") or process_id, nodes)


class _Reader:
    def __init__(
        self, process: str, document: Document, findings: Findings, flows: list[Flow], lanes: dict[str, str]
    ) -> None:
        self._process = process
        self._document = document
        self._findings = findings
        self._into = _by_end(flows, "target")
        self._out_of = _by_end(flows, "source")
        self._lanes = lanes

    def nodes(self, holder: etree._Element, scope: str, lane: str | None) -> Iterator[Node]:
        for element in holder:
            if not isinstance(element.tag, str) or not element.tag.startswith(BPMN):
                continue
            kind = local(element)
            if kind in _EXECUTED:
                node = self._node(element, scope, self._lanes.get(element.get("id", ""), lane))
                yield node
                if kind == "subProcess":
                    yield from self.nodes(element, node.id, node.lane)
            elif kind not in _DRAWN:
                self._refuse(element, kind)

    def _node(self, element: etree._Element, scope: str, lane: str | None) -> Node:
        identifier = element.get("id", "")
        self._refuse_attributes(element)
        details: dict[str, Any] = read_extensions(element, self._findings)
        if "call" not in details and element.get("calledElement"):
            details["call"] = Call(element.get("calledElement", "").rpartition(":")[2])
            self._findings.note(identifier, "called-element")
        details["trigger"] = read_trigger(element, self._document, self._findings)
        return Node(
            process=self._process,
            id=identifier,
            name=element.get("name") or identifier,
            kind=local(element),
            scope=scope,
            lane=lane,
            incoming=tuple(self._into.get(identifier, ())),
            outgoing=tuple(self._out_of.get(identifier, ())),
            default=element.get("default"),
            attached_to=element.get("attachedToRef"),
            interrupting=_interrupts(element),
            by_event=element.get("triggeredByEvent") == "true",
            loop=self._loop(element),
            **details,
        )

    def _loop(self, element: etree._Element) -> Loop | None:
        marker = element.find(BPMN + "multiInstanceLoopCharacteristics")
        if marker is None:
            return None
        details = marker.find(f"{BPMN}extensionElements/{ZEEBE}loopCharacteristics")
        if details is None or not details.get("inputCollection"):
            self._findings.add(element.get("id", ""), "items-missing")
            return None
        until = text_of(marker, "completionCondition")
        return Loop(
            sequential=marker.get("isSequential") == "true",
            items=details.get("inputCollection", ""),
            item=details.get("inputElement"),
            results=details.get("outputCollection"),
            result=details.get("outputElement"),
            until=until,
        )

    def _refuse(self, element: etree._Element, kind: str) -> None:
        self._findings.add(element.get("id", ""), _REFUSED.get(kind, "element-unsupported"), kind)

    def _refuse_attributes(self, element: etree._Element) -> None:
        identifier = element.get("id", "")
        if element.get("isForCompensation") == "true":
            self._findings.add(identifier, "compensation")
        if element.find(BPMN + "standardLoopCharacteristics") is not None:
            self._findings.add(identifier, "loop-marker")
        if element.get("instantiate") == "true":
            self._findings.add(identifier, "instantiate")
        if element.get("startQuantity", "1") != "1" or element.get("completionQuantity", "1") != "1":
            self._findings.add(identifier, "quantity")


def _by_end(flows: list[Flow], end: str) -> dict[str, list[Flow]]:
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        found.setdefault(getattr(flow, end), []).append(flow)
    return found


def _interrupts(element: etree._Element) -> bool:
    attribute = "isInterrupting" if local(element) == "startEvent" else "cancelActivity"
    return element.get(attribute, "true") == "true"


def _flow(element: etree._Element) -> Flow:
    condition = text_of(element, "conditionExpression")
    return Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), condition)


def _lanes(process: etree._Element) -> dict[str, str]:
    """The innermost lane's name per node id (document order puts outer lanes first)."""
    found = {}
    for lane in process.iter(BPMN + "lane"):
        for reference in lane.findall(BPMN + "flowNodeRef"):
            found[(reference.text or "").strip()] = lane.get("name", "")
    return found
