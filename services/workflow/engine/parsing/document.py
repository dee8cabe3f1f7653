"""The XML document: read without entities or network, with the things that elements refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from services.workflow.engine.faults import ModelError, ModelNote, ModelRefused
from services.workflow.engine.parsing.notes import NOTES
from services.workflow.engine.parsing.reasons import REASONS

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_OTHER_FLOW_NODES = {"task", "subProcess", "transaction", "callActivity"}
LARGEST = 2_000_000
DEEPEST = 60


@dataclass
class Findings:
    """Reasons for refusal, collected so that an author sees all of them at once."""

    errors: list[ModelError] = field(default_factory=list)
    notes: list[ModelNote] = field(default_factory=list)

    def add(self, element_id: str, rule: str, detail: str = "") -> None:
        """Note that a rule is broken at an element."""
        self.errors.append(broken(element_id, rule, detail))

    def note(self, element_id: str, rule: str, detail: str = "") -> None:
        """Note what was understood or left out at an element."""
        zh, en = NOTES[rule]
        self.notes.append(ModelNote(element_id, rule, zh.format(detail=detail), en.format(detail=detail)))


def broken(element_id: str, rule: str, detail: str = "") -> ModelError:
    """The located error for a broken rule."""
    reason = REASONS[rule]
    zh, en = reason.zh.format(detail=detail), reason.en.format(detail=detail)
    return ModelError(element_id, rule, zh, en, reason.remedy, reason.remedy_en)


@dataclass
class Document:
    """The processes of a file and its messages (name, correlation key), signals (name), errors and
    escalations (code) by id.
    """

    processes: list[etree._Element]
    messages: dict[str, tuple[str, str | None]]
    signals: dict[str, str]
    errors: dict[str, str | None]
    escalations: dict[str, str | None]


def open_document(xml: bytes, findings: Findings) -> Document:
    """Read the file; raises `ModelRefused` when there is nothing in it to go on with."""
    root = _parse(xml)
    processes = _executable(root, findings)
    if not processes:
        raise ModelRefused([broken("", "nothing-executable")])
    _check_ids(root, findings)
    _note_pools(root, processes, findings)
    messages = {
        m.get("id", ""): (m.get("name", ""), _correlation_key(m)) for m in root.iter(BPMN + "message")
    }
    signals = {s.get("id", ""): s.get("name", "") for s in root.iter(BPMN + "signal")}
    errors, escalations = _codes(root, "error"), _codes(root, "escalation")
    return Document(processes, messages, signals, errors, escalations)


def _codes(root: etree._Element, kind: str) -> dict[str, str | None]:
    return {e.get("id", ""): e.get(f"{kind}Code") or None for e in root.iter(BPMN + kind)}


def is_flow_node(element: etree._Element) -> bool:
    """Whether this is something a token can come to."""
    if not isinstance(element.tag, str) or not element.tag.startswith(BPMN):
        return False
    name = local(element)
    return name.endswith(("Event", "Gateway", "Task", "SubProcess")) or name in _OTHER_FLOW_NODES


def extensions(element: etree._Element) -> Iterator[etree._Element]:
    """The extension elements of Camunda 8 on a BPMN element."""
    for holder in element.findall(BPMN + "extensionElements"):
        for child in holder:
            if isinstance(child.tag, str) and child.tag.startswith(ZEEBE):
                yield child


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def text_of(element: etree._Element, tag: str) -> str | None:
    """The stripped text of a BPMN child, or None when absent or empty."""
    return (element.findtext(BPMN + tag) or "").strip() or None


def _parse(xml: bytes) -> etree._Element:
    if len(xml) > LARGEST:
        raise ModelRefused([broken("", "file-too-large")])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error  # nothing is known of the file then
        raise ModelRefused([broken("", _unreadable(xml, error), str(error))]) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise ModelRefused([broken("", "doctype")])
    if _too_deep(root):
        raise ModelRefused([broken("", "too-deep")])
    return root


def _unreadable(xml: bytes, error: Exception) -> str:
    if "Excessive depth" in str(error):
        return "too-deep"
    return "doctype" if b"<!DOCTYPE" in xml else "not-xml"


def _too_deep(root: etree._Element) -> bool:
    level, depth = [root], 0
    while level:
        level = [child for element in level for child in element]
        depth += 1
    return depth > DEEPEST


def _executable(root: etree._Element, findings: Findings) -> list[etree._Element]:
    """The processes marked as executable; or else the only one that does not say that it is not."""
    drawn = list(root.iter(BPMN + "process"))
    marked = [p for p in drawn if p.get("isExecutable") in ("true", "1")]
    if marked:
        return marked
    silent = [p for p in drawn if p.get("isExecutable") is None and any(map(is_flow_node, p))]
    if len(silent) != 1:
        return []
    findings.note(silent[0].get("id", ""), "executable-assumed")
    return silent


def _note_pools(root: etree._Element, processes: list[etree._Element], findings: Findings) -> None:
    for pool in root.iter(BPMN + "participant"):
        if not pool.get("processRef"):
            findings.note(pool.get("id", ""), "black-box-pool", pool.get("name", ""))
    for process in root.iter(BPMN + "process"):
        if process not in processes and any(map(is_flow_node, process)):
            findings.note(process.get("id", ""), "not-executable", process.get("name", ""))
    for flow in root.iter(BPMN + "messageFlow"):
        findings.note(flow.get("id", ""), "message-flow")


def _check_ids(root: etree._Element, findings: Findings) -> None:
    for process in root.iter(BPMN + "process"):
        seen: set[str] = set()
        for element in process.iter():
            identifier = element.get("id") if isinstance(element.tag, str) else None
            if identifier in seen:
                findings.add(identifier or "", "id-used-twice")
            seen.add(identifier or "")
            seen.discard("")


def _correlation_key(message: etree._Element) -> str | None:
    for extension in extensions(message):
        if local(extension) == "subscription":
            return extension.get("correlationKey") or None
    return None
