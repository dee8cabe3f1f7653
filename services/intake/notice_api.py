"""Authorities' notices (通知辩护、通知代理) as JSON; the same acts as on the pages, with the same rights.

Below `/intake/api/notices`, for clerks and for contacts of authorities; errors are problem+json.

- `POST /letters` (multipart: one or more `file`): 201, the files of the letter with their ids.
- `POST /` {"answers"}: the form `notice`, `letters` being ids of such files; 201 with the case number;
  409 with the number of the case when the same notice is entered already.
- `GET  /<case>`: one that the reader may see.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request

from services.intake.handlers.noticing import enter_notice, keep_letter
from services.intake.notice_form import notice_form
from services.intake.queries import visible_case
from services.intake.rules import NOTICE_KIND
from services.intake.schemas import EnteredNoticeSchema, MaterialSchema, NoticeSchema
from services.intake.uploads import stored
from shared.errors import Malformed, NotFound
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("intake_notice_api", __name__, url_prefix="/intake/api/notices")


@blueprint.post("/letters")
@needs("intake.notice.enter")
def upload() -> Any:
    """Bring files along; those that no notice names within a day are forgotten."""
    by = current_person().id
    with stored(request.files.getlist("file"), "") as uploads, transaction() as work:
        letters = [keep_letter(work, by, each) for each in uploads]
        return jsonify(MaterialSchema(many=True).dump(letters)), 201


@blueprint.post("")
@needs("intake.notice.enter")
def enter() -> Any:
    """Enter a notice."""
    content = request.get_json(silent=True)
    if not isinstance(content, dict):
        raise Malformed
    person = current_person()
    answers = notice_form(runtime(), person).check(NoticeSchema().load(content)["answers"])
    with transaction() as work:
        return jsonify(EnteredNoticeSchema().dump(enter_notice(work, person.id, answers))), 201


@blueprint.get("/<uuid:case_id>")
@needs("intake.case.read")
def show(case_id: UUID) -> Any:
    """Number and state of one."""
    with reading() as session:
        found = visible_case(session, case_id, current_person())
        if found.case_kind != NOTICE_KIND:
            raise NotFound
        return jsonify(EnteredNoticeSchema().dump(found))
