"""Files in answers: every id must be an upload of the same process; the next service is told what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Task, Upload
from shared.errors import Invalid
from shared.files import StoredFile
from shared.forms.components import Component, fields_of
from shared.messaging.work import UnitOfWork

UNKNOWN = "文件无效，请重新上传"
Place = tuple[str | int, ...]


def add_upload(work: UnitOfWork, task: Task, by: UUID, file: StoredFile, name: str) -> Upload:
    """Note a stored file of an open task."""
    upload = Upload(
        id=work.ids.uuid(), instance_key=task.instance_key, task_key=task.key, case_id=task.case_id,
        sha256=file.sha256, size=file.size, media_type=file.media_type, name=name[:255], by=by,
        at=work.clock.now(), kept=False,
    )  # fmt: skip
    work.session.add(upload)
    return upload


def keep_files(
    session: Session, task: Task, form: Mapping[str, Any] | None, answers: Mapping[str, Any]
) -> None:
    """Keep the files that accepted answers name; raises Invalid at the field of one that is none of ours."""
    named = list(_named(form["components"], answers, ())) if form is not None else []
    uploads = uploads_of(session, task.instance_key, [identifier for _, identifier in named])
    wrong: dict[Any, Any] = {}
    for place, identifier in named:
        if identifier not in uploads:
            at_field(wrong, place, UNKNOWN)
    if wrong:
        raise Invalid(fields=wrong)
    for upload in uploads.values():
        upload.kept = True


def files_named(session: Session, instance_key: int, answers: Any) -> dict[str, dict[str, str]]:
    """What the file ids in stored answers stand for, as a submission tells it to the next service."""
    uploads = uploads_of(session, instance_key, list(_texts(answers)))
    return {
        identifier: {"sha256": file.sha256, "name": file.name, "media_type": file.media_type}
        for identifier, file in uploads.items()
    }


def uploads_of(session: Session, instance_key: int, ids: Sequence[str]) -> dict[str, Upload]:
    """The uploads of a process with these ids, by id."""
    known = [found for found in map(_uuid, ids) if found is not None]
    if not known:
        return {}
    wanted = sa.select(Upload).where(Upload.instance_key == instance_key, Upload.id.in_(known))
    return {str(row.id): row for row in session.scalars(wanted)}


def at_field(errors: dict[Any, Any], place: Place, message: str) -> None:
    """Add a message to errors shaped as marshmallow shapes them."""
    for step in place[:-1]:
        errors = errors.setdefault(step, {})
    errors[place[-1]] = [message]


def _named(
    components: Sequence[Component], answers: Mapping[str, Any], place: Place
) -> Iterator[tuple[Place, str]]:
    for field in fields_of(components):
        value = answers.get(field.key)
        if field.component["type"] == "filepicker":
            yield from (((*place, field.key), str(item)) for item in value or ())
        elif field.component["type"] == "dynamiclist":
            for index, row in enumerate(value or ()):
                yield from _named(field.component["components"], row, (*place, field.key, index))


def _texts(answers: Any) -> Iterator[str]:
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, Mapping | list):
        for item in answers.values() if isinstance(answers, Mapping) else answers:
            yield from _texts(item)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
