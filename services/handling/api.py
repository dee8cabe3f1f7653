"""Handling over HTTP, as JSON.

`GET /handling/api/cases/<case_id>` the record; `POST /handling/api/cases/<case_id>/suspensions` (a multipart
form with since, reason, document and file) reports a stay.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify

from services.handling.pages import report_from_request
from services.handling.queries import handling_of
from services.handling.schemas import HandlingSchema
from services.handling.stays import report_suspension
from shared.web import current_person, needs, reading, transaction

blueprint = Blueprint("handling_api", __name__, url_prefix="/handling/api")


@blueprint.get("/cases/<uuid:case_id>")
@needs("handling.case.read")
def get_handling(case_id: UUID) -> Any:
    """Everything handling holds, for who may see the case."""
    with reading() as session:
        record = handling_of(session, case_id, current_person())
        return jsonify(HandlingSchema().dump(record))


@blueprint.post("/cases/<uuid:case_id>/suspensions")
@needs("handling.suspension.report")
def post_suspension(case_id: UUID) -> Any:
    """Report a stay, as the handler of the case."""
    with transaction() as work:
        suspension = report_suspension(work, case_id, current_person(), report_from_request())
        return jsonify(id=str(suspension.id)), 201
