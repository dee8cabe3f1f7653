"""The applicant's acts as JSON; the same acts as on the pages, with the same rights (role applicant).

All below `/intake/api`; errors are problem+json (409 not in this state, 413 and 422 with messages by field).

- `GET  /notice` (open): the notice in force: version, title, parts.
- `POST /applications` {"notice_version", "confirmed": true}: a draft; 201.
- `GET  /applications`, `GET /applications/<id>`: one's own, the newest first.
- `PUT  /applications/<id>/answers` {"revision", "answers"}: the whole form `apply`.
- `GET  /applications/<id>/materials`: what is asked for and what is there.
- `POST /applications/<id>/materials` (multipart: `kind`, one or more `file`): 201.
- `DELETE /applications/<id>/materials/<material_id>`: 204.
- `POST /applications/<id>/submission` {"revision"}: submits; the answer holds the case number.
- `GET  /applications/<id>/corrections`: the correction notices, the newest first.
- `POST /applications/<id>/correction/files` (multipart: `item`, one or more `file`): 201.
- `POST /applications/<id>/correction` {"replies": {item id: text}}: hands the corrections in.
- `POST /applications/<id>/withdrawal` {"reason"}: takes the application back.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from marshmallow import Schema

from services.intake.application_form import application_form
from services.intake.handlers import applying, following
from services.intake.notice import current_notice
from services.intake.origin import origin
from services.intake.queries import corrections_of, own_application, own_applications
from services.intake.refusals import ConsentMissing, NoticeChanged
from services.intake.schemas import (
    AnswersSchema,
    ApplicationSchema,
    ConsentSchema,
    CorrectionAnswerSchema,
    CorrectionSchema,
    MaterialSchema,
    SubmissionSchema,
    WithdrawalSchema,
)
from services.intake.uploads import stored
from shared.errors import Invalid, Malformed
from shared.web import current_person, needs, open_to_all, reading, runtime, transaction

blueprint = Blueprint("intake_api", __name__, url_prefix="/intake/api")


@blueprint.get("/notice")
@open_to_all("the notice is public")
def get_notice() -> Any:
    """The notice in force."""
    notice = current_notice()
    return jsonify(version=notice.version, title=notice.title, parts=notice.parts, sha256=notice.sha256)


@blueprint.post("/applications")
@needs("intake.application.fill")
def create() -> Any:
    """Confirm the notice, which opens a draft."""
    body, notice = _body(ConsentSchema()), current_notice()
    if not body["confirmed"]:
        raise ConsentMissing(fields={"confirmed": [ConsentMissing.zh]})
    if body["notice_version"] != notice.version:
        raise NoticeChanged
    with transaction() as work:
        draft = applying.begin(work, current_person().id, notice, origin())
        return jsonify(ApplicationSchema().dump(draft)), 201


@blueprint.get("/applications")
@needs("intake.application.read")
def index() -> Any:
    """One's own applications."""
    with reading() as session:
        return jsonify(ApplicationSchema(many=True).dump(own_applications(session, current_person().id)))


@blueprint.get("/applications/<uuid:case_id>")
@needs("intake.application.read")
def show(case_id: UUID) -> Any:
    """One of them."""
    with reading() as session:
        return jsonify(ApplicationSchema().dump(own_application(session, case_id, current_person().id)))


@blueprint.put("/applications/<uuid:case_id>/answers")
@needs("intake.application.fill")
def answer(case_id: UUID) -> Any:
    """Fill in the form."""
    body, form = _body(AnswersSchema()), application_form(runtime())
    answers = form.check(body["answers"])
    with transaction() as work:
        draft = applying.own_draft(work, case_id, current_person().id, body["revision"])
        applying.named_earlier_case(work, draft, answers)
        applying.save_all(draft, form, answers)
        return jsonify(ApplicationSchema().dump(draft))


@blueprint.get("/applications/<uuid:case_id>/materials")
@needs("intake.application.read")
def materials(case_id: UUID) -> Any:
    """The materials asked for, and those that are there."""
    with reading() as session:
        application = own_application(session, case_id, current_person().id)
        wanted = applying.materials_for(runtime().policy.get("intake.materials"), application)
        return jsonify(wanted=wanted, there=MaterialSchema(many=True).dump(application.materials))


@blueprint.post("/applications/<uuid:case_id>/materials")
@needs("intake.application.fill")
def upload(case_id: UUID) -> Any:
    """Add files of one material group."""
    kind, person = request.form.get("kind", ""), current_person()
    with stored(request.files.getlist("file"), kind) as uploads, transaction() as work:
        draft = applying.own_draft(work, case_id, person.id)
        added = [applying.add_material(work, draft, one) for one in uploads]
        return jsonify(MaterialSchema(many=True).dump(added)), 201


@blueprint.delete("/applications/<uuid:case_id>/materials/<uuid:material_id>")
@needs("intake.application.fill")
def remove(case_id: UUID, material_id: UUID) -> Any:
    """Take a file back."""
    with transaction() as work:
        draft = applying.own_draft(work, case_id, current_person().id)
        applying.remove_material(work, draft, material_id)
    return "", 204


@blueprint.post("/applications/<uuid:case_id>/submission")
@needs("intake.application.fill")
def submit(case_id: UUID) -> Any:
    """Submit."""
    body, form = _body(SubmissionSchema()), application_form(runtime())
    with transaction() as work:
        draft = applying.own_draft(work, case_id, current_person().id, body["revision"])
        applying.submit(work, draft, form)
        return jsonify(ApplicationSchema().dump(draft))


@blueprint.get("/applications/<uuid:case_id>/corrections")
@needs("intake.application.read")
def corrections(case_id: UUID) -> Any:
    """The correction notices with everything they list."""
    with reading() as session:
        own_application(session, case_id, current_person().id)
        return jsonify(CorrectionSchema(many=True).dump(corrections_of(session, case_id)))


@blueprint.post("/applications/<uuid:case_id>/correction/files")
@needs("intake.application.correct")
def upload_correction(case_id: UUID) -> Any:
    """Add files to one item of the open correction."""
    item_id, person = _item_id(), current_person()
    with stored(request.files.getlist("file"), "") as uploads, transaction() as work:
        application, correction = following.open_correction_of(work, case_id, person.id)
        added = [following.add_corrected_file(work, application, correction, item_id, one) for one in uploads]
        return jsonify(MaterialSchema(many=True).dump(added)), 201


@blueprint.post("/applications/<uuid:case_id>/correction")
@needs("intake.application.correct")
def correct(case_id: UUID) -> Any:
    """Hand the corrections in."""
    replies = {str(item): text for item, text in _body(CorrectionAnswerSchema())["replies"].items()}
    with transaction() as work:
        application, correction = following.open_correction_of(work, case_id, current_person().id)
        following.save_replies(correction, replies)
        following.resubmit(work, application, correction)
        return jsonify(ApplicationSchema().dump(application))


@blueprint.post("/applications/<uuid:case_id>/withdrawal")
@needs("intake.application.withdraw")
def withdraw(case_id: UUID) -> Any:
    """Take the application back."""
    body, person = _body(WithdrawalSchema()), current_person()
    with transaction() as work:
        following.withdraw(work, case_id, person.id, body["reason"])
    return show(case_id)


def _body(schema: Schema) -> dict[str, Any]:
    content = request.get_json(silent=True)
    if not isinstance(content, dict):
        raise Malformed
    loaded: dict[str, Any] = schema.load(content)
    return loaded


def _item_id() -> UUID:
    try:
        return UUID(request.form.get("item", ""))
    except ValueError:
        raise Invalid(fields={"item": ["请写明补交的是哪一项"]}) from None
