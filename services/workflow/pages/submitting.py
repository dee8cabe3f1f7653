"""Reading a posted task form: its values, and the files that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage

from services.workflow.human.uploads import Place, add_upload, at_field
from services.workflow.models.tasks import CREATED
from services.workflow.pages.worksheet import Worksheet
from shared.errors import TooLarge
from shared.files import FileRefused, StoredFile
from shared.forms import file_inputs, form_values
from shared.forms.posted import upload_name
from shared.web import Person, runtime, transaction

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class HandedIn:
    """What was typed, with the ids of files stored just now; `errors` about files that were refused."""

    values: dict[str, Any]
    errors: dict[Any, Any]


def handed_in(sheet: Worksheet, person: Person) -> HandedIn:
    """The posted values of a task's form. Files are taken from who has the task, and kept at once: they
    survive when the rest has to be corrected.
    """
    if sheet.form is None:
        return HandedIn({}, {})
    errors: dict[Any, Any] = {}
    stored: dict[str, list[tuple[StoredFile, str]]] = {}
    if sheet.task.status == CREATED and sheet.task.assignee == sheet.capacity.whose:
        for name in file_inputs(sheet.form, request.form):
            stored[name] = _stored(request.files.getlist(name), _place(name), errors)
    ids = _noted(sheet, person.id, stored) if any(stored.values()) else {}
    return HandedIn(form_values(sheet.form, request.form, ids), errors)


def store(file: FileStorage) -> StoredFile:
    """Put a file on the disk; raises FileRefused or TooLarge."""
    limit = int(runtime().policy.get("intake.upload_max_mb")) * MEGABYTE
    return runtime().files.keep(cast("BinaryIO", file.stream), limit)


def plain_name(filename: str | None) -> str:
    """The last part of what a browser calls the file."""
    return (filename or "").replace("\\", "/").rpartition("/")[2] or "文件"


def _stored(
    files: Sequence[FileStorage], place: Place, errors: dict[Any, Any]
) -> list[tuple[StoredFile, str]]:
    kept = []
    for file in files:
        if not file.filename:
            continue
        try:
            kept.append((store(file), plain_name(file.filename)))
        except (FileRefused, TooLarge) as error:
            at_field(errors, place, error.message)
    return kept


def _noted(
    sheet: Worksheet, by: UUID, stored: dict[str, list[tuple[StoredFile, str]]]
) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    with transaction() as work:
        for name, files in stored.items():
            for file, filename in files:
                identifier = str(add_upload(work, sheet.task, by, file, filename).id)
                ids.setdefault(name, []).append(identifier)
                sheet.files[identifier] = {"name": filename, "href": f"/workflow/files/{identifier}"}
    return ids


def _place(name: str) -> Place:
    """`rows-0-proof-upload` is the field `proof` of the first row of `rows`."""
    steps = name.removesuffix(upload_name("")).split("-")
    return tuple(int(step) if step.isdecimal() else step for step in steps)
