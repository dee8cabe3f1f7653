"""Where people hold roles, as identity says: asked when a task is given to somebody who is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import PersonPlace, Staff
from shared.contracts.identity import PersonChanged
from shared.messaging.work import UnitOfWork
from shared.rights import Held

CITIZEN = "applicant"


def keep_places(news: PersonChanged, work: UnitOfWork) -> None:
    """A person was added or changed; what they held before no longer counts."""
    before = sa.delete(PersonPlace).where(PersonPlace.person_id == news.person_id)
    work.session.execute(before)
    places: dict[str, list[str]] = {}
    for role in news.roles:
        places.setdefault(role["organisation"], []).append(role["role"])
    work.session.add_all(
        PersonPlace(person_id=news.person_id, organisation=place, roles=roles)
        for place, roles in places.items()
    )
    _keep_staff(news, work)


def places_of(session: Session, person: str) -> Sequence[str]:
    """The organisations where a person (their id as text) holds roles; none for one unknown here."""
    try:
        identifier = UUID(person)
    except ValueError:
        return ()
    held = sa.select(PersonPlace.organisation).where(PersonPlace.person_id == identifier)
    return session.scalars(held).all()


def held_by(session: Session, person_id: UUID) -> tuple[Held, ...]:
    """The roles a person holds, as identity said last."""
    rows = session.scalars(sa.select(PersonPlace).where(PersonPlace.person_id == person_id))
    return tuple(Held(role, row.organisation) for row in rows for role in row.roles)


def holders_of(session: Session, roles: Iterable[str], organisation: str) -> list[UUID]:
    """Everyone at work who holds one of these roles at the organisation or above it."""
    wanted, above = set(roles), _paths_above(organisation)
    rows = session.scalars(
        sa.select(PersonPlace)
        .join(Staff, Staff.person_id == PersonPlace.person_id)
        .where(PersonPlace.organisation.in_(above), Staff.active)
        .order_by(PersonPlace.person_id)
    )
    return list(dict.fromkeys(row.person_id for row in rows if wanted & set(row.roles)))


def names_of(session: Session, people: Iterable[UUID]) -> Mapping[UUID, str]:
    """The names of these people, as far as they work here."""
    rows = session.scalars(sa.select(Staff).where(Staff.person_id.in_(set(people))))
    return {row.person_id: row.name for row in rows}


def name_of(session: Session, person: str | None) -> str:
    """The name of one of them (their id as text); a word for somebody unknown here, nothing for nobody."""
    if person is None:
        return ""
    try:
        return names_of(session, [UUID(person)]).get(UUID(person), "") or "同事"
    except ValueError:
        return "同事"


def _keep_staff(news: PersonChanged, work: UnitOfWork) -> None:
    """Names are kept of people who work here, not of citizens; of former staff too, for what they did."""
    staff = work.session.get(Staff, news.person_id)
    if staff is None and all(role["role"] == CITIZEN for role in news.roles):
        return
    staff = staff or Staff(person_id=news.person_id)
    staff.name, staff.active = str(news.person.get("name") or ""), news.active
    work.session.add(staff)


def _paths_above(organisation: str) -> list[str]:
    """`/`, `/a/` and `/a/b/` for `/a/b/`."""
    parts = organisation.strip("/").split("/") if organisation.strip("/") else []
    return ["/", *("/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts)))]
