"""Accounts that nobody uses fall asleep, and an administrator wakes them.

An unused account of somebody who left is the one that is misused unnoticed. Who is dormant may log in, but
the token has no role: they read on their account page that an administrator was asked, and go on without a
new login as soon as they are woken. Citizens never sleep: years lie between their two visits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.models import Person
from services.identity.people.announcing import announce_roles
from services.identity.people.history import note
from services.identity.people.roles import AdministratorsTooFew, keep_administrators
from services.identity.queries import standing_grants
from services.identity.rules import PUBLIC
from shared.clock import SystemClock
from shared.messaging.work import UnitOfWork
from shared.service import DueWork

_LATER = timedelta(days=1)


def note_login(work: UnitOfWork, person: Person, now: datetime) -> None:
    """Somebody logged in at `now` (the machine's time): they stay awake, or ask to be woken."""
    fall_asleep(work, person, now)
    person.last_login_at = now
    if person.state == "active":
        person.sleeps_at = bedtime(work, person, now)
    elif person.state == "dormant" and person.wake_asked_at is None:
        person.wake_asked_at = now
        note(work, person.id, "wake_asked", person.id)


def bedtime(work: UnitOfWork, person: Person, now: datetime) -> datetime | None:
    """When somebody seen at `now` would fall asleep."""
    days = int(work.policy.get("accounts.dormant_days"))
    return None if person.organisation == PUBLIC else now + timedelta(days=days)


def fall_asleep(work: UnitOfWork, person: Person, now: datetime) -> None:
    """The person becomes dormant if their time has come; not the last two administrators (S0-10.1.3)."""
    if person.state != "active" or person.sleeps_at is None or now < person.sleeps_at:
        return
    try:
        keep_administrators(work, person, standing_grants(work.session, person.id))
    except AdministratorsTooFew:
        person.sleeps_at = now + _LATER
        return
    person.state, person.sleeps_at = "dormant", None
    note(work, person.id, "slept", None)
    work.session.flush()


def wake(work: UnitOfWork, person: Person, by: UUID, now: datetime, why: str = "") -> None:
    """A dormant person may work again; for anybody else it changes nothing."""
    if person.state == "dormant":
        person.state, person.wake_asked_at = "active", None
        person.sleeps_at = bedtime(work, person, now)
        note(work, person.id, "woken", by, why)
        work.session.flush()
        announce_roles(work, person, now)


def _tired(now: datetime) -> sa.Select[tuple[Person]]:
    return (
        sa.select(Person)
        .where(Person.sleeps_at <= now, Person.state == "active")
        .order_by(Person.sleeps_at, Person.id)
        .limit(1)
    )


def _waits(session: Session, _now: datetime) -> bool:
    return session.scalar(_tired(SystemClock().now())) is not None


def _act(work: UnitOfWork) -> bool:
    now = SystemClock().now()
    person = work.session.scalar(_tired(now).with_for_update(skip_locked=True))
    if person is None:
        return False
    fall_asleep(work, person, now)
    return True


SLEEP = DueWork(_waits, _act)
"""Logins are counted by the machine's time, so that a trial whose clock is put forward keeps its people."""
