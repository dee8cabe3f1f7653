"""Which tasks, processes and incidents exist for whom. One of others looks like a missing one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.recusals import is_recused
from services.workflow.human.standing_in import StandIn, capacity_at
from services.workflow.models import (
    DecisionInstance,
    ElementInstance,
    Incident,
    Instance,
    Job,
    StoredVariable,
    Task,
)
from services.workflow.models.tasks import CREATED
from services.workflow.paging import plainly
from shared.errors import Forbidden, NotFound
from shared.rights import Person, Relation, may, places_of, roles_with

OVERSEERS = roles_with("workflow.task.read", "organisation")
"""Roles that see and assign every task of their organisations, without being able to do it."""


@dataclass(frozen=True)
class TaskSight:
    """Which tasks somebody sees: those of `people`, taken, done or offered to them by name; open ones that
    are offered to a role at an organisation or below it; all at organisations overseen or below them, and
    (`overseer`) those of no organisation; what they may do for who is absent. What is open in a case that
    `person` must stay away from is not offered to them.
    """

    person: UUID
    people: tuple[str, ...]
    offers: tuple[tuple[str, str], ...]
    overseen: tuple[str, ...]
    absent: tuple[StandIn, ...] = ()

    @property
    def overseer(self) -> bool:
        """Whether any organisation is overseen."""
        return bool(self.overseen)


def sight_of_tasks(person: Person, absent: Sequence[StandIn] = ()) -> TaskSight:
    """What the person sees by their roles; a place below another with the same role adds nothing."""
    offers = {(held.role, held.organisation) for held in person.roles}
    overseen = {held.organisation for held in person.roles if held.role in OVERSEERS}
    return TaskSight(
        person=person.id,
        people=(str(person.id),),
        offers=tuple(sorted(o for o in offers if not any(_within(o, other) for other in offers))),
        overseen=tuple(sorted(p for p in overseen if not any(_within(("", p), ("", o)) for o in overseen))),
        absent=tuple(absent),
    )


def _within(offer: tuple[str, str], other: tuple[str, str]) -> bool:
    return offer != other and offer[0] == other[0] and offer[1].startswith(other[1])


def at_or_below(place: str) -> str:
    """The LIKE pattern (with a backslash) of an organisation's path and of those below it."""
    return re.sub(r"([\\%_])", r"\\\1", place) + "%"


def may_see_task(session: Session, person: Person, task: Task, now: datetime) -> bool:
    """The same for one task; who it was offered to still sees it when it is over."""
    me = str(person.id)
    if oversees_task(person, task) or me in (task.assignee, task.completed_for):
        return True
    if task.status == CREATED and is_recused(session, task.case_id, me):
        return False
    return capacity_at(session, task, person, now) is not None


def oversees_task(person: Person, task: Task) -> bool:
    """Whether the person may assign the task to others; one of no organisation is every overseer's."""
    return may(person, "workflow.task.assign", about_place(task.org_path))


def oversees(person: Person, organisation: str, action: str) -> bool:
    """Whether the person may do this to processes there; one of no organisation is every such person's."""
    return may(person, action, about_place(organisation))


def manages(person: Person, organisation: Any, action: str) -> None:
    """Raises Forbidden when the organisation is outside what the person manages."""
    if isinstance(organisation, str) and not oversees(person, organisation, action):
        raise Forbidden("您不能管理这个机构的流程。")


def about_place(organisation: str) -> Relation:
    """What the table of rights asks of a process or task: where it is; none of those is every holder's."""
    return Relation(organisation=organisation, unplaced=not organisation)


def visible_instances(person: Person, action: str) -> sa.Select[tuple[Instance]]:
    """Processes at the organisations where the person has the action, or below them; one of no
    organisation is every such person's. The same for all that follow."""
    return sa.select(Instance).where(_managed(person, action, Instance.org_path))


def visible_elements(person: Person, action: str) -> sa.Select[tuple[ElementInstance]]:
    """Element instances of those processes."""
    joined = sa.select(ElementInstance).join(Instance, Instance.key == ElementInstance.instance_key)
    return joined.where(_managed(person, action, Instance.org_path))


def visible_variables(person: Person, action: str) -> sa.Select[tuple[StoredVariable]]:
    """Variables of those processes."""
    joined = sa.select(StoredVariable).join(Instance, Instance.key == StoredVariable.instance_key)
    return joined.where(_managed(person, action, Instance.org_path))


def visible_incidents(person: Person, action: str) -> sa.Select[tuple[Incident]]:
    """Incidents of those processes."""
    joined = sa.select(Incident).join(Instance, Instance.key == Incident.instance_key)
    return joined.where(_managed(person, action, Instance.org_path))


def visible_jobs(person: Person, action: str) -> sa.Select[tuple[Job]]:
    """Jobs likewise."""
    joined = sa.select(Job).join(Instance, Instance.key == Job.instance_key)
    return joined.where(managed_places(person, action))


def managed_places(person: Person, action: str) -> sa.ColumnElement[bool]:
    """Which instances are at the organisations where the person has the action, or below them."""
    return _managed(person, action, Instance.org_path)


def visible_evaluations(person: Person, action: str) -> sa.Select[tuple[DecisionInstance]]:
    """Evaluated decisions of processes likewise; one of no process is seen by who asked for it."""
    own, of_process = DecisionInstance.by == str(person.id), DecisionInstance.instance_key.is_not(None)
    managed = _managed(person, action, DecisionInstance.org_path)
    return sa.select(DecisionInstance).where(own | (of_process & managed))


def instance_for(session: Session, key: int, person: Person, action: str) -> Instance:
    """One of them; raises NotFound."""
    if key > rules.LARGEST_KEY:
        raise NotFound
    found = session.scalars(visible_instances(person, action).where(Instance.key == key)).first()
    if found is None:
        raise NotFound
    return found


def incident_for(session: Session, key: int, person: Person, action: str) -> Incident:
    """One of them; raises NotFound."""
    if key > rules.LARGEST_KEY:
        raise NotFound
    found = session.scalars(visible_incidents(person, action).where(Incident.key == key)).first()
    if found is None:
        raise NotFound
    return found


def _managed(person: Person, action: str, org_path: Any) -> sa.ColumnElement[bool]:
    places = places_of(person, action)
    below = [org_path.like(plainly(at_or_below(place)), escape="\\") for place in places]
    return sa.or_(sa.false(), *([org_path == plainly("")] if places else []), *below)
