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
    Search,
    about,
    consent_of,
    corrections_of,
    register_page,
    visible_case,
)
from services.intake.shown import shown_party
from shared.contracts.case_states import CASE_STATES
from shared.errors import Forbidden, Invalid
from shared.rights import may
from shared.web import current_person, needs, reading, runtime, transaction
from shared.web.access_log import PURPOSES, purpose_from

blueprint = Blueprint("intake_register", __name__, url_prefix="/intake/cases")

FULL = "intake.case.read_full"
PANELS = (
    ("review", "援助审查"), ("dispatch", "承办指派"), ("handling", "案件办理"), ("evaluation", "结案评价"),
    ("notify", "通知记录"),
)  # fmt: skip
"""The other services' parts of a case; each is shown to who has a right to `<service>.case.read`."""


@blueprint.get("")
@needs("intake.case.list")
def cases() -> Any:
    """The register, by number, state and matter; only what the reader may see."""
    search = Search(
        number=request.args.get("number", "").strip()[:100], state=request.args.get("state", ""),
        matter=request.args.get("matter", ""), before=_uuid(request.args.get("before", "")),
    )  # fmt: skip
    person = current_person()
    with reading() as session:
        found, following = register_page(session, person, search)
        rows = [(case, shown_party(case.answers, full=may(person, FULL, about(case)))) for case in found]
        return render_template(
            "intake/cases.html", rows=rows, search=search, following=following, states=CASE_STATES,
            form=application_form(runtime()), wording=wording,
        )  # fmt: skip


@blueprint.get("/<uuid:case_id>")
@needs("intake.case.read")
def case(case_id: UUID) -> Any:
    """The case page: intake's own part, and a place for each other service's part."""
    with reading() as session:
        return _case_page(session, "intake/case.html", case_id, full=False)


@blueprint.get("/<uuid:case_id>/panel")
@needs("intake.case.read")
def panel(case_id: UUID) -> Any:
    """Intake's part of the case page alone."""
    with reading() as session:
        return _case_page(session, "intake/panel.html", case_id, full=False)


@blueprint.post("/<uuid:case_id>/disclosure")
@needs("intake.case.unmask")
def full(case_id: UUID) -> Any:
    """The case page once without masks; who asked and what for stays on record."""
    with transaction() as work:
        found = visible_case(work.session, case_id, current_person())
        if not may(current_person(), "intake.case.unmask", about(found)):
            raise Forbidden
        try:
            disclose(work, found, purpose_from(request.form))
        except Invalid as problem:
            page = _case_page(work.session, "intake/case.html", case_id, full=False, errors=problem.fields)
            return page, problem.status
    with reading() as session:
        return _case_page(session, "intake/case.html", case_id, full=True)


def _case_page(
    session: Session, template: str, case_id: UUID, *, full: bool,
    errors: dict[str, list[str]] | None = None,
) -> str:  # fmt: skip
    person = current_person()
    found: Application = visible_case(session, case_id, person)
    known = about(found)
    unmasked = full or may(person, FULL, known)
    return render_template(
        template, case=found, party=shown_party(found.answers, full=unmasked), unmasked=unmasked,
        stages=rules.stage_line(found.stage, found.state), corrections=corrections_of(session, case_id),
        consent=consent_of(session, case_id), about=known,
        panels=[(name, title) for name, title in PANELS if may(person, f"{name}.case.read", known)],
        form=application_form(runtime()), labels=material_labels(), wording=wording,
        linked=linked_cases(session, found, person), notice=_notice(found), purposes=PURPOSES,
        errors=errors or {}, typed=request.form,
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
