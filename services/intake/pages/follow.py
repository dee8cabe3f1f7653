"""An applicant's own application: what is still to do while it is a draft, its progress afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from services.intake import rules, wording
from services.intake.application_form import application_form
from services.intake.handlers.applying import materials_for, require_draft
from services.intake.handlers.following import withdraw
from services.intake.linking import linked_cases
from services.intake.models import Application, Correction
from services.intake.queries import consent_of, corrections_of, history_of, own_application
from services.intake.refusals import CannotWithdraw
from shared.errors import NotFound
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("intake_follow", __name__, url_prefix="/intake/applications/<uuid:case_id>")
_BEFORE_DECISION = ("SUBMITTED", "REGISTERED", "UNDER_REVIEW")


@blueprint.get("")
@needs("intake.application.read")
def application(case_id: UUID) -> Any:
    """A draft's list of things to do, or the progress of a submitted application (S0-7.4.2c)."""
    with reading() as session:
        found = own_application(session, case_id, current_person().id)
        if found.number is None:
            return _draft_page(found)
        return _progress_page(session, found)


@blueprint.get("/receipt")
@needs("intake.application.read")
def receipt(case_id: UUID) -> Any:
    """The receipt of what was handed in, to print."""
    with reading() as session:
        found = own_application(session, case_id, current_person().id)
        if found.number is None:
            raise NotFound
        return render_template(
            "intake/receipt.html", application=found, form=application_form(runtime()),
            labels=material_labels(), consent=consent_of(session, case_id),
        )  # fmt: skip


@blueprint.get("/withdrawal")
@needs("intake.application.withdraw")
def ask_withdrawal(case_id: UUID) -> Any:
    """Ask once more before an application is taken back."""
    with reading() as session:
        found = own_application(session, case_id, current_person().id)
        if found.withdrawn_at is not None or not rules.may_withdraw(found.state):
            raise CannotWithdraw
        return render_template("intake/withdrawal.html", application=found)


@blueprint.post("/withdrawal")
@needs("intake.application.withdraw")
def take_back(case_id: UUID) -> Any:
    """Take the application back."""
    with transaction() as work:
        withdraw(work, case_id, current_person().id, request.form.get("reason", ""))
    return redirect(url_for(".application", case_id=case_id), 303)


def material_labels() -> dict[str, str]:
    """The names of the material groups by code."""
    listed = {m["code"]: m["label"] for m in runtime().policy.get("intake.materials")}
    return listed | {rules.LETTER: wording.LETTER}


def open_correction(corrections: list[Correction], now: datetime) -> Correction | None:
    """The correction the applicant can still answer."""
    ready = (c for c in corrections if c.resubmitted_at is None and c.closed_at is None and now <= c.due)
    return next(ready, None)


def _draft_page(draft: Application) -> str:
    require_draft(draft, runtime().clock.now())
    materials = materials_for(runtime().policy.get("intake.materials"), draft)
    return render_template(
        "intake/draft.html", draft=draft, form=application_form(runtime()),
        materials=[m for m in materials if m["upload"]], uploaded=[m.kind for m in draft.materials],
    )  # fmt: skip


def _progress_page(session: Session, found: Application) -> str:
    corrections = corrections_of(session, found.case_id)
    return render_template(
        "intake/progress.html", application=found, wording=wording, labels=material_labels(),
        stages=rules.stage_line(found.stage, found.state), history=history_of(session, found.case_id),
        correction=open_correction(corrections, runtime().clock.now()), due=_decision_due(found),
        may_withdraw=found.withdrawn_at is None and rules.may_withdraw(found.state),
        form=application_form(runtime()), linked=linked_cases(session, found, current_person()),
    )  # fmt: skip


def _decision_due(found: Application) -> datetime | None:
    if found.received_at is None or found.state not in _BEFORE_DECISION:
        return None
    period = runtime().policy.get("review.decision")
    return rules.decision_due(
        found.received_at, runtime().calendar, period["target_working_days"], period["statutory_days"]
    )
