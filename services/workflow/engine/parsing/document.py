"""The XML document: read without entities or network, with the things that elements refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from services.workflow.engine.faults import ModelError, ModelRefused
from services.workflow.engine.parsing.reasons import REASONS

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
LARGEST = 2_000_000
DEEPEST = 60


@dataclass
class Findings:
    """Reasons for refusal, collected so that an author sees all of them at once."""

    errors: list[ModelError] = field(default_factory=list)

    def add(self, element_id: str, rule: str, detail: str = "") -> None:
        """Note that a rule is broken at an element."""
        self.errors.append(broken(element_id, rule, detail))


def broken(element_id: str, rule: str, detail: str = "") -> ModelError:
    """The located error for a broken rule."""
    reason = REASONS[rule]
    zh, en = reason.zh.format(detail=detail), reason.en.format(detail=detail)
    return ModelError(element_id, rule, zh, en, reason.remedy)


@dataclass
class Document:
    """The processes of a file and its messages (name, correlation key) and errors (code) by id."""

    processes: list[etree._Element]
    messages: dict[str, tuple[str, str | None]]
    errors: dict[str, str | None]


def open_document(xml: bytes, findings: Findings) -> Document:
    """Read the file; raises `ModelRefused` when there is nothing in it to go on with."""
    root = _parse(xml)
    processes = [p for p in root.iter(BPMN + "process") if p.get("isExecutable") == "true"]
    if not processes:
        raise ModelRefused([broken("", "nothing-executable")])
    _check_ids(root, findings)
    messages = {
        m.get("id", ""): (m.get("name", ""), _correlation_key(m)) for m in root.iter(BPMN + "message")
    }
    errors = {e.get("id", ""): e.get("errorCode") or None for e in root.iter(BPMN + "error")}
    return Document(processes, messages, errors)


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
