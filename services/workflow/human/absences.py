"""Out of office: somebody is away from one day to another, and a substitute does what is theirs meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.human.people import CITIZEN, held_by
from services.workflow.human.standing_in import shared_roles
from services.workflow.models import Absence, Staff, Task
from services.workflow.problems import AbsenceOver
from shared.clock import SHANGHAI
from shared.errors import Invalid, NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import Held, Person, Relation, may

SET = "workflow.absence.set"
SHOWN_DONE = timedelta(days=30)
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Substitute:
    """The reader's view of somebody who could stand in: by name, and the roles nobody would cover."""

    id: UUID
    name: str
    uncovered: tuple[Held, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be set: whole days, both counted."""

    person_id: UUID
    substitute_id: UUID
    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first midnight to the last."""
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))


def set_absence(work: UnitOfWork, plan: Plan, by: Person) -> Absence:
    """Note it; raises Invalid with what is not right, and NotFound where it is not for `by` to say."""
    people = _locked(work.session, plan)
    if plan.person_id not in people or not may_set(work.session, by, plan.person_id):
        raise NotFound
    wrong = _faults(work.session, plan, people, work.clock.now())
    if wrong:
        raise Invalid({name: [text] for name, text in wrong.items()})
    starts_at, ends_at = plan.moments
    absence = Absence(
        id=work.ids.uuid(), person_id=plan.person_id, substitute_id=plan.substitute_id, starts_at=starts_at,
        ends_at=ends_at, set_at=work.clock.now(), set_by=by.id, cancelled_at=None, cancelled_by=None,
    )  # fmt: skip
    work.session.add(absence)
    return absence


def cancel_absence(work: UnitOfWork, absence_id: UUID, by: Person) -> Absence:
    """It counts no more, from now on."""
    absence = work.session.get(Absence, absence_id, with_for_update=True)
    if absence is None or not may_set(work.session, by, absence.person_id):
        raise NotFound
    now = work.clock.now()
    if absence.cancelled_at is not None or absence.ends_at <= now:
        raise AbsenceOver
    absence.cancelled_at, absence.cancelled_by = now, by.id
    return absence


def may_set(session: Session, person: Person, absent: UUID) -> bool:
    """One's own; those of others for who administers every place where they hold a role."""
    if may(person, SET, Relation(own=(absent,))):
        return True
    places = {held.organisation for held in held_by(session, absent)}
    return bool(places) and all(may(person, SET, Relation(organisation=place)) for place in places)


def substitutes_for(session: Session, person_id: UUID) -> list[Substitute]:
    """Who shares a role with somebody and could stand in for them, by name."""
    held = _held_as_staff(session, person_id)
    others = sa.select(Staff).where(Staff.active, Staff.person_id != person_id)
    found = []
    for staff in session.scalars(others.order_by(Staff.person_id)):
        substitute = Substitute(staff.person_id, staff.name, uncovered(session, held, staff.person_id))
        if len(substitute.uncovered) < len(held):
            found.append(substitute)
    return sorted(found, key=lambda s: (s.name, str(s.id)))


def uncovered(session: Session, held: Iterable[Held], substitute_id: UUID) -> tuple[Held, ...]:
    """Which of these roles a substitute does not hold, or not at the whole of the organisation."""
    theirs = held_by(session, substitute_id)
    return tuple(h for h in held if not any(t.role == h.role and t.covers(h.organisation) for t in theirs))


def absences_of(session: Session, person_id: UUID) -> Sequence[Absence]:
    """All of a person's, the latest first."""
    theirs = sa.select(Absence).where(Absence.person_id == person_id)
    return session.scalars(theirs.order_by(Absence.starts_at.desc(), Absence.id)).all()


def absence_now(session: Session, person_id: UUID, now: datetime) -> Absence | None:
    """The one that counts at this moment."""
    return session.scalar(_standing(now, now).where(Absence.person_id == person_id).limit(1))


def done_for(session: Session, person_id: UUID, now: datetime) -> Sequence[Task]:
    """What substitutes did for a person lately, the latest first."""
    theirs = sa.select(Task).where(Task.completed_for == str(person_id), Task.completed_at > now - SHOWN_DONE)
    return session.scalars(theirs.order_by(Task.completed_at.desc()).limit(20)).all()


def away_between(session: Session, person_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the person has said to be away some time in between."""
    other = _standing(starts_at, ends_at).where(Absence.person_id == person_id)
    return session.scalar(other.limit(1)) is not None


def _faults(session: Session, plan: Plan, people: dict[UUID, Staff], now: datetime) -> dict[str, str]:
    (starts_at, ends_at), wrong = plan.moments, {}
    other = people.get(plan.substitute_id)
    if plan.substitute_id == plan.person_id:
        wrong["substitute"] = "不能选本人代办，请选一位同事。"
    elif other is None or not other.active:
        wrong["substitute"] = "这位同事的账号已经停用或者不存在，请另选一位。"
    elif not shared_roles(_held_as_staff(session, plan.person_id), held_by(session, other.person_id)):
        wrong["substitute"] = "这位同事没有相同的角色，不能代办，请另选一位。"
    elif _stands_in(session, plan.person_id, plan.substitute_id, starts_at, ends_at):
        wrong["substitute"] = "这段时间里这位同事外出，正由您选的外出人员代办，不能互相代办，请另选一位。"
    if plan.last < plan.first:
        wrong["last"] = "结束日期不能早于开始日期。"
    elif ends_at <= now:
        wrong["last"] = "结束日期已经过去，请重新填写。"
    elif ends_at - starts_at > LONGEST:
        wrong["last"] = "一次最长可以设置一年，请缩短时间。"
    elif away_between(session, plan.person_id, starts_at, ends_at):
        wrong["first"] = "这段时间里已经设置过外出代办，请先取消原来的安排，或者改成别的日期。"
    return wrong


def _stands_in(
    session: Session, substitute: UUID, absent: UUID, starts_at: datetime, ends_at: datetime
) -> bool:
    same = (Absence.person_id == absent, Absence.substitute_id == substitute)
    return session.scalar(_standing(starts_at, ends_at).where(*same).limit(1)) is not None


def _standing(starts_at: datetime, ends_at: datetime) -> sa.Select[tuple[Absence]]:
    """Those that count some time between two moments, or at the one if both are the same."""
    begun = Absence.starts_at < ends_at if starts_at < ends_at else Absence.starts_at <= ends_at
    return sa.select(Absence).where(begun, Absence.ends_at > starts_at, Absence.cancelled_at.is_(None))


def _locked(session: Session, plan: Plan) -> dict[UUID, Staff]:
    """Both people's rows, in one order for everybody: two plans about the same people take turns."""
    both = sa.select(Staff).where(Staff.person_id.in_([plan.person_id, plan.substitute_id]))
    rows = session.scalars(both.order_by(Staff.person_id).with_for_update())
    return {row.person_id: row for row in rows}


def _held_as_staff(session: Session, person_id: UUID) -> tuple[Held, ...]:
    return tuple(held for held in held_by(session, person_id) if held.role != CITIZEN)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
