"""Review over HTTP, as JSON.

`GET /review/api/cases/<id>` the record; `POST …/terminations` {"ground", "facts"}, `POST …/doubts`
{"question"}, `POST …/objections` {"reasons"}, each answered with the id of what was kept;
`GET …/terminations` the reports and what became of them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from marshmallow import Schema

from services.review.doubts import raise_doubt
from services.review.objections import file_objection
from services.review.queries import reports_of, review_of
from services.review.schemas import (
    QuestionSchema,
    ReasonsSchema,
    ReportSchema,
    ReviewSchema,
    TerminationSchema,
)
from services.review.terminations import report
from shared.errors import Malformed
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("review_api", __name__, url_prefix="/review/api")


@blueprint.get("/cases/<uuid:case_id>")
@needs("review.case.read")
def get_review(case_id: UUID) -> Any:
    """Findings, notices, decision, deadline marks and what came after, for who may see the case."""
    with reading() as session:
        record = review_of(session, case_id, current_person())
        return jsonify(ReviewSchema().dump(record))


@blueprint.get("/cases/<uuid:case_id>/terminations")
@needs("review.termination.read")
def get_terminations(case_id: UUID) -> Any:
    """The reports; the authority reads its own."""
    with reading() as session:
        _, reports = reports_of(session, case_id, current_person())
        return jsonify(TerminationSchema(many=True).dump(reports))


@blueprint.post("/cases/<uuid:case_id>/terminations")
@needs("review.termination.report")
def post_termination(case_id: UUID) -> Any:
    """Report a ground for termination (S0-7.4.9c)."""
    grounds = [row["code"] for row in runtime().policy.get("termination.grounds")]
    answer = _body(ReportSchema(grounds))
    with transaction() as work:
        kept = report(work, case_id, current_person(), answer["ground"], answer["facts"])
        return jsonify(id=kept.id), 201


@blueprint.post("/cases/<uuid:case_id>/doubts")
@needs("review.doubt.raise")
def post_doubt(case_id: UUID) -> Any:
    """Ask to have the decision explained (S0-7.4.3c)."""
    answer = _body(QuestionSchema())
    with transaction() as work:
        return jsonify(id=raise_doubt(work, case_id, current_person(), answer["question"]).id), 201


@blueprint.post("/cases/<uuid:case_id>/objections")
@needs("review.objection.file")
def post_objection(case_id: UUID) -> Any:
    """Object to the refusal or termination."""
    answer = _body(ReasonsSchema())
    with transaction() as work:
        return jsonify(id=file_objection(work, case_id, current_person(), answer["reasons"]).id), 201


def _body(schema: Schema) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed
    loaded: dict[str, Any] = schema.load(body)
    return loaded
