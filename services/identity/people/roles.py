"""Roles: given at an organisation, for a time, and taken away. Each act announces itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity import rules
from services.identity.models import Person, RoleGrant
from services.identity.people.announcing import announce_roles
from services.identity.people.history import note
from services.identity.queries import administrators, lock_administrators, standing_grants
from shared.clock import SHANGHAI, SystemClock
from shared.database import table_of
from shared.errors import Rejected
from shared.messaging.work import UnitOfWork
from shared.service import DueWork
from shared.statements import insert_new


class OwnRights(Rejected):
    """Nobody changes their own rights."""

    zh = "不能修改自己的角色，也不能停用自己的账号，请由另一名系统管理员操作。"


class AdministratorsTooFew(Rejected):
    """Two administrators must stay."""

    zh = "每个机构至少要保留两名系统管理员，请先指定接替的人，再进行这项操作。"


@dataclass(frozen=True)
class Term:
    """From when until when a role counts, by the business clock; None: at once, until it is taken away."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @classmethod
    def of_days(cls, first: date | None, last: date | None, today: date) -> Term:
        """From the beginning of the first day (one that has come: at once) to the end of the last."""
        starts = _midnight(first) if first is not None and first > today else None
        return cls(starts, _midnight(last + timedelta(days=1)) if last is not None else None)


ALWAYS = Term()


def give_role(
    work: UnitOfWork, person: Person, role: str, organisation: str, by: UUID | None, term: Term = ALWAYS
) -> bool:
    """Write a grant down unless it stands already; whether it is new."""
    now = work.clock.now()
    values: dict[str, Any] = {
        "id": work.ids.uuid(), "person_id": person.id, "role": role, "organisation": organisation,
        "granted_at": now, "granted_by": by, "starts_at": term.starts_at, "ends_at": term.ends_at,
        "turns_at": rules.next_turn(term.starts_at, term.ends_at, now), "revoked_at": None,
        "revoked_by": None,
    }  # fmt: skip
    new = insert_new(work.session, table_of(RoleGrant), values)
    if new:
        note(work, person.id, "role_given", by, role=role, organisation=organisation)
    return new


def grant_role(
    work: UnitOfWork, person: Person, role: str, organisation: str, by: UUID, now: datetime,
    term: Term = ALWAYS,
) -> None:  # fmt: skip
    """Give a role at an organisation; one that is held already takes the new dates, or changes nothing."""
    refuse_own(person, by)
    for grant in standing_grants(work.session, person.id):
        if grant.ends_at is not None and grant.ends_at <= work.clock.now():
            _turn(work, grant)  # the clock comes a moment late: it must not stand in the way of a new one
    work.session.flush()
    held = [
        g
        for g in standing_grants(work.session, person.id)
        if (g.role, g.organisation) == (role, organisation)
    ]
    if held:
        changed = _set_term(work, person, held[0], term, by)
    else:
        changed = give_role(work, person, role, organisation, by, term)
    if changed:
        work.session.flush()
        announce_roles(work, person, now)


def revoke_role(work: UnitOfWork, person: Person, grant_id: UUID, by: UUID, now: datetime) -> None:
    """Take a role away; raises AdministratorsTooFew. A grant that no longer stands changes nothing."""
    refuse_own(person, by)
    for grant in [g for g in standing_grants(work.session, person.id) if g.id == grant_id]:
        keep_administrators(work, person, [grant])
        grant.revoked_at, grant.revoked_by, grant.turns_at = work.clock.now(), by, None
        note(work, person.id, "role_taken", by, role=grant.role, organisation=grant.organisation)
        work.session.flush()
        announce_roles(work, person, now)


def refuse_own(person: Person, by: UUID) -> None:
    """Raises OwnRights when somebody acts on their own account as an administrator would."""
    if person.id == by:
        raise OwnRights


def keep_administrators(work: UnitOfWork, person: Person, going: Iterable[RoleGrant]) -> None:
    """Raises AdministratorsTooFew when fewer than two would stay without these grants (S0-10.1.3).

    Only grants without an end count, of people whose account is active: others may be gone tomorrow.
    """
    lost = [g for g in going if g.role == "administrator" and person.state == "active" and _lasts(g)]
    if lost:
        lock_administrators(work.session)
        for grant in lost:
            left = administrators(work.session, grant.organisation) - {person.id}
            if not rules.enough_administrators(len(left)):
                raise AdministratorsTooFew


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _lasts(grant: RoleGrant) -> bool:
    return grant.ends_at is None and grant.turns_at is None


def _set_term(work: UnitOfWork, person: Person, grant: RoleGrant, term: Term, by: UUID) -> bool:
    if (grant.starts_at, grant.ends_at) == (term.starts_at, term.ends_at):
        return False
    if term != ALWAYS:
        keep_administrators(work, person, [grant])
    grant.starts_at, grant.ends_at = term.starts_at, term.ends_at
    grant.turns_at = rules.next_turn(term.starts_at, term.ends_at, work.clock.now())
    note(work, person.id, "role_dated", by, role=grant.role, organisation=grant.organisation)
    return True


def _turn(work: UnitOfWork, grant: RoleGrant) -> None:
    """The role begins or stops counting, as its dates say."""
    ended = grant.ends_at is not None and grant.ends_at <= work.clock.now()
    if ended:
        grant.revoked_at = grant.ends_at
    grant.turns_at = None if ended else grant.ends_at
    act = "role_ended" if ended else "role_began"
    note(work, grant.person_id, act, None, role=grant.role, organisation=grant.organisation)


def _due(now: datetime) -> sa.Select[tuple[RoleGrant]]:
    return sa.select(RoleGrant).where(RoleGrant.turns_at <= now).order_by(RoleGrant.turns_at, RoleGrant.id)


def _waits(session: Session, now: datetime) -> bool:
    return session.scalar(_due(now).limit(1)) is not None


def _act(work: UnitOfWork) -> bool:
    due = _due(work.clock.now()).limit(1).with_for_update(skip_locked=True)
    grant = work.session.scalar(due)
    if grant is None:
        return False
    _turn(work, grant)
    work.session.flush()
    announce_roles(work, work.session.get_one(Person, grant.person_id), SystemClock().now())
    return True


def _next(session: Session) -> datetime | None:
    return session.scalar(sa.select(sa.func.min(RoleGrant.turns_at)))


TURNS = DueWork(_waits, _act, _next)
"""Roles begin and end by themselves: everyone hears of it at the moment."""
