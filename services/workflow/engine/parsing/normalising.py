"""Models of other modellers, written out where their meaning is clear; all that is done is noted."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from services.workflow.engine.definition import ACTIVITIES
from services.workflow.engine.parsing.document import BPMN, Findings, is_flow_node, local
from services.workflow.engine.parsing.vendors import look_at_vendors

_DATA = (
    "dataObject", "dataObjectReference", "dataStoreReference", "dataInputAssociation",
    "dataOutputAssociation", "ioSpecification",
)  # fmt: skip
_PEOPLE = ("performer", "humanPerformer", "potentialOwner", "resourceRole")


def normalise(process: etree._Element, findings: Findings) -> None:
    """Change the process into one that says the same with everything written out."""
    _keep_names_apart(process, findings)
    _name_flows(process, findings)
    _require_ids(process, findings)
    _read_feel(process, findings)
    holders = [process, *(s for s in process.iter(BPMN + "subProcess") if not _by_event(s))]
    ways_out = Counter(flow.get("sourceRef", "") for flow in process.iter(BPMN + "sequenceFlow"))
    for holder in holders:
        _begin(holder, findings)
    for element in filter(is_flow_node, list(process.iter())):
        _note_ways_out(element, ways_out[element.get("id", "")], findings)
    for rule, tags in (("data-ignored", _DATA), ("people-ignored", _PEOPLE)):
        _note_left_out(process, rule, tags, findings)
    look_at_vendors(process, findings)


def _keep_names_apart(process: etree._Element, findings: Findings) -> None:
    """Names that begin with a bracket are those of what is added here and by the engine."""
    for element in process.iter(BPMN + "*"):
        if element.get("id", "").startswith("("):
            findings.add(element.get("id", ""), "id-invalid")


def _name_flows(process: etree._Element, findings: Findings) -> None:
    for number, flow in enumerate(process.iter(BPMN + "sequenceFlow"), 1):
        if not flow.get("id"):
            ends = f"{flow.get('sourceRef', '')} → {flow.get('targetRef', '')}"
            flow.set("id", f"(flow {number}) {ends}")
            findings.note(flow.get("sourceRef", ""), "flow-id-missing", ends)


def _require_ids(process: etree._Element, findings: Findings) -> None:
    for element in (process, *filter(is_flow_node, process.iter())):
        if not element.get("id"):
            named = f"{local(element)} {element.get('name', '')}".strip()
            findings.add("", "id-missing", f"{named} (line {element.sourceline})")


def _read_feel(process: etree._Element, findings: Findings) -> None:
    """A condition that names FEEL as its language needs no sign in front."""
    named = process.getroottree().getroot().get("expressionLanguage", "")
    for condition in process.iter(BPMN + "conditionExpression"):
        text = (condition.text or "").strip()
        if "FEEL" in (condition.get("language") or named).upper() and text and not text.startswith("="):
            condition.text = f"={text}"
            flow = condition.getparent()
            findings.note("" if flow is None else flow.get("id", ""), "feel-language")


def _begin(holder: etree._Element, findings: Findings) -> None:
    """Without a start event a scope begins at everything that nothing leads to (BPMN 2.0.2, 13.3.1)."""
    nodes, identifier = list(filter(is_flow_node, holder)), holder.get("id", "")
    if any(local(node) == "startEvent" for node in nodes):
        return
    reached = {flow.get("targetRef") for flow in holder.iter(BPMN + "sequenceFlow")}
    entries = [node.get("id", "") for node in nodes if node.get("id") not in reached and _may_begin(node)]
    if nodes and not entries:
        findings.add(identifier, "start-event-required")
        return
    start = f"(start) {identifier}"
    flows = [{"id": f"{start} → {e}", "sourceRef": start, "targetRef": e} for e in entries]
    holder.extend(etree.Element(BPMN + "sequenceFlow", flow) for flow in flows)
    holder.insert(0, etree.Element(BPMN + "startEvent", {"id": start}))
    if nodes:
        findings.note(identifier, "start-event-required", "、".join(entries))
    else:
        findings.note(identifier, "empty-sub-process")


def _may_begin(node: etree._Element) -> bool:
    """Whether a token may come here without a flow: not what an event, a link or an error leads to."""
    return not (
        local(node) == "boundaryEvent"
        or _by_event(node)
        or node.get("isForCompensation") == "true"
        or node.find(BPMN + "linkEventDefinition") is not None
    )


def _note_ways_out(element: etree._Element, ways: int, findings: Findings) -> None:
    identifier, kind = element.get("id", ""), local(element)
    ends = kind == "endEvent" or _by_event(element) or element.find(BPMN + "linkEventDefinition") is not None
    if ways == 0 and not ends and not identifier.startswith("(start) "):
        findings.note(identifier, "no-implicit-end")
    if ways > 1 and not kind.endswith("Gateway"):
        findings.note(identifier, "no-implicit-split")


def _note_left_out(process: etree._Element, rule: str, tags: tuple[str, ...], findings: Findings) -> None:
    """Noted at the activity it belongs to, or else where it is drawn."""
    for tag in tags:
        for element in process.iter(BPMN + tag):
            holder = element.getparent()
            inside = holder is not None and local(holder) in ACTIVITIES - {"subProcess"}
            place = holder if inside and holder is not None else element
            findings.note(place.get("id", ""), rule, tag)


def _by_event(element: etree._Element) -> bool:
    return element.get("triggeredByEvent") == "true"
