"""Settings of other tools: left out with a note when nothing depends on them, else refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from services.workflow.engine.parsing.document import BPMN, ZEEBE, Findings

_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://www.jboss.org/drools": "drools",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
}
"""Their settings say what happens, unless they are among the harmless ones."""
_HARMLESS = frozenset({
    "async", "asyncAfter", "asyncBefore", "candidateStarterGroups", "candidateStarterUsers", "category",
    "diagramRelationId", "exclusive", "historyTimeToLive", "isStartableInTasklist", "jobPriority",
    "modelerTemplate", "modelerTemplateIcon", "modelerTemplateVersion", "packageName", "properties",
    "taskPriority", "unitTests", "version", "versionTag",
})  # fmt: skip
_LOOKS = frozenset({
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://camunda.org/schema/modeler/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
    BPMN.strip("{}"),
    ZEEBE.strip("{}"),
})  # fmt: skip


def look_at_vendors(process: etree._Element, findings: Findings) -> None:
    """Refuse what would be executed elsewhere; one note per tool for all the rest."""
    left_out: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for element in process.iter(BPMN + "*"):
        place = _place(element)
        for space, name in _settings(element):
            if space in _ENGINES and name not in _HARMLESS:
                findings.add(place, "vendor-behaviour", f"{_ENGINES[space]}:{name}")
            elif space not in _LOOKS:
                left_out.setdefault(space, place)
                counted[space] += 1
    for space, place in left_out.items():
        findings.note(place, "vendor-ignored", f"{space} ({counted[space]})")


def _settings(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Namespace and name of the attributes of an element, and of its extension elements."""
    for name in element.attrib:
        yield _parts(str(name))
    if element.tag == BPMN + "extensionElements":
        for child in element:
            if isinstance(child.tag, str):
                yield _parts(child.tag)


def _parts(name: str) -> tuple[str, str]:
    space, _, local = name.rpartition("}")
    return space.removeprefix("{") or BPMN.strip("{}"), local


def _place(element: etree._Element) -> str:
    """The id of the element or of the next one around it."""
    found: etree._Element | None = element
    while found is not None and not found.get("id"):
        found = found.getparent()
    return "" if found is None else found.get("id", "")
