"""What an administrator's pages look up about people: lists, what they hold, what happened to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.models import Invitation, OrganisationEvent, Person, PersonEvent, RoleGrant
from services.identity.rules import ENDING_SOON, STATES, role_counts
from shared.rights import Person as Reader
from shared.rights import visible

PAGE = 50
ORDERS = {"place": "按机构", "newest": "新添加的在前", "idle": "很久没登录的在前"}
_ORDERS: dict[str, tuple[sa.ColumnElement[Any], ...]] = {
    "place": (Person.organisation.asc(), Person.created_at.asc()),
    "newest": (Person.created_at.desc(),),
    "idle": (Person.last_login_at.asc().nulls_first(),),
}


@dataclass(frozen=True)
class Search:
    """Which people are asked for: at a place and below it, in a state, in an order, which page (from 1)."""

    place: str = ""
    state: str = ""
    order: str = "place"
    page: int = 1


def _of_mine(reader: Reader) -> sa.ColumnElement[bool]:
    return visible(reader, "identity.person.read", organisation=Person.organisation)


def people(session: Session, reader: Reader, search: Search) -> tuple[Sequence[Person], int]:
    """One page of the people the reader looks after, and how many there are."""
    wanted = [_of_mine(reader)]
    if search.place:
        wanted.append(Person.organisation.startswith(search.place, autoescape=True))
    if search.state in STATES:
        wanted.append(Person.state == search.state)
    total = session.scalar(sa.select(sa.func.count()).select_from(Person).where(*wanted)) or 0
    order = _ORDERS.get(search.order, _ORDERS["place"])
    rows = sa.select(Person).where(*wanted).order_by(*order, Person.id)
    return session.scalars(rows.limit(PAGE).offset((search.page - 1) * PAGE)).all(), total


def grants_by_person(
    session: Session, people: Collection[UUID], now: datetime
) -> Mapping[UUID, Sequence[RoleGrant]]:
    """The roles these people hold at `now`."""
    held = sa.select(RoleGrant).where(RoleGrant.person_id.in_(people), RoleGrant.revoked_at.is_(None))
    found: dict[UUID, list[RoleGrant]] = {person: [] for person in people}
    for grant in session.scalars(held.order_by(RoleGrant.role, RoleGrant.organisation)):
        if role_counts(grant.starts_at, grant.ends_at, now):
            found[grant.person_id].append(grant)
    return found


def asking_to_wake(session: Session, reader: Reader) -> Sequence[Person]:
    """The dormant people who tried to log in, the longest waiting first."""
    asked = sa.select(Person).where(
        _of_mine(reader), Person.state == "dormant", Person.wake_asked_at.is_not(None)
    )
    return session.scalars(asked.order_by(Person.wake_asked_at)).all()


def ending_soon(session: Session, reader: Reader, now: datetime) -> Sequence[tuple[Person, RoleGrant]]:
    """The roles that end within the next weeks, the first to end first."""
    found = session.execute(
        sa.select(Person, RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            _of_mine(reader), Person.state != "closed", RoleGrant.revoked_at.is_(None),
            RoleGrant.ends_at > now, RoleGrant.ends_at <= now + ENDING_SOON,
        )
        .order_by(RoleGrant.ends_at, RoleGrant.id)
    )  # fmt: skip
    return [(row[0], row[1]) for row in found]


def events_of(session: Session, person_id: UUID) -> Sequence[PersonEvent]:
    """What happened to an account, newest first; ids grow within a moment."""
    known = sa.select(PersonEvent).where(PersonEvent.person_id == person_id)
    return session.scalars(known.order_by(PersonEvent.at.desc(), PersonEvent.id.desc())).all()


def place_events(session: Session, organisation_id: UUID) -> Sequence[OrganisationEvent]:
    """What happened to an organisation, newest first."""
    known = sa.select(OrganisationEvent).where(OrganisationEvent.organisation_id == organisation_id)
    return session.scalars(known.order_by(OrganisationEvent.at.desc(), OrganisationEvent.id.desc())).all()


def names_of(session: Session, people: Collection[UUID | None]) -> dict[UUID | None, str]:
    """The names of these people, by id."""
    return {row.id: row.name for row in session.scalars(sa.select(Person).where(Person.id.in_(people)))}


def open_invitation(session: Session, person_id: UUID) -> Invitation | None:
    """The slip a person has not used yet."""
    return session.get(Invitation, person_id)
