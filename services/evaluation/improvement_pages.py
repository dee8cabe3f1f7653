"""The administrator's page about what recipients say, and the measures taken after it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError

from services.evaluation import rules
from services.evaluation.improving import (
    add_improvement,
    finish_improvement,
    improvements,
    indicators,
)
from services.evaluation.schemas import ImprovementSchema, OutcomeSchema
from services.evaluation.surveys import dimensions_of
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("evaluation_improvements", __name__, url_prefix="/evaluation/improvements")


@blueprint.get("")
@needs("evaluation.improvement.manage")
def show() -> Any:
    """Indicators of the last year, and all measures."""
    return _page({}, {})


@blueprint.post("")
@needs("evaluation.improvement.manage")
def add() -> Any:
    """Undertake a measure, or show the form again with what is missing."""
    typed = request.form.to_dict()
    try:
        filled = ImprovementSchema(dimensions_of(runtime().policy)).load(typed)
    except ValidationError as error:
        return _page(typed, error.normalized_messages()), 422
    with transaction() as work:
        add_improvement(work, current_person(), filled)
    return redirect("/evaluation/improvements", 303)


@blueprint.post("/<uuid:identifier>/done")
@needs("evaluation.improvement.manage")
def done(identifier: UUID) -> Any:
    """Record what became of a measure."""
    typed = request.form.to_dict()
    try:
        filled = OutcomeSchema().load(typed)
    except ValidationError as error:
        return _page({"of": str(identifier)}, error.normalized_messages()), 422
    with transaction() as work:
        finish_improvement(work, current_person(), identifier, filled["outcome"])
    return redirect("/evaluation/improvements", 303)


def _page(values: dict[str, str], errors: dict[str, list[str]]) -> str:
    dimensions, now = dimensions_of(runtime().policy), runtime().clock.now()
    with reading() as session:
        return render_template(
            "evaluation/improvements.html", values=values, errors=errors, dimensions=dimensions,
            grades=rules.GRADES, found=indicators(session, current_person(), now, dimensions),
            measures=improvements(session, current_person()),
        )  # fmt: skip
