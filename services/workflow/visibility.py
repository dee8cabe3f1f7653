"""Which tasks, processes and incidents exist for whom. One of others looks like a missing one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.recusals import is_recused, not_of, offers_not_of
from services.workflow.human.standing_in import Standing, capacity_at, waiting_for
from services.workflow.models import (
    Candidate,
    DecisionInstance,
    ElementInstance,
    Incident,
    Instance,
    Job,
    StoredVariable,
    Task,
)
from services.workflow.models.tasks import CREATED, GROUP, USER
from services.workflow.paging import nulls_last
from shared.errors import NotFound
from shared.web import Person

OVERSEERS = ("process_owner", "administrator", "integration")
"""Roles that see and assign every task of their organisations, without being able to do it."""


def visible_tasks(person: Person, standing: Standing) -> sa.ColumnElement[bool]:
    """Tasks offered to the person, taken or done by them or for them, or overseen by them, and what they may
    do for who is absent. What is open in a case they must stay away from is offered to them no more.
    """
    me = str(person.id)
    mine: list[sa.ColumnElement[bool]] = [_offered(Candidate.kind == USER, Candidate.name == me)]
    seen: list[sa.ColumnElement[bool]] = [Task.assignee == me, Task.completed_for == me]
    for held in person.roles:
        below = Candidate.org_path.startswith(held.organisation, autoescape=True)
        mine.append(_offered(Candidate.kind == GROUP, Candidate.name == held.role, below))
        if held.role in OVERSEERS:
            seen.append(Task.org_path.startswith(held.organisation, autoescape=True) | (Task.org_path == ""))
    mine += [waiting_for(stand_in) for stand_in in standing.absent]
    return sa.or_(*seen, sa.or_(*mine) & not_of(standing.left))


def open_tasks_of(person: Person, standing: Standing) -> list[sa.Select[Any]] | None:
    """Due moment and key of open tasks that are visible to the person, by way of each role; None for who
    oversees tasks that they are not offered.

    A candidate's row is there as long as its task is open.
    """
    if any(held.role in OVERSEERS for held in person.roles):
        return None
    me = str(person.id)
    taken = sa.select(nulls_last(Task.due, False), Task.key)
    ways: list[sa.Select[Any]] = [taken.where(Task.assignee == me, Task.status == CREATED)]
    ways += [taken.where(waiting_for(stand_in), not_of(standing.left)) for stand_in in standing.absent]
    offered = sa.select(Candidate.due, Candidate.task_key).where(offers_not_of(standing.left))
    ways.append(offered.where(Candidate.kind == USER, Candidate.name == me))
    for held in person.roles:
        below = Candidate.org_path.startswith(held.organisation, autoescape=True)
        ways.append(offered.where(Candidate.kind == GROUP, Candidate.name == held.role, below))
    return ways


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
    return person.holds(*OVERSEERS, at=task.org_path or None)


def visible_instances(person: Person, roles: tuple[str, ...]) -> sa.Select[tuple[Instance]]:
    """Processes at the organisations where the person holds one of these roles, or below them; one of no
    organisation is every such person's. The same for all that follow."""
    return sa.select(Instance).where(_managed(person, roles, Instance.org_path))


def visible_elements(person: Person, roles: tuple[str, ...]) -> sa.Select[tuple[ElementInstance]]:
    """Element instances of those processes."""
    joined = sa.select(ElementInstance).join(Instance, Instance.key == ElementInstance.instance_key)
    return joined.where(_managed(person, roles, Instance.org_path))


def visible_variables(person: Person, roles: tuple[str, ...]) -> sa.Select[tuple[StoredVariable]]:
    """Variables of those processes."""
    joined = sa.select(StoredVariable).join(Instance, Instance.key == StoredVariable.instance_key)
    return joined.where(_managed(person, roles, Instance.org_path))


def visible_incidents(person: Person, roles: tuple[str, ...]) -> sa.Select[tuple[Incident]]:
    """Incidents of those processes."""
    joined = sa.select(Incident).join(Instance, Instance.key == Incident.instance_key)
    return joined.where(_managed(person, roles, Instance.org_path))


def visible_jobs(person: Person, roles: tuple[str, ...]) -> sa.Select[tuple[Job]]:
    """Jobs likewise."""
    joined = sa.select(Job).join(Instance, Instance.key == Job.instance_key)
    return joined.where(managed_places(person, roles))


def managed_places(person: Person, roles: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """Which instances are at the organisations where the person holds one of these roles, or below them."""
    return _managed(person, roles, Instance.org_path)


def visible_evaluations(person: Person, roles: tuple[str, ...]) -> sa.Select[tuple[DecisionInstance]]:
    """Evaluated decisions of processes likewise; one of no process is seen by who asked for it."""
    own, of_process = DecisionInstance.by == str(person.id), DecisionInstance.instance_key.is_not(None)
    managed = _managed(person, roles, DecisionInstance.org_path)
    return sa.select(DecisionInstance).where(own | (of_process & managed))


def instance_for(session: Session, key: int, person: Person, roles: tuple[str, ...]) -> Instance:
    """One of them; raises NotFound."""
    if key > rules.LARGEST_KEY:
        raise NotFound
    found = session.scalars(visible_instances(person, roles).where(Instance.key == key)).first()
    if found is None:
        raise NotFound
    return found


def incident_for(session: Session, key: int, person: Person, roles: tuple[str, ...]) -> Incident:
    """One of them; raises NotFound."""
    if key > rules.LARGEST_KEY:
        raise NotFound
    found = session.scalars(visible_incidents(person, roles).where(Incident.key == key)).first()
    if found is None:
        raise NotFound
    return found


def _managed(person: Person, roles: tuple[str, ...], org_path: Any) -> sa.ColumnElement[bool]:
    places = [held.organisation for held in person.roles if held.role in roles]
    below = [org_path.startswith(place, autoescape=True) for place in places]
    return sa.or_(sa.false(), *([org_path == ""] if places else []), *below)


def _offered(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return Task.key.in_(sa.select(Candidate.task_key).where(*conditions))
