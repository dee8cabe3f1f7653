"""From the notice to the submitted application: confirm, fill in step by step, check, submit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from services.intake.application_form import Answers, ApplicationForm, Step, application_form
from services.intake.handlers.applying import (
    begin,
    materials_for,
    named_earlier_case,
    own_draft,
    require_draft,
    save_step,
    submit,
)
from services.intake.indexes import party_indexes
from services.intake.models import Application
from services.intake.notice import current_notice
from services.intake.origin import origin
from services.intake.queries import own_application, same_case
from services.intake.refusals import ApplicationIncomplete, ConsentMissing, NoticeChanged
from services.intake.rules import missing_materials
from shared.errors import Invalid
from shared.forms import form_values, render_form, wants_redraw
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("intake_apply", __name__, url_prefix="/intake")


@blueprint.get("/apply")
@needs("intake.application.fill")
def notice() -> Any:
    """The notice before every application (S0-7.3.1a)."""
    return _notice_page()


@blueprint.post("/apply")
@needs("intake.application.fill")
def confirm() -> Any:
    """The confirmation of the notice opens a draft (S0-7.3.1b)."""
    shown = current_notice()
    if request.form.get("notice_version") != shown.version:
        raise NoticeChanged
    if request.form.get("confirmed") != "true":
        return _notice_page(ConsentMissing()), ConsentMissing.status
    with transaction() as work:
        draft = begin(work, current_person().id, shown, origin())
        address = url_for("intake_follow.application", case_id=draft.case_id)
    return redirect(address, 303)


@blueprint.get("/applications/<uuid:case_id>/steps/<key>")
@needs("intake.application.fill")
def step(case_id: UUID, key: str) -> Any:
    """One page of the application form with what was filled in so far."""
    form = application_form(runtime())
    with reading() as session:
        draft = _own_draft(session, case_id)
        return _step_page(form, form.step(key), draft.case_id, draft.revision, draft.answers)


@blueprint.post("/applications/<uuid:case_id>/steps/<key>")
@needs("intake.application.fill")
def save(case_id: UUID, key: str) -> Any:
    """Keep one page: checked when the person goes on, as far as usable when it is put by for later."""
    form = application_form(runtime())
    page = form.step(key)
    values = form_values(page.form, request.form)
    revision = request.form.get("revision", 0, type=int)
    if wants_redraw(request.form):
        return _step_page(form, page, case_id, revision, values)
    later = "later" in request.form
    try:
        answers = form.usable(page, values) if later else form.check_step(page, values)
        with transaction() as work:
            draft = own_draft(work, case_id, current_person().id, revision)
            if not later:
                named_earlier_case(work, draft, answers)
            save_step(draft, page, answers, finished=not later)
    except Invalid as problem:
        return _step_page(form, page, case_id, revision, values, problem.fields), problem.status
    return redirect(_next_address(form, page, case_id, later), 303)


@blueprint.get("/applications/<uuid:case_id>/check")
@needs("intake.application.fill")
def check(case_id: UUID) -> Any:
    """Everything once more before it is submitted, with what is still missing."""
    return _check_page(case_id)


@blueprint.post("/applications/<uuid:case_id>/check")
@needs("intake.application.fill")
def hand_in(case_id: UUID) -> Any:
    """Submit; the number is there at once."""
    form, revision = application_form(runtime()), request.form.get("revision", 0, type=int)
    try:
        with transaction() as work:
            submit(work, own_draft(work, case_id, current_person().id, revision), form)
    except Invalid as problem:
        return _check_page(case_id, problem), ApplicationIncomplete.status
    return redirect(url_for("intake_follow.application", case_id=case_id), 303)


def _notice_page(problem: Invalid | None = None) -> str:
    days = runtime().policy.get("intake.confirm_days")
    return render_template("intake/confirm.html", notice=current_notice(), problem=problem, days=days)


def _step_page(
    form: ApplicationForm,
    page: Step,
    case_id: UUID,
    revision: int,
    values: Answers,
    errors: dict[str, Any] | None = None,
) -> str:
    fields = render_form(page.form, values, errors, form.options, environment=form.environment)
    return render_template(
        "intake/step.html", form=form, page=page, fields=fields, case_id=case_id, revision=revision,
        problems=errors,
    )  # fmt: skip


def _next_address(form: ApplicationForm, page: Step, case_id: UUID, later: bool) -> str:
    following = form.after(page.key)
    if later or following is None:
        return url_for("intake_follow.application", case_id=case_id)
    return url_for("intake_apply.step", case_id=case_id, key=following.key)


def _check_page(case_id: UUID, problem: Invalid | None = None) -> str:
    form = application_form(runtime())
    with reading() as session:
        draft = _own_draft(session, case_id)
        applicable = materials_for(runtime().policy.get("intake.materials"), draft)
        missing = missing_materials(applicable, [m.kind for m in draft.materials])
        return render_template(
            "intake/check.html", draft=draft, form=form, materials=applicable, missing=missing,
            twin=_twin(session, draft), unfinished=_unfinished(form, draft.answers, problem),
        )  # fmt: skip


def _own_draft(session: Session, case_id: UUID) -> Application:
    draft = own_application(session, case_id, current_person().id)
    require_draft(draft, runtime().clock.now())
    return draft


def _unfinished(form: ApplicationForm, answers: Answers, refused: Invalid | None) -> list[Step]:
    """The steps that were refused, or would be as they stand."""
    wrong = set(refused.fields if refused else ())
    try:
        form.check(answers)
    except Invalid as problem:
        wrong |= set(problem.fields)
    return [page for page in form.steps if page.names & wrong]


def _twin(session: Session, draft: Application) -> Application | None:
    """The open case of the same person about the same matter, to warn of it."""
    answers = draft.answers
    if not {"id_kind", "id_number", "matter"} <= answers.keys():
        return None
    case_id = same_case(session, party_indexes(runtime().keys, answers), answers["matter"])
    return session.get(Application, case_id) if case_id else None
