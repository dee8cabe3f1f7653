"""A clerk asks the recipient on the phone or face to face, and writes the rating down (S0-7.4.10.3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError

from services.evaluation import rules
from services.evaluation.models import Survey
from services.evaluation.pages import words
from services.evaluation.queries import case_for
from services.evaluation.schemas import CallBackSchema
from services.evaluation.surveys import SurveyNotOpen, dimensions_of, record_answer
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("evaluation_call_backs", __name__, url_prefix="/evaluation/cases/<uuid:case_id>/survey")


@blueprint.get("/answers")
@needs("evaluation.survey.record")
def answers(case_id: UUID) -> Any:
    """The rating form, while the survey is open."""
    person = current_person()
    with reading() as session:
        case_for(session, case_id, person, "evaluation.survey.record")
        found = session.get(Survey, case_id)
        if found is None or found.closed_at:
            raise SurveyNotOpen
        return _page(case_id, {}, {})


@blueprint.post("/answers")
@needs("evaluation.survey.record")
def post_answers(case_id: UUID) -> Any:
    """Keep the rating, or show the form again with what is missing."""
    dimensions = dimensions_of(runtime().policy)
    typed = {name: request.form.get(name, "") for name in (*dimensions, "comment", "channel")}
    grades = {name: typed[name] for name in dimensions if typed[name]}
    try:
        answer = CallBackSchema(dimensions).load(
            {"grades": grades, "comment": typed["comment"], "channel": typed["channel"]}
        )
    except ValidationError as error:
        messages = error.normalized_messages()
        return _page(case_id, typed, {**messages.pop("grades", {}), **messages}), 422
    with transaction() as work:
        record_answer(work, case_id, current_person(), answer)
    return redirect(f"/evaluation/cases/{case_id}", 303)


def _page(case_id: UUID, values: dict[str, str], errors: dict[str, list[str]]) -> str:
    ways = [{"value": code, "text": rules.CHANNELS[code]} for code in rules.CALL_BACKS]
    return render_template(
        "evaluation/survey.html", case_id=case_id, values=values, errors=errors, ways=ways, **words()
    )
