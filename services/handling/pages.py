"""Handling's pages: its part of the case page, the handler's log on paper, and the report of a stay."""

from __future__ import annotations

from io import BytesIO
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file
from marshmallow import ValidationError

from services.handling.models import Case
from services.handling.queries import handling_of, reads_notes, suspension_for
from services.handling.schemas import SuspensionReportSchema
from services.handling.stays import Report, may_report, refuse_report, report_suspension
from services.handling.worklog import steps_of, words_of
from shared.errors import Invalid
from shared.files import ALLOWED
from shared.web import current_person, needs, reading, runtime, transaction
from shared.web.access_log import OPENED, Looked, note_access

blueprint = Blueprint("handling_pages", __name__, url_prefix="/handling")

MARKS = {
    "agreement_breach": "超过期限未签订协议", "meeting_breach": "超过期限未约见受援人",
    "handover_breach": "超过期限未移交案件", "witness_breach": "举证期限届满，没有申请证人出庭",
}  # fmt: skip
WITNESSES = {"yes": "需要证人出庭", "no": "不需要证人出庭", "unknown": "还不知道要不要证人出庭"}
WORDS: dict[str, Any] = {"marks": MARKS, "witnesses": WITNESSES}
_FIELDS = ("since", "reason", "document")


@blueprint.get("/cases/<uuid:case_id>/panel")
@needs("handling.case.read")
def panel(case_id: UUID) -> Any:
    """Handling's part of the case page."""
    return _show("handling/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@needs("handling.case.read")
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("handling/page.html", case_id)


@blueprint.get("/cases/<uuid:case_id>/log")
@needs("handling.case.read")
def log(case_id: UUID) -> Any:
    """All steps of the handler in order of time, to be read or printed (S0-7.3.4)."""
    return _show("handling/log.html", case_id)


@blueprint.get("/cases/<uuid:case_id>/suspensions/new")
@needs("handling.suspension.report")
def empty_report(case_id: UUID) -> Any:
    """The form to report that the case is stayed, for its handler."""
    return _report_page(case_id, {}, {})


@blueprint.post("/cases/<uuid:case_id>/suspensions/new")
@needs("handling.suspension.report")
def post_report(case_id: UUID) -> Any:
    """Keep the report, or show the form again with what is missing."""
    try:
        with transaction() as work:
            report_suspension(work, case_id, current_person(), report_from_request())
    except Invalid as problem:
        typed = {name: request.form.get(name, "") for name in _FIELDS}
        errors = problem.fields or {"file": [problem.message]}
        return _report_page(case_id, typed, errors), problem.status
    return redirect(f"/handling/cases/{case_id}", 303)


@blueprint.get("/suspensions/<uuid:suspension_id>/file")
@needs("handling.case.read")
def download(suspension_id: UUID) -> Response:
    """The court's paper about a stay, always to be saved; its name says only what it is."""
    with transaction() as work:
        found = suspension_for(work.session, suspension_id, current_person())
        case = work.session.get_one(Case, found.case_id)
        note_access(work, OPENED, Looked(
            what="handling.suspension", record_id=suspension_id, organisation=case.agency,
            case_id=case.case_id, case_number=case.number,
        ))  # fmt: skip
        sha256, media_type = found.file_sha256, found.file_media_type
    answer = send_file(
        BytesIO(runtime().files.read(sha256)), mimetype=media_type, as_attachment=True, max_age=0,
        download_name=f"suspension-{suspension_id}{ALLOWED[media_type]}",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def report_from_request() -> Report:
    """The report as posted, fields and file; raises Invalid with the messages of the fields."""
    typed = {name: request.form[name] for name in _FIELDS if name in request.form}
    try:
        filled = SuspensionReportSchema(runtime().clock.now()).load(typed)
    except ValidationError as error:
        raise Invalid(error.normalized_messages()) from None
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": ["请上传法院的文书"]})
    name = file.filename.replace("\\", "/").rpartition("/")[2]
    return Report(**filled, file_name=name, file=cast("BinaryIO", file.stream))


def _report_page(case_id: UUID, values: dict[str, str], errors: dict[str, Any]) -> str:
    with reading() as session:
        case = refuse_report(session, case_id, current_person(), runtime().clock.now())
        limit = runtime().policy.get("intake.upload_max_mb")
        return render_template(
            "handling/suspension.html", case=case, values=values, errors=errors, limit=limit
        )


def _show(template: str, case_id: UUID) -> str:
    person = current_person()
    with reading() as session:
        record = handling_of(session, case_id, person)
        words = words_of(runtime().settings.workflows_dir / "forms")
        return render_template(
            template, record=record, steps=steps_of(record, words),
            staff=reads_notes(person, record.case),
            may_suspend=may_report(session, record.case, person, runtime().clock.now()), **WORDS,
        )  # fmt: skip
