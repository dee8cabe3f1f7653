"""What the roster looks up: members and who could become one, each within what the reader looks after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.roster.models import Member, Organisation, Person
from shared.rights import Person as Reader
from shared.rights import Relation, may, visible

READ, CHANGE = "roster.member.read", "roster.member.change"


@dataclass(frozen=True)
class Entry:
    """A member with their person and firm."""

    member: Member
    person: Person
    firm: Organisation


def entry_of(session: Session, member_id: UUID) -> Entry | None:
    """One member."""
    row = session.execute(_entries().where(Member.id == member_id)).tuples().one_or_none()
    return Entry(*row) if row else None


def entries_of_firm(session: Session, firm_id: UUID) -> list[Entry]:
    """The members of one firm."""
    return [Entry(*row) for row in session.execute(_entries().where(Member.firm_id == firm_id)).tuples()]


def visible_entries(session: Session, reader: Reader) -> list[Entry]:
    """The members of the firms the reader looks after, by firm and entry; those who left come last."""
    rows = session.execute(
        _entries()
        .where(visible(reader, READ, organisation=Organisation.path))
        .order_by(Member.left_on.isnot(None), Organisation.path, Member.entered_on, Member.id)
    )
    return [Entry(*row) for row in rows.tuples()]


def candidates(session: Session, reader: Reader) -> list[tuple[Person, Organisation]]:
    """Active people with the role `handler` who are not in the roster, with the firm where they hold it."""
    firms = session.scalars(
        sa.select(Organisation).where(visible(reader, CHANGE, organisation=Organisation.path))
    ).all()
    known = sa.select(Member.id)
    people: Sequence[Person] = session.scalars(
        sa.select(Person).where(Person.active, Person.id.not_in(known))
    ).all()
    found = [(p, firm) for p in people for firm in firms if firm.path in p.handler_at]
    return sorted(found, key=lambda pair: (pair[1].path, pair[0].name))


def may_change(reader: Reader, firm: Organisation) -> bool:
    """Whether the reader keeps the entries of this firm."""
    return may(reader, CHANGE, Relation(organisation=firm.path))


def _entries() -> sa.Select[tuple[Member, Person, Organisation]]:
    return (
        sa.select(Member, Person, Organisation)
        .join(Person, Person.id == Member.id)
        .join(Organisation, Organisation.id == Member.firm_id)
    )
