"""Logging in and out: attempts, sessions, and the claims of the token that stands for them.

Every `now` here is the machine's time: tokens live by it, whatever the business clock says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.identity import rules
from services.identity.models import LoginAttempt, LoginSession, Person
from services.identity.people.dormancy import note_login
from services.identity.queries import live_grants, login_index, open_sessions
from shared.contracts.identity import SessionEnded
from shared.database import table_of
from shared.errors import Problem
from shared.messaging.tables import ended_session
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


class TooManyAttempts(Problem):
    """Too many failed logins: wait a while."""

    status = 429
    zh = "登录失败次数太多，请过 15 分钟再试。"


@dataclass(frozen=True)
class Ticket:
    """What a token is made of: its claims and how long it lasts."""

    claims: dict[str, Any]
    lifetime: timedelta


def count_attempt(work: UnitOfWork, login_index: str, now: datetime) -> int:
    """Count the attempt before the password is looked at, so that many at once gain nothing; how many now.

    The same for names that nobody has: a lock must not tell which names exist.
    """
    work.session.execute(sa.delete(LoginAttempt).where(LoginAttempt.last_at <= now - rules.LOCK))
    first = {"login_index": login_index, "failures": 0, "last_at": now}
    insert_new(work.session, table_of(LoginAttempt), first)
    attempt = work.session.get_one(LoginAttempt, login_index, with_for_update=True)
    if rules.locked(attempt.failures, attempt.last_at, now):
        raise TooManyAttempts
    attempt.failures = rules.failures_with(attempt.failures, attempt.last_at, now)
    attempt.last_at = now
    return attempt.failures


def forget_attempts(work: UnitOfWork, login_index: str) -> None:
    """The password was right: failures before it no longer count."""
    work.session.execute(sa.delete(LoginAttempt).where(LoginAttempt.login_index == login_index))


def start_session(
    work: UnitOfWork, person_id: UUID, csrf: str, now: datetime, device: str = ""
) -> Ticket | None:
    """Log a person in whose password was right; None when the account was closed meanwhile."""
    person = work.session.get_one(Person, person_id, with_for_update=True)
    if not person.active:
        return None
    forget_attempts(work, login_index(work.keys, person.login))
    note_login(work, person, now)
    session = LoginSession(
        id=work.ids.uuid(), person_id=person.id, started_at=now, expires_at=rules.session_end(now, now),
        last_used_at=now, device=device,
    )  # fmt: skip
    work.session.add(session)
    return _ticket(work, person, session, csrf, now)


def renew_session(work: UnitOfWork, session_id: UUID, csrf: str, now: datetime) -> Ticket | None:
    """A fresh token for a session that still runs, with the roles held now; None when it ended."""
    session = work.session.get(LoginSession, session_id, with_for_update=True)
    if session is None or session.ended_at is not None or session.expires_at <= now:
        return None
    person = work.session.get_one(Person, session.person_id)
    end = rules.session_end(session.started_at, now)
    if not person.active or end <= now:
        return None
    session.expires_at, session.last_used_at = end, now
    return _ticket(work, person, session, csrf, now)


def end_session(work: UnitOfWork, session_id: UUID, now: datetime) -> None:
    """End a session everywhere; a second time changes nothing."""
    session = work.session.get(LoginSession, session_id, with_for_update=True)
    if session is None or session.ended_at is not None:
        return
    session.ended_at = now
    insert_new(work.session, ended_session, {"session_id": session.id, "ended_at": now})
    work.emit(SessionEnded(session_id=session.id))


def end_sessions(work: UnitOfWork, person_id: UUID, now: datetime, keep: UUID | None = None) -> None:
    """End every session of a person, or every one but `keep`."""
    for session in open_sessions(work.session, person_id, now):
        if session.id != keep:
            end_session(work, session.id, now)


def _ticket(work: UnitOfWork, person: Person, session: LoginSession, csrf: str, now: datetime) -> Ticket:
    business = work.clock.now()
    # A password somebody else chose opens nothing but the page on which it is replaced; who is dormant waits.
    barred = person.password_temporary or person.state == "dormant"
    grants = [] if barred else live_grants(work.session, person.id, business)
    claims = {
        "sub": str(person.id),
        "sid": str(session.id),
        "name": person.name,
        "roles": [{"role": g.role, "organisation": g.organisation} for g in grants],
        "csrf": csrf,
    }
    ends = [g.ends_at - business for g in grants if g.ends_at is not None]
    return Ticket(claims, min([session.expires_at - now, *ends]))  # no token outlives a role it names
