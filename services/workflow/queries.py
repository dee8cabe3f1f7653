"""What pages and the API read: nothing here locks or changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.recusals import not_left
from services.workflow.human.standing_in import StandIn, capacity_at, waiting_for
from services.workflow.models import (
    Candidate,
    ElementInstance,
    History,
    Instance,
    ModelVersion,
    StoredVariable,
    Task,
)
from services.workflow.models.tasks import CREATED, GROUP, USER
from shared.errors import NotFound
from shared.rights import Person


def offered_tasks(person: Person, absent: Sequence[StandIn] = ()) -> sa.Select[tuple[Task]]:
    """Open tasks the person has taken or may take, or may do for who is absent, the most urgent first."""
    me = str(person.id)
    ways = [Task.assignee == me, Task.key.in_(_candidate_of(Candidate.kind == USER, Candidate.name == me))]
    for held in person.roles:
        below = Candidate.org_path.startswith(held.organisation, autoescape=True)
        mine = _candidate_of(Candidate.kind == GROUP, Candidate.name == held.role, below)
        ways.append(Task.assignee.is_(None) & Task.key.in_(mine))
    ways += [waiting_for(stand_in) for stand_in in absent]
    order = (Task.due.asc().nulls_last(), Task.priority.desc(), Task.key)
    open_ones = sa.select(Task).where(Task.status == CREATED, sa.or_(*ways), not_left(person.id))
    return open_ones.order_by(*order)


def inbox(session: Session, person: Person, limit: int = 50, offset: int = 0) -> Sequence[Task]:
    """A page of the person's open tasks."""
    return session.scalars(offered_tasks(person).limit(limit).offset(offset)).all()


def task_for(session: Session, key: int, person: rules.Holder, now: datetime) -> Task:
    """A task the person may take; one of others is not found, as a missing one."""
    task = session.get(Task, key) if key <= rules.LARGEST_KEY else None
    if task is None or capacity_at(session, task, person, now) is None:
        raise NotFound
    return task


def visible_variables(session: Session, task: Task) -> dict[str, Any]:
    """The variables a task sees, inner ones hiding outer ones: to fill its form."""
    return variables_seen(session, task.element_key, task.instance_key)


def variables_seen(session: Session, key: int, instance_key: int) -> dict[str, Any]:
    """The variables seen from an instance or element instance, inner ones hiding outer ones."""
    chain = scopes_seen(session, key, instance_key)
    rows = session.scalars(sa.select(StoredVariable).where(StoredVariable.scope_key.in_(chain))).all()
    by_scope = {key: {r.name: r.value for r in rows if r.scope_key == key} for key in chain}
    return {name: value for key in reversed(chain) for name, value in by_scope[key].items()}


def scopes_seen(session: Session, key: int, instance_key: int) -> list[int]:
    """The scopes whose variables are seen from an instance or element instance, the innermost first."""
    chain = [key]
    while key != instance_key:
        scope = session.scalar(sa.select(ElementInstance.scope_key).where(ElementInstance.key == key))
        if scope is None:  # the root scope of a called process: its variables are all it has
            break
        key = scope
        chain.append(key)
    return chain


def case_history(session: Session, case_id: UUID) -> Sequence[History]:
    """Everything that happened to a case, whichever of its instances it happened to, in order of time."""
    keys = sa.select(Instance.key).where(Instance.case_id == case_id)
    entries = sa.select(History).where(History.instance_key.in_(keys))
    return session.scalars(entries.order_by(History.at, History.instance_key, History.number)).all()


def case_processes(session: Session, case_id: UUID) -> dict[int, str]:
    """Key and process name of every instance of a case, the oldest first."""
    named = sa.select(Instance.key, ModelVersion.name).join(
        ModelVersion, ModelVersion.key == Instance.definition_key
    )
    found = session.execute(named.where(Instance.case_id == case_id).order_by(Instance.key))
    return {row.key: row.name for row in found}


def case_tasks(session: Session, case_id: UUID) -> Sequence[Task]:
    """All tasks of a case, oldest first."""
    return session.scalars(sa.select(Task).where(Task.case_id == case_id).order_by(Task.key)).all()


def newest_models(session: Session) -> Sequence[ModelVersion]:
    """The newest version of every process."""
    newest = sa.select(ModelVersion.process_id, sa.func.max(ModelVersion.version).label("version"))
    of = newest.group_by(ModelVersion.process_id).subquery()
    same = (ModelVersion.process_id == of.c.process_id) & (ModelVersion.version == of.c.version)
    return session.scalars(sa.select(ModelVersion).join(of, same).order_by(ModelVersion.process_id)).all()


def _candidate_of(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    return sa.select(Candidate.task_key).where(*conditions)
