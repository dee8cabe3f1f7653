"""Reads for notify's pages and API about cases and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify import rules
from services.notify.models import Case, Contact, ContactRole, Delivery, Letter, Notice
from shared.errors import NotFound
from shared.masking import mask_name
from shared.rights import Person, Relation, may, visible


@dataclass(frozen=True)
class Told:
    """One delivery of a case as a reader may see it; `relation` is the recipient's to the case."""

    delivery: Delivery
    template: str
    recipient: str
    relation: str


@dataclass(frozen=True)
class CaseRecord:
    """Everything that was told in a case, as far as the reader may see it, oldest first."""

    case: Case
    told: list[Told]


@dataclass(frozen=True)
class Task:
    """A delivery that a clerk works on, with its case, the recipient's masked name and relation to it."""

    delivery: Delivery
    case: Case
    recipient: str
    relation: str


def record_of(session: Session, case_id: UUID, person: Person) -> CaseRecord:
    """The deliveries of a case; raises NotFound for who may not see the case.

    The applicant sees those to themselves alone, the contact of an authority also those to the applicant:
    reminders to staff are the staff's business.
    """
    case = session.get(Case, case_id)
    if case is None or not may(person, "notify.case.read", about(case)):
        raise NotFound
    query = sa.select(Delivery, Notice.template).join(Notice, Notice.id == Delivery.notice_id)
    query = query.where(Delivery.case_id == case_id)
    if person.id == case.applicant_id:
        query = query.where(Delivery.recipient_id == person.id)
    elif not may(person, "notify.case.read_all", about(case)):
        query = query.where(Delivery.recipient_id.in_((person.id, case.applicant_id)))
    order = (Delivery.created_at, Delivery.notice_id, Delivery.letter_id, Delivery.channel)
    rows = session.execute(query.order_by(*order)).all()
    full = may(person, "notify.case.read_full", about(case))
    names = {row.Delivery.recipient_id for row in rows}
    shown = {i: _shown_name(session, case, i, full=full) for i in names}
    relations = {i: _relation(session, case, i) for i in names}
    told = [Told(d, template, shown[d.recipient_id], relations[d.recipient_id]) for d, template in rows]
    return CaseRecord(case, told)


def tasks_page(
    session: Session, person: Person, channel: str, after: UUID | None, limit: int
) -> tuple[list[Task], UUID | None]:
    """A page of the deliveries that wait for a clerk, the longest due first, and where the next begins."""
    query = sa.select(Delivery, Case).join(Case, Case.case_id == Delivery.case_id)
    query = query.where(
        Delivery.channel == channel, Delivery.state == rules.RECORDABLE[channel], Case.sealed_at.is_(None),
        visible(person, "notify.delivery.read", organisation=Case.agency),
    )  # fmt: skip
    last = session.get(Delivery, after) if after else None
    if last is not None:
        place = sa.tuple_(sa.literal(last.due_at, Delivery.due_at.type), sa.literal(last.id, sa.Uuid()))
        query = query.where(sa.tuple_(Delivery.due_at, Delivery.id) > place)
    rows = session.execute(query.order_by(Delivery.due_at, Delivery.id).limit(limit + 1)).all()
    tasks = [_task(session, delivery, case) for delivery, case in rows[:limit]]
    return tasks, tasks[-1].delivery.id if len(rows) > limit else None


def task_of(session: Session, delivery_id: UUID, person: Person, action: str, *, lock: bool = False) -> Task:
    """One delivery that the person may do this to; raises NotFound, also for another organisation's."""
    delivery = session.get(Delivery, delivery_id, with_for_update=lock)
    case = session.get(Case, delivery.case_id) if delivery and delivery.case_id else None
    if delivery is None or case is None or not may(person, action, about(case)):
        raise NotFound
    if delivery.channel not in rules.RECORDABLE:
        raise NotFound
    return _task(session, delivery, case)


def full_name(session: Session, case: Case, person_id: UUID) -> str:
    """The recipient's name without a mask."""
    return _shown_name(session, case, person_id, full=True)


def letter_text(session: Session, delivery: Delivery) -> Letter:
    """What the recipient of a delivery is told."""
    return session.get_one(Letter, delivery.letter_id)


def _task(session: Session, delivery: Delivery, case: Case) -> Task:
    name = _shown_name(session, case, delivery.recipient_id, full=False)
    return Task(delivery, case, name, _relation(session, case, delivery.recipient_id))


def about(case: Case) -> Relation:
    """What the table of rights asks of a case."""
    return Relation(
        organisation=case.agency, own=(case.applicant_id,), assigned=(case.handler_id,), firm=case.firm_path,
        authority=case.authority,
    )  # fmt: skip


def _relation(session: Session, case: Case, person_id: UUID) -> str:
    if person_id == rules.representative_of(case.case_id):
        return rules.REPRESENTATIVE
    held = sa.select(ContactRole.person_id).where(
        ContactRole.person_id == person_id, ContactRole.role == rules.AUTHORITY
    )
    if case.authority and session.scalar(held.limit(1)):
        return rules.AUTHORITY
    return rules.reader_of(person_id, case.applicant_id, named=person_id == case.handler_id)


def _shown_name(session: Session, case: Case, person_id: UUID, *, full: bool) -> str:
    given = case.applicant["name"] if person_id == case.applicant_id else None
    contact = session.get(Contact, person_id)
    name = given or (contact.name if contact else "")
    return name if full else mask_name(name)
