"""Evaluation over HTTP, as JSON.

`POST /evaluation/api/cases/<id>/survey` {"grades": {dimension: grade}, "comment"} by the recipient;
`POST /evaluation/api/cases/<id>/survey/answers` {"channel", "grades", "comment"} by a clerk who asked;
`GET /evaluation/api/cases/<id>/assessment` the quality assessment;
`GET /evaluation/api/cases/<id>/manifest` the archived file.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request

from services.evaluation.looking import note_archive
from services.evaluation.queries import archive_of, assessment_of
from services.evaluation.schemas import ArchiveSchema, AssessmentSchema, CallBackSchema, RatingSchema
from services.evaluation.surveys import dimensions_of, rate, record_answer
from shared.errors import Malformed
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("evaluation_api", __name__, url_prefix="/evaluation/api")


@blueprint.post("/cases/<uuid:case_id>/survey")
@needs("evaluation.survey.answer")
def post_survey(case_id: UUID) -> Any:
    """Rate the service once, while the survey is open."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed
    answer = RatingSchema(dimensions_of(runtime().policy)).load(body)
    with transaction() as work:
        rate(work, case_id, current_person(), answer)
    return "", 204


@blueprint.post("/cases/<uuid:case_id>/survey/answers")
@needs("evaluation.survey.record")
def post_answer(case_id: UUID) -> Any:
    """Write down what the recipient answered on the phone or face to face."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed
    answer = CallBackSchema(dimensions_of(runtime().policy)).load(body)
    with transaction() as work:
        record_answer(work, case_id, current_person(), answer)
    return "", 204


@blueprint.get("/cases/<uuid:case_id>/assessment")
@needs("evaluation.assessment.read")
def get_assessment(case_id: UUID) -> Any:
    """The quality assessment, for staff, and once it is final for the handler and their firm's manager."""
    with reading() as session:
        _, record = assessment_of(session, case_id, current_person())
        return jsonify(AssessmentSchema().dump(record))


@blueprint.get("/cases/<uuid:case_id>/manifest")
@needs("evaluation.archive.read")
def get_manifest(case_id: UUID) -> Any:
    """The manifest of an archived case, for who may see the case."""
    with transaction() as work:
        archive = archive_of(work.session, case_id, current_person(), "evaluation.archive.read")
        note_archive(work, archive)
        return jsonify(ArchiveSchema().dump(archive))
