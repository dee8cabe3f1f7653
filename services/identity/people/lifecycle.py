"""A person's account from invitation to closing: invited, active, (dormant,) closed, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.identity.logins.sessions import end_sessions
from services.identity.models import Invitation, Person
from services.identity.people.accounts import add_person
from services.identity.people.announcing import announce_person, announce_roles
from services.identity.people.dormancy import bedtime
from services.identity.people.history import note
from services.identity.people.roles import give_role, keep_administrators, refuse_own
from services.identity.queries import code_index, code_indexes, standing_grants
from shared.errors import Invalid, Rejected
from shared.messaging.work import UnitOfWork

_NO_PASSWORD = ""
"""No password has this hash."""


class CodeUseless(Invalid):
    """The code is unknown, used, replaced or too old."""

    zh = "这个代码不能用：可能填错了，已经用过，或者过了有效期。请核对，或者请管理员重新发一张通知单。"


class AccountClosed(Rejected):
    """The account is closed."""

    zh = "这个账号已停用，请先恢复账号。"


def invite(
    work: UnitOfWork, *, name: str, login: str, phone: str, organisation: str, roles: Iterable[str], by: UUID,
    code: str, now: datetime,
) -> Person:  # fmt: skip
    """A new member of staff, who chooses the password with the code; raises LoginTaken."""
    person = add_person(
        work, person_id=work.ids.uuid(), organisation=organisation, login=login, name=name, phone=phone,
        password_hash=_NO_PASSWORD, state="invited",
    )  # fmt: skip
    note(work, person.id, "invited", by)
    for role in roles:
        give_role(work, person, role, organisation, by)
    _hand_out(work, person, code, now)
    announce_person(work, person)
    return person


def invite_again(work: UnitOfWork, person: Person, by: UUID, code: str, now: datetime, why: str = "") -> None:
    """Another code; the one before no longer works, nor does the password if there was one."""
    refuse_own(person, by)
    if person.state == "closed":
        raise AccountClosed
    note(work, person.id, "invited" if person.state == "invited" else "reset", by, why)
    person.password_hash = _NO_PASSWORD
    end_sessions(work, person.id, now)
    _hand_out(work, person, code, now)


def invited_person(work: UnitOfWork, code: str, now: datetime) -> Person:
    """Whose code this is; raises CodeUseless."""
    slip = work.session.scalar(
        sa.select(Invitation)
        .where(Invitation.code_index.in_(code_indexes(work.keys, code)), Invitation.expires_at > now)
        .with_for_update()
    )
    person = work.session.get_one(Person, slip.person_id) if slip else None
    if person is None or person.state == "closed":
        raise CodeUseless({"code": [CodeUseless.zh]})
    return person


def join(work: UnitOfWork, code: str, password_hash: str, now: datetime) -> Person:
    """The person chose the password: the account is active, the code is used up; raises CodeUseless."""
    person = invited_person(work, code, now)
    before = person.state
    work.session.execute(sa.delete(Invitation).where(Invitation.person_id == person.id))
    person.password_hash, person.password_temporary = password_hash, False
    person.state, person.wake_asked_at, person.sleeps_at = "active", None, bedtime(work, person, now)
    note(work, person.id, "joined" if before == "invited" else "password_chosen", person.id)
    end_sessions(work, person.id, now)
    work.session.flush()
    if before != "active":
        announce_person(work, person)
    return person


def close_account(work: UnitOfWork, person: Person, by: UUID, now: datetime, why: str) -> None:
    """Nobody can use the account any more, its sessions end everywhere; roles and records stay."""
    refuse_own(person, by)
    if person.state == "closed":
        return
    keep_administrators(work, person, standing_grants(work.session, person.id))
    end_sessions(work, person.id, now)
    work.session.execute(sa.delete(Invitation).where(Invitation.person_id == person.id))
    person.state, person.sleeps_at, person.wake_asked_at = "closed", None, None
    note(work, person.id, "closed", by, why)
    work.session.flush()
    announce_roles(work, person, now)


def open_account(work: UnitOfWork, person: Person, by: UUID, now: datetime, why: str) -> None:
    """A closed account works again, with the roles that stand; who has no password is invited."""
    refuse_own(person, by)
    if person.state != "closed":
        return
    person.state = "active" if person.password_hash else "invited"
    person.sleeps_at = bedtime(work, person, now) if person.state == "active" else None
    note(work, person.id, "opened", by, why)
    work.session.flush()
    announce_roles(work, person, now)


def _hand_out(work: UnitOfWork, person: Person, code: str, now: datetime) -> None:
    days = timedelta(days=int(work.policy.get("accounts.invitation_days")))
    values: dict[str, Any] = {"code_index": code_index(work.keys, code), "expires_at": now + days}
    work.session.merge(Invitation(person_id=person.id, **values))
