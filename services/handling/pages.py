"""Handling's pages: its part of the case page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from services.handling.queries import handling_of
from shared.web import current_person, logged_in, reading

blueprint = Blueprint("handling_pages", __name__, url_prefix="/handling")

KINDS = {
    "meeting": "会见", "file_reading": "查阅案卷", "investigation": "调查", "evidence": "收集证据",
    "pleading": "代写文书", "hearing": "出庭", "mediation": "调解", "opinion": "代理意见", "other": "其他",
}  # fmt: skip
CONTACTS = {"recipient": "受援人", "guardian": "法定代理人", "relative": "近亲属"}
MARKS = {"agreement_breach": "超过期限未签订协议", "meeting_breach": "超过期限未约见受援人"}
WORDS: dict[str, Any] = {"kinds": KINDS, "contacts": CONTACTS, "marks": MARKS}


@blueprint.get("/cases/<uuid:case_id>/panel")
@logged_in
def panel(case_id: UUID) -> Any:
    """Handling's part of the case page."""
    return _show("handling/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@logged_in
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("handling/page.html", case_id)


def _show(template: str, case_id: UUID) -> str:
    person = current_person()
    with reading() as session:
        record = handling_of(session, case_id, person)
        staff = person.id != record.case.applicant_id
        return render_template(template, record=record, staff=staff, **WORDS)
