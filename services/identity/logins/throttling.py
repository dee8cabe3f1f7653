"""Against guessing many names from one address, and the warnings to those whose account it concerns.

Five failures lock one name (rules.py); this counts the different names that one address tries in vain: a
household or an office forgets passwords too, but not twenty people's in an hour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.identity.models import AccountWarning, AddressAttempt, Person
from services.identity.queries import roles_of
from shared.contracts.notify import TellPerson
from shared.database import table_of
from shared.errors import Problem
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

WINDOW = timedelta(hours=1)
WARN_EVERY = timedelta(hours=24)


@dataclass(frozen=True)
class Door:
    """Where names are tried, and how many different ones an address may try in an hour."""

    name: str
    most: int


LOGIN = Door("login", 20)
REGISTER = Door("register", 30)
TOKEN = Door("token", 20)


class TooManyNames(Problem):
    """Too many names were tried from this address: wait a while."""

    status = 429
    zh = "从您现在的网络尝试的次数太多，请过一小时再试。急需办理的，请到窗口或者拨打本页上方的电话。"


def count_name(work: UnitOfWork, door: Door, address: str, name_index: str, now: datetime) -> None:
    """Count a try before it is looked at, so that many at once gain nothing; raises TooManyNames.

    A name that the address tried already within the hour counts once.
    """
    work.session.execute(sa.delete(AddressAttempt).where(AddressAttempt.last_at <= now - WINDOW))
    key = {"address_index": work.keys.blind_index(f"address:{address}"), "door": door.name}
    insert_new(work.session, table_of(AddressAttempt), {**key, "tried": {}, "last_at": now})
    row = work.session.get_one(AddressAttempt, key, with_for_update=True)
    tried = {name: at for name, at in row.tried.items() if datetime.fromisoformat(at) > now - WINDOW}
    if name_index not in tried and len(tried) >= door.most:
        wait = datetime.fromisoformat(min(tried.values())) + WINDOW - now
        raise TooManyNames(retry_after=math.ceil(wait.total_seconds()))
    row.tried, row.last_at = {**tried, name_index: now.isoformat()}, now


def forget_name(work: UnitOfWork, door: Door, address: str, name_index: str) -> None:
    """The try was right: it is held against nobody."""
    key = {"address_index": work.keys.blind_index(f"address:{address}"), "door": door.name}
    row = work.session.get(AddressAttempt, key, with_for_update=True)
    if row is not None:
        row.tried = {name: at for name, at in row.tried.items() if name != name_index}


def warn_of_lock(work: UnitOfWork, login_index: str, person: Person | None, now: datetime) -> None:
    """Five failures locked a name: its owner is told, for staff also the administrators of their place."""
    if not _warned_now(work, login_index, now) or person is None or not person.active:
        return
    work.emit(TellPerson(template="account_locked", recipients=[person.id]))
    if any(held["role"] != "applicant" for held in roles_of(work.session, person.id, work.clock.now())):
        work.emit(
            TellPerson(
                template="account_locked_staff", roles=["administrator"], organisation=person.organisation,
                about={"person_id": str(person.id)},
            )
        )  # fmt: skip


def warn_of_registering(work: UnitOfWork, login_index: str, person: Person | None, now: datetime) -> None:
    """Somebody signs up with a number that has an account: its owner is told, the one who signs up is not."""
    subject = work.keys.blind_index(f"registered again:{login_index}")
    if _warned_now(work, subject, now) and person is not None and person.active:
        work.emit(TellPerson(template="registered_again", recipients=[person.id]))


def _warned_now(work: UnitOfWork, subject: str, now: datetime) -> bool:
    """Whether a warning is due, which is then on record: once a day, or an attacker fills a mailbox.

    The same work for names that nobody has.
    """
    work.session.execute(sa.delete(AccountWarning).where(AccountWarning.warned_at <= now - WARN_EVERY))
    return insert_new(work.session, table_of(AccountWarning), {"subject": subject, "warned_at": now})
