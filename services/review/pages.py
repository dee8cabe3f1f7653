"""Review's pages: its part of the case page, and the correction notice as the applicant reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from services.review.offers import offers_for
from services.review.queries import ReviewRecord, reads_notes, review_of
from services.review.words import words
from shared.errors import NotFound
from shared.web import current_person, needs, reading, runtime

blueprint = Blueprint("review_pages", __name__, url_prefix="/review")


@blueprint.get("/cases/<uuid:case_id>/panel")
@needs("review.case.read")
def panel(case_id: UUID) -> Any:
    """Review's part of the case page."""
    return _show("review/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@needs("review.case.read")
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("review/page.html", case_id)


@blueprint.get("/cases/<uuid:case_id>/notices/<uuid:notice_id>")
@needs("review.case.read")
def notice(case_id: UUID, notice_id: UUID) -> Any:
    """One correction notice with everything it lists (S0-7.4.2d)."""
    with reading() as session:
        record = review_of(session, case_id, current_person())
        found = next((n for n in record.notices if n.id == notice_id), None)
        if found is None:
            raise NotFound
        return render_template(
            "review/notice.html", record=record, notice=found, defects=record.defects(found), **words()
        )


def _show(template: str, case_id: UUID) -> str:
    person = current_person()
    with reading() as session:
        record: ReviewRecord = review_of(session, case_id, person)
        staff = reads_notes(person, record.case)
        offers = offers_for(session, record.case, person, runtime())
        return render_template(template, record=record, staff=staff, offers=offers, me=person.id, **words())
