"""The pages of what comes after a decision: report a ground for termination, doubt, objection, papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from services.review.doubts import raise_doubt, require_doubtable
from services.review.models import Case
from services.review.objections import contested_of, file_objection
from services.review.offers import offers_for
from services.review.queries import about, reports_of, review_of, sees_all, termination_of
from services.review.schemas import QuestionSchema, ReasonsSchema, ReportSchema
from services.review.terminations import report, require_terminable
from services.review.words import words
from shared.errors import NotFound, Sealed
from shared.messaging.work import UnitOfWork
from shared.rights import may
from shared.web import current_person, needs, reading, runtime, transaction
from shared.web.access_log import OPENED, Looked, note_access

blueprint = Blueprint("review_remedies", __name__, url_prefix="/review/cases/<uuid:case_id>")


@blueprint.get("/terminations")
@needs("review.termination.read")
def terminations(case_id: UUID) -> Any:
    """The reports and what became of them."""
    person = current_person()
    with reading() as session:
        case, reports = reports_of(session, case_id, person)
        offers = offers_for(session, case, person, runtime())
        return render_template(
            "review/terminations.html", case=case, reports=reports, offers=offers, me=person.id,
            sees_all=sees_all(person, case), staff=person.id != case.applicant_id, **words(),
        )  # fmt: skip


@blueprint.get("/terminations/new")
@needs("review.termination.report")
def new_termination(case_id: UUID) -> Any:
    """The form of a report."""
    with reading() as session:
        case, _ = reports_of(session, case_id, current_person())
        if not may(current_person(), "review.termination.report", about(case)):
            raise NotFound
        _require_open(case)
        require_terminable(session, case)
        return _form("report", case)


@blueprint.post("/terminations/new")
@needs("review.termination.report")
def post_termination(case_id: UUID) -> Any:
    """Keep the report, or show the form again with what is missing."""
    return _keep(
        case_id, "report", ReportSchema(words()["termination_grounds"]),
        lambda work, answer: report(work, case_id, current_person(), answer["ground"], answer["facts"]),
        f"/review/cases/{case_id}/terminations",
    )  # fmt: skip


@blueprint.get("/terminations/<uuid:termination_id>/paper")
@needs("review.termination.read")
def paper(case_id: UUID, termination_id: UUID) -> Any:
    """The decision to terminate as a paper to print (终止法律援助决定书)."""
    with transaction() as work:
        found = termination_of(work.session, case_id, current_person(), termination_id)
        case = work.session.get_one(Case, case_id)
        note_access(work, OPENED, Looked(
            what="review.termination_paper", record_id=termination_id, organisation=case.agency,
            case_id=case_id, case_number=case.number,
        ))  # fmt: skip
        agencies = {a["path"]: a["name"] for a in runtime().policy.get("intake.agencies")}
        return render_template(
            "review/termination_paper.html", case=case, termination=found,
            agency=agencies.get(case.agency, "法律援助机构"), **words(),
        )  # fmt: skip


@blueprint.get("/doubts/new")
@needs("review.doubt.raise")
def new_doubt(case_id: UUID) -> Any:
    """The form of a doubt."""
    with reading() as session:
        case = _own(session, case_id, "review.doubt.raise")
        _require_open(case)
        require_doubtable(session, case_id)
        return _form("doubt", case)


@blueprint.post("/doubts/new")
@needs("review.doubt.raise")
def post_doubt(case_id: UUID) -> Any:
    """Keep the doubt, or show the form again."""
    return _keep(
        case_id, "doubt", QuestionSchema(),
        lambda work, answer: raise_doubt(work, case_id, current_person(), answer["question"]),
        f"/review/cases/{case_id}",
    )  # fmt: skip


@blueprint.get("/objections/new")
@needs("review.objection.file")
def new_objection(case_id: UUID) -> Any:
    """The form of an objection."""
    world = runtime()
    with reading() as session:
        case = _own(session, case_id, "review.objection.file")
        days = world.policy.get("objection.file_days")
        contested = contested_of(session, case, world.clock.now(), world.calendar, days)
        return _form("objection", case, against=contested.against)


@blueprint.post("/objections/new")
@needs("review.objection.file")
def post_objection(case_id: UUID) -> Any:
    """Keep the objection, or show the form again."""
    return _keep(
        case_id, "objection", ReasonsSchema(),
        lambda work, answer: file_objection(work, case_id, current_person(), answer["reasons"]),
        f"/review/cases/{case_id}",
    )  # fmt: skip


def _keep(
    case_id: UUID, form: str, schema: Schema, act: Callable[[UnitOfWork, dict[str, Any]], object], then: str
) -> Any:
    typed = {name: request.form[name].strip() for name in schema.fields if name in request.form}
    try:
        answer = schema.load(typed)
    except ValidationError as error:
        with reading() as session:
            case, _ = reports_of(session, case_id, current_person())
            return _form(form, case, typed, error.normalized_messages()), 422
    with transaction() as work:
        act(work, answer)
    return redirect(then, 303)


def _form(
    form: str, case: Case, values: dict[str, Any] | None = None, errors: dict[str, Any] | None = None,
    against: str = "",
) -> str:  # fmt: skip
    return render_template(
        f"review/{form}.html", case=case, values=values or {}, errors=errors or {}, against=against, **words()
    )


def _own(session: Session, case_id: UUID, action: str) -> Case:
    """The case, for who may do this to it: its applicant."""
    person = current_person()
    case = review_of(session, case_id, person).case
    if not may(person, action, about(case)):
        raise NotFound
    return case


def _require_open(case: Case) -> None:
    if case.sealed_at is not None:
        raise Sealed
