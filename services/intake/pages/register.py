"""The case register for staff, and the case page that shows every service's part of a case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from services.intake import rules, wording
from services.intake.application_form import application_form
from services.intake.handlers.disclosing import disclose
from services.intake.linking import linked_cases
from services.intake.models import Application
from services.intake.notice_form import notice_in_words
from services.intake.pages.follow import material_labels
from services.intake.queries import (
    CASE_WORKERS,
    REGISTER_READERS,
    Search,
    consent_of,
    corrections_of,
    may_open_files,
    reads_in_full,
    register_page,
    visible_case,
    works_on,
)
from services.intake.shown import shown_party
from shared.contracts.case_states import CASE_STATES
from shared.errors import Invalid
from shared.web import current_person, logged_in, reading, requires, runtime, transaction

blueprint = Blueprint("intake_register", __name__, url_prefix="/intake/cases")

PANELS = (
    ("review", "援助审查"), ("dispatch", "承办指派"), ("handling", "案件办理"), ("evaluation", "结案评价"),
    ("notify", "通知记录"),
)  # fmt: skip
AUTHORITYS_PANELS = (("dispatch", "承办指派"), ("notify", "通知记录"))
"""What the authority that asked for a case sees of the other services' parts."""


@blueprint.get("")
@requires(*REGISTER_READERS)
def cases() -> Any:
    """The register, by number, state and matter; only what the reader may see."""
    search = Search(
        number=request.args.get("number", "").strip()[:100], state=request.args.get("state", ""),
        matter=request.args.get("matter", ""), before=_uuid(request.args.get("before", "")),
    )  # fmt: skip
    person = current_person()
    with reading() as session:
        found, following = register_page(session, person, search)
        rows = [(case, shown_party(case.answers, full=reads_in_full(person, case))) for case in found]
        return render_template(
            "intake/cases.html", rows=rows, search=search, following=following, states=CASE_STATES,
            form=application_form(runtime()), wording=wording,
        )  # fmt: skip


@blueprint.get("/<uuid:case_id>")
@logged_in
def case(case_id: UUID) -> Any:
    """The case page: intake's own part, and a place for each other service's part."""
    with reading() as session:
        return _case_page(session, "intake/case.html", case_id, full=False)


@blueprint.get("/<uuid:case_id>/panel")
@logged_in
def panel(case_id: UUID) -> Any:
    """Intake's part of the case page alone."""
    with reading() as session:
        return _case_page(session, "intake/panel.html", case_id, full=False)


@blueprint.post("/<uuid:case_id>/disclosure")
@requires(*CASE_WORKERS)
def full(case_id: UUID) -> Any:
    """The case page once without masks; who asked and what for stays on record."""
    purpose = request.form.get("purpose", "").strip()
    if not purpose:
        raise Invalid(fields={"purpose": ["请写明查看的用途"]}, zh="请写明查看完整信息的用途。")
    with transaction() as work:
        visible_case(work.session, case_id, current_person())
        disclose(work, case_id, current_person().id, purpose)
    with reading() as session:
        return _case_page(session, "intake/case.html", case_id, full=True)


def _case_page(session: Session, template: str, case_id: UUID, *, full: bool) -> str:
    person = current_person()
    found: Application = visible_case(session, case_id, person)
    unmasked, inside = full or reads_in_full(person, found), works_on(person, found)
    return render_template(
        template, case=found, party=shown_party(found.answers, full=unmasked), unmasked=unmasked,
        stages=rules.stage_line(found.stage, found.state), corrections=corrections_of(session, case_id),
        consent=consent_of(session, case_id), may_open=may_open_files(person, found), works_on_it=inside,
        panels=PANELS if inside else AUTHORITYS_PANELS,
        may_unmask=not unmasked and person.holds(*CASE_WORKERS, at=found.agency),
        form=application_form(runtime()), labels=material_labels(), wording=wording,
        linked=linked_cases(session, found, person), notice=_notice(found),
    )  # fmt: skip


def _notice(case: Application) -> list[tuple[str, str]] | None:
    """Label and words of what an authority's notice says, or None for an application."""
    if case.case_kind != rules.NOTICE_KIND:
        return None
    return notice_in_words(runtime(), case.answers)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
