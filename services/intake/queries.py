"""What pages and API read: applications by who may see them, the register page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.intake.models import Application, Consent, Correction, HistoryEntry, Material
from services.intake.rules import ENDED
from shared.errors import NotFound
from shared.rights import Person, Relation, may, visible

PAGE_SIZE = 20


@dataclass(frozen=True)
class Search:
    """What the register is asked for; empty texts ask for everything."""

    number: str = ""
    state: str = ""
    matter: str = ""
    before: UUID | None = None


def own_applications(session: Session, person_id: UUID) -> list[Application]:
    """A person's own applications, the newest first; drafts that ran out are left out."""
    own = sa.select(Application).where(
        Application.applicant_id == person_id, Application.expired_at.is_(None)
    )
    return list(session.scalars(own.order_by(Application.case_id.desc())))


def own_application(session: Session, case_id: UUID, person_id: UUID) -> Application:
    """A person's own application; raises NotFound, also for someone else's."""
    application = session.get(Application, case_id)
    if application is None or application.applicant_id != person_id:
        raise NotFound
    return application


def visible_case(session: Session, case_id: UUID, person: Person) -> Application:
    """A submitted application this person may see; raises NotFound, also for one they may not."""
    application = session.get(Application, case_id)
    if application is None or application.number is None:
        raise NotFound
    if not may(person, "intake.case.read", about(application)):
        raise NotFound
    return application


def visible_material(session: Session, material_id: UUID, person: Person) -> Material:
    """An uploaded file this person may open; before it is handed in, the applicant alone. Raises NotFound."""
    material = session.get(Material, material_id)
    application = session.get(Application, material.case_id) if material else None
    if material is None or application is None:
        raise NotFound
    known = about(application)
    if not may(person, "intake.file.read", known if material.handed_in_at else Relation(own=known.own)):
        raise NotFound
    return material


def same_case(session: Session, party_indexes: Sequence[str], matter: str) -> UUID | None:
    """An open case of the same person about the same matter, the newest."""
    same = sa.select(Application.case_id).where(
        Application.party_index.in_(party_indexes), Application.matter == matter,
        Application.number.is_not(None), Application.state.not_in(ENDED), Application.closed_at.is_(None),
    )  # fmt: skip
    return session.execute(same.order_by(Application.case_id.desc()).limit(1)).scalar_one_or_none()


def consent_of(session: Session, case_id: UUID) -> Consent | None:
    """The confirmation an application rests on; an authority's notice needs none."""
    return session.get(Consent, case_id)


def history_of(session: Session, case_id: UUID) -> list[HistoryEntry]:
    """The history, the newest first."""
    lines = sa.select(HistoryEntry).where(HistoryEntry.case_id == case_id)
    return list(session.scalars(lines.order_by(HistoryEntry.at.desc(), HistoryEntry.sequence.desc())))


def corrections_of(session: Session, case_id: UUID) -> list[Correction]:
    """All correction notices of a case, the newest first."""
    all_of_case = sa.select(Correction).where(Correction.case_id == case_id)
    return list(session.scalars(all_of_case.order_by(Correction.opened_at.desc(), Correction.id)))


def register_page(session: Session, person: Person, search: Search) -> tuple[list[Application], UUID | None]:
    """A page of the cases this person may see, the newest first, and where the next page begins."""
    chosen = sa.select(Application).where(Application.number.is_not(None), _listed_for(person))
    if search.number:
        chosen = chosen.where(Application.number.contains(search.number, autoescape=True))
    if search.state:
        chosen = chosen.where(Application.state == search.state)
    if search.matter:
        chosen = chosen.where(Application.matter == search.matter)
    if search.before:
        chosen = chosen.where(Application.case_id < search.before)
    page = list(session.scalars(chosen.order_by(Application.case_id.desc()).limit(PAGE_SIZE + 1)))
    return page[:PAGE_SIZE], page[PAGE_SIZE - 1].case_id if len(page) > PAGE_SIZE else None


def about(application: Application) -> Relation:
    """What the table of rights asks of an application."""
    return Relation(
        organisation=application.agency, own=(application.applicant_id,),
        assigned=(application.handler_id,), firm=application.firm_path, authority=application.authority,
    )  # fmt: skip


def _listed_for(person: Person) -> sa.ColumnElement[bool]:
    return visible(
        person, "intake.case.list", organisation=Application.agency, assigned=Application.handler_id,
        firm=Application.firm_path, authority=Application.authority,
    )  # fmt: skip
