"""Who may act at a task: in their own right, or for somebody who is away.

A substitute does nothing that they could not be trusted with by themselves: of the absent person's roles
only those count that both hold, and only for tasks that are the absent person's. Nothing is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.people import held_by
from services.workflow.models import Absence, Candidate, Staff, Task
from services.workflow.models.tasks import CREATED, GROUP, USER
from shared.rights import Held


@dataclass(frozen=True)
class Capacity:
    """As whom somebody acts at a task: `whose` it is then, and who is `absent`, if anybody."""

    whose: str
    absent: str | None = None


@dataclass(frozen=True)
class StandIn:
    """Somebody who is away, and what of their work the reader may do for them.

    `held` is what they hold, `shared` what the reader holds too, at the smaller of both organisations.
    """

    absent: str
    name: str
    held: tuple[Held, ...]
    shared: tuple[Held, ...]

    def covers(self, task: rules.Offered) -> bool:
        """Whether the reader may do this task when it is the absent person's."""
        groups = task.candidate_groups
        if any(h.role in groups and h.covers(task.org_path) for h in self.held):
            return any(h.role in groups and h.covers(task.org_path) for h in self.shared)
        return self.covers_by_name(task.lane_role)

    def covers_by_name(self, lane_role: str | None) -> bool:
        """The same for a task that is theirs by name: in the role of its lane, else in all their roles."""
        held, shared = {h.role for h in self.held}, {h.role for h in self.shared}
        return lane_role in shared if lane_role in held else bool(held) and held <= shared


def stand_ins(session: Session, person: rules.Holder, now: datetime) -> list[StandIn]:
    """For whom the person stands in at this moment."""
    active = (Absence.starts_at <= now, Absence.ends_at > now, Absence.cancelled_at.is_(None))
    absent = sa.select(Absence.person_id).where(Absence.substitute_id == person.id, *active)
    away = sa.select(Staff).where(Staff.person_id.in_(absent), Staff.active).order_by(Staff.person_id)
    return [_stand_in(session, staff, person) for staff in session.scalars(away)]


def shared_roles(held: Sequence[Held], others: Sequence[Held]) -> tuple[Held, ...]:
    """Of these roles those that are among the others too, each at the smaller of both organisations."""
    found = [
        Held(theirs.role, max(theirs.organisation, own.organisation, key=len))
        for theirs in held
        for own in others
        if own.role == theirs.role and (own.covers(theirs.organisation) or theirs.covers(own.organisation))
    ]
    return tuple(dict.fromkeys(found))


def capacity_at(session: Session, task: Task, person: rules.Holder, now: datetime) -> Capacity | None:
    """As whom the person may act at a task; None when it is not their business.

    What is somebody else's is done for them, where the person stands in; otherwise one's own right counts.
    """
    me = str(person.id)
    own = Capacity(me) if rules.may_take(person, task) or task.completed_for == me else None
    if task.status != CREATED or task.assignee == me or (own and task.assignee is None):
        return own
    for stand_in in stand_ins(session, person, now):
        named = [task.assignee] if task.assignee else task.candidate_users
        if stand_in.absent in named and stand_in.covers(task):
            return Capacity(stand_in.absent, stand_in.absent)
    return own


def waiting_for(stand_in: StandIn) -> sa.ColumnElement[bool]:
    """The open tasks that are an absent person's and that the reader may do for them."""
    theirs = sa.or_(
        Task.assignee == stand_in.absent,
        Task.assignee.is_(None) & _candidate(Candidate.kind == USER, Candidate.name == stand_in.absent),
    )
    by_role = _in_roles(stand_in.held)
    named = ~by_role & _by_name(stand_in)
    return sa.and_(Task.status == CREATED, theirs, sa.or_(_in_roles(stand_in.shared), named))


def _by_name(stand_in: StandIn) -> sa.ColumnElement[bool]:
    held = {h.role for h in stand_in.held}
    covered = [role for role in held if stand_in.covers_by_name(role)]
    ways: list[sa.ColumnElement[bool]] = [Task.lane_role.in_(covered)]
    if stand_in.covers_by_name(None):
        ways += [Task.lane_role.is_(None), Task.lane_role.not_in(held)]
    return sa.or_(*ways)


def _in_roles(held: Sequence[Held]) -> sa.ColumnElement[bool]:
    ways = [
        sa.and_(Candidate.name == h.role, Candidate.org_path.startswith(h.organisation, autoescape=True))
        for h in held
    ]
    return _candidate(Candidate.kind == GROUP, sa.or_(sa.false(), *ways))


def _candidate(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return Task.key.in_(sa.select(Candidate.task_key).where(*conditions))


def _stand_in(session: Session, staff: Staff, person: rules.Holder) -> StandIn:
    held = held_by(session, staff.person_id)
    return StandIn(str(staff.person_id), staff.name, held, shared_roles(held, person.roles))
