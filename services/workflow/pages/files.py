"""Uploaded files of tasks: handed in by programs, and opened by those who may."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request, send_file
from sqlalchemy.orm import Session

from services.workflow.cases import case_for
from services.workflow.finished.looking_back import including_case, including_owner
from services.workflow.human.recusals import is_recused
from services.workflow.human.standing_in import Capacity, capacity_at
from services.workflow.human.uploads import add_upload
from services.workflow.models import CaseCopy, Task, Upload
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint
from services.workflow.pages.submitting import plain_name, store
from services.workflow.problems import NotYourTask, TaskOver
from services.workflow.queries import task_for
from shared.errors import Invalid, NotFound
from shared.web import Person, current_person, needs, reading, runtime, transaction
from shared.web.access_log import OPENED, Looked, note_access
from shared.web.downloads import safe_name


@blueprint.get("/files/<uuid:file_id>")
@needs("workflow.file.read")
def download(file_id: UUID) -> Response:
    """The file, always to be saved, never shown inside our own pages."""
    with reading() as session:
        upload = session.get(Upload, file_id)
        if upload is None:
            raise NotFound
        with including_case(session, upload.case_id, upload.instance_key) as view:
            capacity = _as_whom(view, upload, current_person())
            if capacity is None:
                raise NotFound
            looked = _looked(view, upload, capacity)
    with transaction() as work:
        note_access(work, OPENED, looked)
    content = BytesIO(runtime().files.read(upload.sha256))
    answer = send_file(
        content,
        mimetype=upload.media_type,
        as_attachment=True,
        download_name=safe_name(upload.name),
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/api/tasks/<int:key>/files")
@needs("workflow.task.work")
def upload_file(key: int) -> Any:
    """Take the multipart file `file` for an open task of one's own; its id goes into the answers."""
    person, file = current_person(), request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(fields={"file": ["请选择要上传的文件"]})
    with reading() as session, including_owner(session, Task, key) as session:
        _check_task(session, key, person)
    stored = store(file)
    with transaction() as work:
        task = _check_task(work.session, key, person)
        upload = add_upload(work, task, person.id, stored, plain_name(file.filename))
        return jsonify(
            id=str(upload.id), name=upload.name, sha256=upload.sha256, size=upload.size,
            media_type=upload.media_type,
        ), 201  # fmt: skip


def _looked(session: Session, upload: Upload, capacity: Capacity) -> Looked:
    case = session.get(CaseCopy, upload.case_id) if upload.case_id else None
    task = session.get_one(Task, upload.task_key)
    return Looked(
        what="workflow.upload", record_id=upload.id, organisation=case.agency if case else task.org_path,
        case_id=upload.case_id, case_number=case.number if case else "",
        behalf_of=UUID(capacity.absent) if capacity.absent else None,
    )  # fmt: skip


def _check_task(session: Session, key: int, person: Person) -> Task:
    now = runtime().clock.now()
    task = task_for(session, key, person, now)
    if task.status != CREATED:
        raise TaskOver
    capacity = capacity_at(session, task, person, now)
    if capacity is None or task.assignee != capacity.whose:
        raise NotYourTask
    return task


def _as_whom(session: Session, upload: Upload, person: Person) -> Capacity | None:
    """Who brought it, who has the task it was brought to or does it for them, and once handed in who may see
    the case; None for all others."""
    me = Capacity(str(person.id))
    if upload.by == person.id:
        return me
    task = session.get(Task, upload.task_key)
    capacity = capacity_at(session, task, person, runtime().clock.now()) if task is not None else None
    if task is not None and capacity is not None and task.assignee == capacity.whose:
        return capacity
    if not upload.kept or upload.case_id is None:
        return None
    try:
        case_for(session, upload.case_id, person)
    except NotFound:
        return _at_a_task(session, upload, person)
    return me


def _at_a_task(session: Session, upload: Upload, person: Person) -> Capacity | None:
    """As whom the person may do a task of the same case: its page may show the file."""
    if is_recused(session, upload.case_id, str(person.id)):
        return None
    of_case = session.query(Task).filter_by(case_id=upload.case_id, status=CREATED)
    now = runtime().clock.now()
    found = (capacity_at(session, task, person, now) for task in of_case)
    return next((capacity for capacity in found if capacity is not None), None)
