"""Evaluation's pages: its part of the case page, the rating, the assessment, the manifest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError

from services.evaluation import rules, scoring
from services.evaluation.archiving import own_items
from services.evaluation.looking import note_archive
from services.evaluation.models import Survey
from services.evaluation.queries import about, archive_of, assessment_of, case_for, evaluation_of, reads_notes
from services.evaluation.schemas import RatingSchema
from services.evaluation.surveys import SurveyNotOpen, dimensions_of, rate
from shared.digest import digest_of_items
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("evaluation_pages", __name__, url_prefix="/evaluation")

RESULTS = {
    "won": "胜诉", "partly_won": "部分胜诉", "lost": "败诉", "settled": "调解或和解结案", "withdrawn": "撤诉",
    "non_litigation_done": "非诉讼事项办结", "terminated": "终止援助", "other": "其他",
}  # fmt: skip
MARKS = {
    "closing_file_breach": "超过期限未提交结案材料", "closing_review_breach": "超过期限未完成结案审查",
    "assessment_breach": "超过期限未完成质量评估", "recheck_breach": "超过期限未完成专家复核",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "results": RESULTS, "marks": MARKS, "grades": rules.GRADES,
    "channels": rules.CHANNELS, "closing_advice": rules.closing_advice,
    "quality_grades": scoring.QUALITY_GRADES, "levels": scoring.LEVELS,
}  # fmt: skip


def words() -> dict[str, Any]:
    """What the templates call things; the dimensions of a rating are the policy's."""
    return {**WORDS, "dimensions": dimensions_of(runtime().policy)}


@blueprint.get("/cases/<uuid:case_id>/panel")
@needs("evaluation.case.read")
def panel(case_id: UUID) -> Any:
    """Evaluation's part of the case page."""
    return _show("evaluation/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@needs("evaluation.case.read")
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("evaluation/page.html", case_id)


@blueprint.get("/cases/<uuid:case_id>/survey")
@needs("evaluation.survey.answer")
def survey(case_id: UUID) -> Any:
    """The rating form, for the recipient while it is open."""
    person = current_person()
    with reading() as session:
        case_for(session, case_id, person, "evaluation.survey.answer")
        found = session.get(Survey, case_id)
        if found is None or found.closed_at:
            raise SurveyNotOpen
        return _survey_page(case_id, {}, {})


@blueprint.post("/cases/<uuid:case_id>/survey")
@needs("evaluation.survey.answer")
def post_survey(case_id: UUID) -> Any:
    """Keep the rating, or show the form again with what is missing."""
    dimensions = dimensions_of(runtime().policy)
    grades = {name: request.form[name] for name in dimensions if name in request.form}
    typed = {**grades, "comment": request.form.get("comment", "")}
    try:
        answer = RatingSchema(dimensions).load({"grades": grades, "comment": typed["comment"]})
    except ValidationError as error:
        messages = error.normalized_messages()
        errors = {**messages.get("grades", {}), **{k: v for k, v in messages.items() if k == "comment"}}
        return _survey_page(case_id, typed, errors), 422
    with transaction() as work:
        rate(work, case_id, current_person(), answer)
    return redirect(f"/evaluation/cases/{case_id}/survey/thanks", 303)


@blueprint.get("/cases/<uuid:case_id>/survey/thanks")
@needs("evaluation.survey.answer")
def thanks(case_id: UUID) -> Any:
    """Say that the rating is kept."""
    with reading() as session:
        case_for(session, case_id, current_person(), "evaluation.survey.answer")
    return render_template("evaluation/thanks.html", case_id=case_id)


@blueprint.get("/cases/<uuid:case_id>/assessment")
@needs("evaluation.assessment.read")
def assessment(case_id: UUID) -> Any:
    """The score sheets, to read or to print; never for the recipient."""
    with reading() as session:
        case, record = assessment_of(session, case_id, current_person())
        return render_template("evaluation/assessment.html", case=case, record=record, **words())


@blueprint.get("/cases/<uuid:case_id>/manifest")
@needs("evaluation.archive.check")
def manifest(case_id: UUID) -> Any:
    """The manifest, checked against its own digests and evaluation's present record."""
    with transaction() as work:
        session = work.session
        archive = archive_of(session, case_id, current_person(), "evaluation.archive.check")
        note_archive(work, archive)
        faults = rules.manifest_faults(archive.manifest, archive.manifest_sha256)
        kept = next(p["digest"] for p in archive.manifest["parts"] if p["service"] == "evaluation")
        if digest_of_items(own_items(session, case_id)) != kept:
            faults.append("evaluation")
        return render_template("evaluation/manifest.html", archive=archive, faults=faults)


def _survey_page(case_id: UUID, values: dict[str, str], errors: dict[str, list[str]]) -> str:
    return render_template(
        "evaluation/survey.html", case_id=case_id, values=values, errors=errors, ways=[], **words()
    )


def _show(template: str, case_id: UUID) -> str:
    person = current_person()
    with reading() as session:
        record = evaluation_of(session, case_id, person)
        staff = reads_notes(person, record.case)
        return render_template(template, record=record, staff=staff, about=about(record.case), **words())
