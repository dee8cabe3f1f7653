"""What identity looks up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.models import ApiClient, LoginSession, Organisation, Person, RoleGrant
from services.identity.rules import normal_login, plain_code, role_counts
from shared.field_keys import number_of
from shared.rights import visible
from shared.secrecy import Keyring, key_of_index
from shared.web import Person as Reader


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


def code_index(keys: Keyring, code: str) -> str:
    """The blind index under which an invitation's code is found."""
    return keys.blind_index(f"invitation.code:{plain_code(code)}")


def code_indexes(keys: Keyring, code: str) -> tuple[str, ...]:
    """Where it may be found while keys rotate: nobody knows the code, so its index is not made anew."""
    return keys.blind_indexes(f"invitation.code:{plain_code(code)}")


def standing_grants(session: Session, person_id: UUID) -> Sequence[RoleGrant]:
    """The roles a person holds or will hold: nobody took them away."""
    held = sa.select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
    return session.scalars(held.order_by(RoleGrant.role, RoleGrant.organisation)).all()


def live_grants(session: Session, person_id: UUID, now: datetime) -> Sequence[RoleGrant]:
    """The roles that count at `now` (the business clock)."""
    return [g for g in standing_grants(session, person_id) if role_counts(g.starts_at, g.ends_at, now)]


def all_grants(session: Session, person_id: UUID) -> Sequence[RoleGrant]:
    """Every role a person holds or held, newest first."""
    known = sa.select(RoleGrant).where(RoleGrant.person_id == person_id)
    return session.scalars(known.order_by(RoleGrant.granted_at.desc(), RoleGrant.role)).all()


def roles_of(session: Session, person_id: UUID, now: datetime) -> list[dict[str, str]]:
    """The roles a person holds at `now`, as tokens and announcements carry them."""
    return [{"role": g.role, "organisation": g.organisation} for g in live_grants(session, person_id, now)]


def open_sessions(session: Session, person_id: UUID, now: datetime) -> Sequence[LoginSession]:
    """Where a person is logged in, newest first."""
    running = sa.select(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    return session.scalars(running.order_by(LoginSession.started_at.desc())).all()


def what_holds_open(session: Session, path: str) -> list[str]:
    """Why an organisation cannot be closed yet, in words: who and what is there or below it."""
    used = Person.state != "closed"
    there = sa.select(Person.id).where(used, Person.organisation.startswith(path, autoescape=True))
    roles = sa.select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id).where(
        used, RoleGrant.revoked_at.is_(None), RoleGrant.organisation.startswith(path, autoescape=True)
    )  # fmt: skip
    below = sa.select(Organisation.id).where(
        Organisation.path.startswith(path, autoescape=True), Organisation.path != path,
        Organisation.closed_at.is_(None),
    )  # fmt: skip
    programs = sa.select(ApiClient.id).where(
        ApiClient.active, ApiClient.organisation.startswith(path, autoescape=True)
    )
    words = (
        ("没有停用的人员 {} 名", there), ("没有取消的角色 {} 个", roles),
        ("没有停用的下级机构 {} 个", below), ("没有停用的接口账号 {} 个", programs),
    )  # fmt: skip
    counted = [(text, _count(session, rows)) for text, rows in words]
    return [text.format(number) for text, number in counted if number]


def _count(session: Session, rows: sa.Select[tuple[UUID]]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0


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
        sa.select(Organisation)
        .where(visible(reader, "identity.organisation.read", organisation=Organisation.path))
        .order_by(Organisation.path)
    ).all()


def clients(session: Session, reader: Reader) -> Sequence[ApiClient]:
    """The API clients an administrator looks after."""
    return session.scalars(
        sa.select(ApiClient)
        .where(visible(reader, "identity.client.read", organisation=ApiClient.organisation))
        .order_by(ApiClient.client_id)
    ).all()


def administrators(session: Session, organisation: str) -> set[UUID]:
    """The people who may administer an organisation and can be counted on: their account is active, their
    grant has begun and has no end."""
    rows = session.execute(
        sa.select(RoleGrant.person_id, RoleGrant.organisation)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == "administrator", RoleGrant.revoked_at.is_(None), RoleGrant.ends_at.is_(None),
            RoleGrant.turns_at.is_(None), Person.state == "active",
        )
    )  # fmt: skip
    return {row.person_id for row in rows if organisation.startswith(row.organisation)}


def lock_administrators(session: Session) -> None:
    """Let one change of administrators wait for another: two at once could remove each other."""
    live = sa.select(RoleGrant.id).where(RoleGrant.role == "administrator", RoleGrant.revoked_at.is_(None))
    session.execute(live.order_by(RoleGrant.id).with_for_update()).all()
