"""The files of a deployment as they come in: read and judged one by one, before anything is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.workflow.decisions.files import DecisionFile, read_file
from services.workflow.deploying.deployment_checks import Fault, form_faults, model_faults
from services.workflow.engine import Definition, ModelRefused, parse

Resource = tuple[str, bytes]
LARGEST = 2_000_000
"""Bytes of a file."""
LARGEST_TOGETHER = 20_000_000
_KINDS, _KINDS_ZH = "hand in .bpmn, .dmn and .form files", "提交 .bpmn、.dmn、.form 文件"
_AGAIN = ("用表单编辑器重新导出文件", "export the file again from the form editor")
MOST = 500
"""Files of a deployment."""


@dataclass
class Read:
    """The files of a deployment, read but not yet kept."""

    definitions: list[tuple[str, bytes, Definition]] = field(default_factory=list)
    forms: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    decisions: list[DecisionFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def read_files(resources: Sequence[Resource]) -> Read:
    """All files (`*.bpmn`, `*.dmn`, `*.form`) with every fault that can be seen without the database."""
    read = Read(faults=size_faults(resources))
    if not read.faults:
        for name, content in resources:
            add_file(name, content, read)
    return read


def size_faults(resources: Sequence[Resource]) -> list[Fault]:
    """Why these files are not even opened: none, too many, or too large."""
    if not resources:
        return [Fault("", "", "nothing", "没有文件", "no files", _KINDS_ZH, _KINDS)]
    found = [
        Fault(name, "", "file-too-large", f"文件超过 {LARGEST // 1_000_000} MB",
              f"the file is larger than {LARGEST // 1_000_000} MB",
              "把它拆成几个文件", "split it into several files")
        for name, content in resources
        if len(content) > LARGEST
    ]  # fmt: skip
    together = sum(len(content) for _, content in resources)
    if not found and (len(resources) > MOST or together > LARGEST_TOGETHER):
        english = f"more than {MOST} files, or {LARGEST_TOGETHER // 1_000_000} MB together"
        reason = f"一次超过 {MOST} 个文件,或者合计超过 {LARGEST_TOGETHER // 1_000_000} MB"
        found.append(Fault("", "", "too-many", reason, english, "分几次部署", "deploy it in parts"))
    return found


def add_file(name: str, content: bytes, read: Read) -> None:
    """Read one file, or note what is wrong with it."""
    reader = _READERS.get(name.rpartition(".")[2])
    if reader is None:
        english = "neither .bpmn nor .dmn nor .form"
        read.faults.append(Fault(name, "", "unknown-kind", "不认识的文件类型", english, _KINDS_ZH, _KINDS))
    else:
        reader(name, content, read)


def _read_model(name: str, content: bytes, read: Read) -> None:
    try:
        definitions = parse(content)
    except ModelRefused as refused:
        read.faults += [Fault.of_model(name, error) for error in refused.errors]
        return
    notes = dict.fromkeys(Fault.of_note(name, note) for d in definitions for note in d.notes)
    read.notes += notes  # what is said of the file is said with each of its processes
    for definition in definitions:
        read.definitions.append((name, content, definition))
        read.faults += model_faults(name, definition)


def _read_decisions(name: str, content: bytes, read: Read) -> None:
    file, faults = read_file(name, content)
    read.faults += faults
    if file is not None:
        read.decisions.append(file)


def _read_form(name: str, content: bytes, read: Read) -> None:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        read.faults.append(Fault(name, "", "not-json", "不是有效的 JSON", "not JSON", *_AGAIN))
        return
    faults = form_faults(name, body)
    read.faults += faults
    if not faults:
        read.forms.append((name, body))


_READERS: dict[str, Callable[[str, bytes, Read], None]] = {
    "bpmn": _read_model,
    "dmn": _read_decisions,
    "form": _read_form,
}
