"""A human task is taken up: locked with its process, and all that is needed at it is asked at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.workflow import rules
from services.workflow.human.separation import Ties, ties_at
from services.workflow.human.standing_in import Capacity, capacity_at
from services.workflow.models import Instance, StoredVariable, Task
from services.workflow.models.tasks import CREATED
from services.workflow.problems import TaskOver
from services.workflow.stepping import Step, resume
from shared.errors import NotFound, Stale
from shared.messaging.work import UnitOfWork
from shared.question import Question
from shared.statements import gathered

_BEFORE = aliased(Instance)
_REVISION_BEFORE = (
    sa.select(_BEFORE.revision).where(_BEFORE.key == Task.instance_key)
    .correlate(Task).scalar_subquery().label("revision_before")
)  # fmt: skip
_VARIABLES = (
    sa.select(gathered(StoredVariable.scope_key, StoredVariable.name, StoredVariable.value))
    .where(StoredVariable.scope_key.in_((Task.element_key, Task.instance_key)))
    .correlate(Task).scalar_subquery().label("variables")
)  # fmt: skip
_TAKEN = Question(
    sa.select(
        Task, Instance, _REVISION_BEFORE, _VARIABLES,
        *ties_at(Task.case_id, sa.bindparam("person", type_=sa.Uuid())),
    )
    .select_from(Instance).join(Task, Task.instance_key == Instance.key)
    .where(Task.key == sa.bindparam("key", type_=Task.key.type)).with_for_update()
    .execution_options(populate_existing=True)
)  # fmt: skip


class AtTask(NamedTuple):
    """Somebody at an open task: the step of its process, as whom they act, and what ties them to its case."""

    step: Step
    task: Task
    capacity: Capacity
    ties: Ties


def step_as(work: UnitOfWork, key: int, revision: int | None, person: rules.Holder) -> AtTask:
    """A step for somebody who takes or does the task; raises as `step_on` does."""
    found = _taken(work.session, key, person)
    capacity = None if found is None else capacity_at(work.session, found.Task, person, work.clock.now())
    if found is None or capacity is None:
        raise NotFound  # a task of others and a missing one look the same
    step = _begun(work, found, revision)
    return AtTask(step, found.Task, capacity, Ties(found.recused, found.applied))


def step_on(work: UnitOfWork, key: int, revision: int | None) -> tuple[Step, Task]:
    """A step of the open task's process, locked, and the task as it stands then.

    Raises NotFound, TaskOver, Stale.
    """
    found = _taken(work.session, key, None)
    if found is None:
        raise NotFound
    return _begun(work, found, revision), found.Task


def _begun(work: UnitOfWork, found: Any, revision: int | None) -> Step:
    task: Task = found.Task
    if task.status != CREATED:
        raise TaskOver
    step = resume(work, task.instance_key, found.Instance)
    if revision is not None and revision != task.revision:
        raise Stale
    step.variables.learn((task.element_key, task.instance_key), _by_scope(found.variables))
    return step


def _taken(session: Session, key: int, person: rules.Holder | None) -> Any | None:
    """The task and its instance once both are ours, the instance first, as everywhere.

    Whoever had to wait for them has the rest from before: it is asked again.
    """
    if key > rules.LARGEST_KEY:
        return None
    asked = {"key": key, "person": person.id if person else None}
    found = _TAKEN.ask(session, asked)
    if found is not None and found.revision_before != found.Instance.revision:
        found = _TAKEN.ask(session, asked)
    return found


def _by_scope(rows: list[tuple[int, str, Any]] | None) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for scope, name, value in rows or ():
        found.setdefault(scope, {})[name] = value
    return found
