"""Reads for dispatch's pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.dispatch.models import Assignment, Case, Consideration, Escalation, Member
from shared.errors import NotFound
from shared.web import Person

Row = TypeVar("Row", Assignment, Consideration, Escalation)


@dataclass(frozen=True)
class DispatchRecord:
    """Everything dispatch holds of one case, oldest first; `members` are those it speaks of."""

    case: Case
    assignments: list[Assignment]
    considerations: list[Consideration]
    escalations: list[Escalation]
    members: dict[str, Member]


@dataclass(frozen=True)
class Place:
    """A member's place in the rotation."""

    place: int
    member: Member
    turns: int
    waiting_since: datetime


def dispatch_of(session: Session, case_id: UUID, person: Person) -> DispatchRecord:
    """The record, for who may see the case; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not person.may_see(
        organisation=case.agency, involved=[case.applicant_id, case.handler_id], firm=case.firm_path
    ):
        raise NotFound
    return DispatchRecord(
        case=case,
        assignments=_rows(session, Assignment, case_id, Assignment.taken_at),
        considerations=_rows(session, Consideration, case_id, Consideration.at),
        escalations=_rows(session, Escalation, case_id, Escalation.at),
        members={str(member.member_id): member for member in session.scalars(sa.select(Member))},
    )


def rotation(session: Session) -> list[Place]:
    """The active members in the order in which they are asked."""
    active = sa.select(Member).where(Member.active)
    ordered = session.scalars(
        active.order_by(Member.turns, Member.waiting_since, sa.cast(Member.member_id, sa.String))
    )
    return [Place(n, m, m.turns, m.waiting_since) for n, m in enumerate(ordered, start=1)]


def _rows(session: Session, model: type[Row], case_id: UUID, order: Any) -> list[Row]:
    return list(session.scalars(sa.select(model).where(model.case_id == case_id).order_by(order)))
