"""The Camunda 8 extension elements of one BPMN element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from services.workflow.engine.definition import Assigning, Call, CalledDecision, Job, Script, Work
from services.workflow.engine.parsing.document import ZEEBE, Findings, extensions, local

# Read elsewhere (loopCharacteristics, subscription) or without meaning for the execution here.
_ELSEWHERE = frozenset({"loopCharacteristics", "subscription", "userTask", "versionTag", "modelerTemplate"})


def read_extensions(element: etree._Element, findings: Findings) -> dict[str, Any]:
    """Fields of `Node` that come from extension elements; an unknown one is a finding."""
    details: dict[str, Any] = {}
    work: dict[str, str | None] = {}
    for extension in extensions(element):
        name = local(extension)
        if name in _WORK:
            work.update(_WORK[name](extension))
        elif name in _READERS:
            details.update(_READERS[name](extension, findings, element.get("id", "")))
        elif name not in _ELSEWHERE:
            _unknown(element, name, findings)
    if local(element) == "userTask":
        details["work"] = Work(**work)
    _join_headers(details)
    return details


def _unknown(element: etree._Element, name: str, findings: Findings) -> None:
    findings.add(element.get("id", ""), "extension-unsupported", name)


def _io_mapping(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    mappings = {}
    for tag, name in (("input", "inputs"), ("output", "outputs")):
        found = [Assigning(m.get("source", ""), m.get("target", "")) for m in extension.findall(ZEEBE + tag)]
        if any(not m.target or not m.source for m in found):
            findings.add(owner, "mapping-incomplete")
        mappings[name] = tuple(found)
    return mappings


def _task_definition(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    if not extension.get("type"):
        findings.add(owner, "task-type-missing")
    return {"job": Job(extension.get("type", ""), extension.get("retries", "3"))}


def _headers(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    return {
        "headers": tuple((h.get("key", ""), h.get("value", "")) for h in extension.findall(ZEEBE + "header"))
    }


def _properties(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    pairs = [(p.get("name", ""), p.get("value", "")) for p in extension.findall(ZEEBE + "property")]
    return {"properties": tuple(pairs)}


def _script(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    result = extension.get("resultVariable", "")
    if not result:
        findings.add(owner, "script-result-missing")
    return {"script": Script(_as_feel(extension.get("expression", "")), result)}


def _called_element(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    process_id = extension.get("processId", "")
    if not process_id or process_id.startswith("="):
        findings.add(owner, "called-process-fixed")
    if extension.get("bindingType", "latest") == "versionTag":
        findings.add(owner, "version-tag")
    all_in = extension.get("propagateAllParentVariables", "true") == "true"
    all_out = extension.get("propagateAllChildVariables", "true") == "true"
    return {"call": Call(process_id, all_in, all_out)}


def _called_decision(extension: etree._Element, findings: Findings, owner: str) -> dict[str, Any]:
    decision, result = extension.get("decisionId", ""), extension.get("resultVariable", "")
    if not decision or not result:
        findings.add(owner, "decision-incomplete")
    if extension.get("bindingType", "latest") != "latest":
        findings.add(owner, "decision-binding", extension.get("bindingType", ""))
    return {"decision": CalledDecision(decision, result)}


def _join_headers(details: dict[str, Any]) -> None:
    headers = details.pop("headers", ())
    if headers and "job" in details:
        job = details["job"]
        details["job"] = Job(job.type, job.retries, headers)


def _as_feel(text: str) -> str:
    return text if text.startswith("=") else f"={text}"


def _form(extension: etree._Element) -> dict[str, str | None]:
    return {"form_id": extension.get("formId")}


def _assignment(extension: etree._Element) -> dict[str, str | None]:
    names = {
        "assignee": "assignee",
        "candidateGroups": "candidate_groups",
        "candidateUsers": "candidate_users",
    }
    return {field: extension.get(name) for name, field in names.items()}


def _schedule(extension: etree._Element) -> dict[str, str | None]:
    return {"due": extension.get("dueDate"), "follow_up": extension.get("followUpDate")}


def _priority(extension: etree._Element) -> dict[str, str | None]:
    return {"priority": extension.get("priority")}


_WORK: dict[str, Callable[[etree._Element], dict[str, str | None]]] = {
    "formDefinition": _form,
    "assignmentDefinition": _assignment,
    "taskSchedule": _schedule,
    "priorityDefinition": _priority,
}
_READERS: dict[str, Callable[[etree._Element, Findings, str], dict[str, Any]]] = {
    "ioMapping": _io_mapping,
    "taskDefinition": _task_definition,
    "taskHeaders": _headers,
    "properties": _properties,
    "script": _script,
    "calledElement": _called_element,
    "calledDecision": _called_decision,
}
