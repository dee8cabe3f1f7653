"""Review's record of a case as JSON: `GET /review/api/cases/<case_id>`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify

from services.review.queries import review_of
from services.review.schemas import ReviewSchema
from shared.web import current_person, logged_in, reading

blueprint = Blueprint("review_api", __name__, url_prefix="/review/api")


@blueprint.get("/cases/<uuid:case_id>")
@logged_in
def get_review(case_id: UUID) -> Any:
    """Findings, notices, decision and deadline marks, for who may see the case."""
    with reading() as session:
        record = review_of(session, case_id, current_person())
        return jsonify(ReviewSchema().dump(record))
