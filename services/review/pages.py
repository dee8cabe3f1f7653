"""Review's pages: its part of the case page, and the correction notice as the applicant reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from services.review.queries import ReviewRecord, review_of
from shared.errors import NotFound
from shared.web import current_person, logged_in, reading, runtime

blueprint = Blueprint("review_pages", __name__, url_prefix="/review")

MARK_WORDS = {"warn_50": "期限已过一半", "warn_80": "期限已过五分之四", "breach": "超过期限仍未决定"}
OUTCOME_WORDS = {"granted": "给予法律援助", "refused": "不予法律援助"}


@blueprint.get("/cases/<uuid:case_id>/panel")
@logged_in
def panel(case_id: UUID) -> Any:
    """Review's part of the case page."""
    return _show("review/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@logged_in
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("review/page.html", case_id)


@blueprint.get("/cases/<uuid:case_id>/notices/<uuid:notice_id>")
@logged_in
def notice(case_id: UUID, notice_id: UUID) -> Any:
    """One correction notice with everything it lists (S0-7.4.2d)."""
    with reading() as session:
        record = review_of(session, case_id, current_person())
        found = next((n for n in record.notices if n.id == notice_id), None)
        if found is None:
            raise NotFound
        return render_template(
            "review/notice.html", record=record, notice=found, defects=record.defects(found), **_words()
        )


def _show(template: str, case_id: UUID) -> str:
    person = current_person()
    with reading() as session:
        record: ReviewRecord = review_of(session, case_id, person)
        staff = person.id != record.case.applicant_id
        return render_template(template, record=record, staff=staff, **_words())


def _words() -> dict[str, Any]:
    policy = runtime().policy
    return {
        "materials": {m["code"]: m["label"] for m in policy.get("intake.materials")},
        "grounds": {g["code"]: g["label"] for g in policy.get("review.refusal_grounds")},
        "marks": MARK_WORDS,
        "outcomes": OUTCOME_WORDS,
    }
