"""Pages about a change of handler: asking for it, what became of it, the letter to the authority."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file
from marshmallow import ValidationError

from services.dispatch import change_rules
from services.dispatch.evidence import chosen
from services.dispatch.models import Case
from services.dispatch.queries import change_of, dispatch_of, evidence_file, letter_of
from services.dispatch.requests import Asking, ask, open_grounds
from services.dispatch.schemas import ChangeFormSchema
from shared.errors import Invalid, Rejected, Sealed
from shared.files import ALLOWED
from shared.web import current_person, needs, reading, runtime, transaction
from shared.web.access_log import OPENED, Looked, note_access

blueprint = Blueprint("dispatch_changes", __name__, url_prefix="/dispatch")

DELIVERIES = {"in_app": "站内通知", "paper": "送达纸质公函", "none": "没有需要函告的办案机关"}
_FIELDS = ("ground", "statement", "evidence")


class NotNow(Rejected):
    """The handler of this case cannot be changed now."""

    zh = "现在不能申请更换：没有承办人员在办理，或者已经有一份申请在办理。"


@blueprint.get("/cases/<uuid:case_id>/changes/new")
@needs("dispatch.change.request")
def empty_form(case_id: UUID) -> Any:
    """The form to ask for another handler."""
    return _form(case_id, {}, {})


@blueprint.post("/cases/<uuid:case_id>/changes/new")
@needs("dispatch.change.request")
def post_form(case_id: UUID) -> Any:
    """Keep the request, or show the form again with what is missing."""
    typed = {name: request.form[name] for name in _FIELDS if name in request.form}
    try:
        filled = ChangeFormSchema().load(typed)
        with transaction() as work:
            asking = Asking(**filled, files=chosen(request.files.getlist("files")))
            change = ask(work, case_id, current_person(), asking)
            made = change.id
    except ValidationError as error:
        return _form(case_id, typed, error.normalized_messages()), 422
    except Invalid as problem:
        return _form(case_id, typed, problem.fields or {"files": [problem.message]}), problem.status
    return redirect(f"/dispatch/changes/{made}", 303)


@blueprint.get("/changes/<uuid:change_id>")
@needs("dispatch.change.read")
def change(change_id: UUID) -> Any:
    """A request and what became of it (S0-7.4.4f)."""
    with reading() as session:
        record = change_of(session, change_id, current_person())
        return render_template(
            "dispatch/change.html", record=record, grounds=_labels(), states=change_rules.CHANGE_STATES,
            deliveries=DELIVERIES,
        )  # fmt: skip


@blueprint.get("/changes/<uuid:change_id>/files/<uuid:file_id>")
@needs("dispatch.change.read_words")
def download(change_id: UUID, file_id: UUID) -> Response:
    """A piece of evidence, always to be saved; its name says only what it is."""
    with transaction() as work:
        file = evidence_file(work.session, change_id, file_id, current_person())
        case = work.session.get_one(Case, file.case_id)
        note_access(work, OPENED, _looked("dispatch.evidence", file_id, case))
        sha256, media_type = file.sha256, file.media_type
    answer = send_file(
        BytesIO(runtime().files.read(sha256)), mimetype=media_type, as_attachment=True, max_age=0,
        download_name=f"evidence-{file_id}{ALLOWED[media_type]}",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/changes/<uuid:change_id>/letter")
@needs("dispatch.letter.read")
def letter(change_id: UUID) -> Any:
    """The letter to the authority, to read or to print (S0-7.4.4f-letter)."""
    with transaction() as work:
        case, found = letter_of(work.session, change_id, current_person())
        note_access(work, OPENED, _looked("dispatch.letter", change_id, case))
        agencies = {a["path"]: a["name"] for a in runtime().policy.get("intake.agencies")}
        return render_template(
            "dispatch/letter.html", case=case, letter=found, agency=agencies.get(case.agency, "法律援助机构")
        )


def _looked(what: str, record_id: UUID, case: Case) -> Looked:
    return Looked(
        what=what, record_id=record_id, organisation=case.agency, case_id=case.case_id,
        case_number=case.number,
    )  # fmt: skip


def _form(case_id: UUID, values: dict[str, str], errors: dict[str, Any]) -> str:
    person = current_person()
    with reading() as session:
        case = dispatch_of(session, case_id, person).case
        if case.sealed_at:
            raise Sealed
        grounds = open_grounds(session, case, person, runtime().policy.get("dispatch.change_grounds"))
        if not grounds:
            raise NotNow
        return render_template(
            "dispatch/change_form.html", case=case, grounds=grounds, values=values, errors=errors,
            limit=runtime().policy.get("intake.upload_max_mb"),
        )  # fmt: skip


def _labels() -> dict[str, str]:
    return {ground["code"]: ground["label"] for ground in runtime().policy.get("dispatch.change_grounds")}
