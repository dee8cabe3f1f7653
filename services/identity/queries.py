"""What identity looks up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.identity.models import ApiClient, LoginSession, Organisation, Person, RoleGrant
from services.identity.rules import normal_login
from shared.field_keys import number_of
from shared.secrecy import Keyring, key_of_index
from shared.web import Person as Reader

PAGE = 50


def login_index(keys: Keyring, login: str) -> str:
    """The blind index under which a login name is found."""
    return keys.blind_index(_login(login))


def person_by_login(session: Session, keys: Keyring, login: str) -> Person | None:
    """The person of that login name."""
    return session.scalar(sa.select(Person).where(Person.login_index.in_(keys.blind_indexes(_login(login)))))


def login_turn(keys: Keyring, login: str) -> str:
    """What everybody who gives this login name away waits for: the same whichever keys a process knows."""
    oldest = min(keys.blind_indexes(_login(login)), key=lambda index: number_of(key_of_index(index)))
    return f"login {oldest}"


def _login(login: str) -> str:
    return f"person.login:{normal_login(login)}"


def live_grants(session: Session, person_id: UUID) -> Sequence[RoleGrant]:
    """The roles a person holds now."""
    held = sa.select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
    return session.scalars(held.order_by(RoleGrant.role, RoleGrant.organisation)).all()


def all_grants(session: Session, person_id: UUID) -> Sequence[RoleGrant]:
    """Every role a person holds or held, newest first."""
    known = sa.select(RoleGrant).where(RoleGrant.person_id == person_id)
    return session.scalars(known.order_by(RoleGrant.granted_at.desc(), RoleGrant.role)).all()


def roles_of(session: Session, person_id: UUID) -> list[dict[str, str]]:
    """The roles a person holds, as tokens and announcements carry them."""
    return [{"role": g.role, "organisation": g.organisation} for g in live_grants(session, person_id)]


def open_sessions(session: Session, person_id: UUID, now: datetime) -> Sequence[LoginSession]:
    """Where a person is logged in, newest first."""
    running = sa.select(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    return session.scalars(running.order_by(LoginSession.started_at.desc())).all()


def place_known(session: Session, path: str) -> bool:
    """Whether an organisation has this path."""
    return session.scalar(sa.select(Organisation.id).where(Organisation.path == path)) is not None


def place_names(session: Session, paths: set[str]) -> dict[str, str]:
    """The names of these organisations, by path."""
    known = sa.select(Organisation).where(Organisation.path.in_(paths))
    return {row.path: row.name for row in session.scalars(known)}


def organisations(session: Session, reader: Reader) -> Sequence[Organisation]:
    """The organisations an administrator looks after, as a tree in reading order."""
    return session.scalars(
        sa.select(Organisation).where(_below(Organisation.path, reader)).order_by(Organisation.path)
    ).all()


def people(session: Session, reader: Reader, page: int) -> tuple[Sequence[Person], int]:
    """One page (from 1) of the people an administrator looks after, and how many there are."""
    mine = _below(Person.organisation, reader)
    total = session.scalar(sa.select(sa.func.count()).select_from(Person).where(mine)) or 0
    rows = sa.select(Person).where(mine).order_by(Person.organisation, Person.created_at, Person.id)
    return session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE)).all(), total


def clients(session: Session, reader: Reader) -> Sequence[ApiClient]:
    """The API clients an administrator looks after."""
    return session.scalars(
        sa.select(ApiClient).where(_below(ApiClient.organisation, reader)).order_by(ApiClient.client_id)
    ).all()


def administrators(session: Session, organisation: str) -> set[UUID]:
    """The active people who may administer an organisation."""
    rows = session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.organisation)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "administrator", RoleGrant.revoked_at.is_(None), Person.active)
    )
    return {row.person_id for row in rows if organisation.startswith(row.organisation)}


def lock_administrators(session: Session) -> None:
    """Let one change of administrators wait for another: two at once could remove each other."""
    live = sa.select(RoleGrant.id).where(RoleGrant.role == "administrator", RoleGrant.revoked_at.is_(None))
    session.execute(live.order_by(RoleGrant.id).with_for_update()).all()


def _below(path: InstrumentedAttribute[str], reader: Reader) -> sa.ColumnElement[bool]:
    places = [held.organisation for held in reader.roles if held.role == "administrator"]
    return sa.or_(sa.false(), *(path.startswith(place, autoescape=True) for place in places))
