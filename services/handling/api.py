"""Handling's record of a case as JSON: `GET /handling/api/cases/<case_id>`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify

from services.handling.queries import handling_of
from services.handling.schemas import HandlingSchema
from shared.web import current_person, logged_in, reading

blueprint = Blueprint("handling_api", __name__, url_prefix="/handling/api")


@blueprint.get("/cases/<uuid:case_id>")
@logged_in
def get_handling(case_id: UUID) -> Any:
    """Agreements, meetings, progress and missed periods, for who may see the case."""
    with reading() as session:
        record = handling_of(session, case_id, current_person())
        return jsonify(HandlingSchema().dump(record))
