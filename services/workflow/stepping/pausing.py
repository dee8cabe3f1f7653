"""Periods that stand still: while an activity with the property `pausesDeadlines` is under way, the other
timers of its instance do not fire and the due dates of the other open tasks wait.

Suspending an instance makes all its clocks stand still.

Which activities are under way is read from the tokens, so that any number of them counts once and nothing
is left behind, however they end. What lies inside such an activity, or on its border, goes on as usual.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from services.workflow.models import Task, Timer
from services.workflow.models.instances import ACTIVE
from services.workflow.models.tasks import CREATED

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

PROPERTY = "pausesDeadlines"


def keep_pauses(step: Step) -> bool:
    """Bring the clocks in line with where the tokens are now; called when all rows of a step are written.

    Whether clocks go on again, at moments that the tokens know too.
    """
    instance = step.instance
    active = instance.status == ACTIVE
    pausing = _pausing(step)
    standing = active and (bool(pausing) or instance.suspended_at is not None)
    if standing and instance.paused_at is None:
        instance.paused_at = step.now
        step.past("deadlines_paused")
    if standing:
        _hold(step, pausing)
    go_on = instance.paused_at is not None
    if active and go_on:
        _let_go(step, pausing, standing)
    if not standing:
        instance.paused_at = None
    return go_on


def clocks_stand(step: Step) -> bool:
    """Whether any clock of the instance stands still, or stood before this step."""
    instance = step.instance
    return instance.paused_at is not None or instance.suspended_at is not None or bool(_pausing(step))


def _pausing(step: Step) -> set[int]:
    return set(step.execution.bearing(PROPERTY)) if step.instance.status == ACTIVE else set()


def _stands(step: Step, key: int, pausing: set[int]) -> bool:
    if step.instance.suspended_at is not None:
        return True
    return bool(pausing) and not pausing & step.execution.around(key)


def _hold(step: Step, pausing: set[int]) -> None:
    """Stop every clock that still runs; also those that were set while others stood still already."""
    for timer in _timers(step, Timer.paused_at.is_(None)):
        if _stands(step, timer.key, pausing):
            timer.paused_at = step.now
    for task in _tasks(step, Task.paused_at.is_(None)):
        if _stands(step, task.element_key, pausing):
            task.paused_at = step.now


def _let_go(step: Step, pausing: set[int], standing: bool) -> None:
    """Let every clock go on that has no reason to stand still any more."""
    moved_on, timers, tasks = step.work.calendar.moved_on, {}, {}
    for timer in _timers(step, Timer.paused_at.is_not(None)):
        if _stands(step, timer.key, pausing):
            continue
        assert timer.paused_at is not None
        timer.due_at = timer.next_at = moved_on(timer.due_at, timer.paused_at, step.now)
        timer.paused_at = None
        step.execution.put_off(timer.key, timer.due_at)
        timers[str(timer.key)] = timer.due_at.isoformat()
    for task in _tasks(step, Task.paused_at.is_not(None)):
        if _stands(step, task.element_key, pausing):
            continue
        assert task.paused_at is not None
        assert task.due is not None
        task.due = moved_on(task.due, task.paused_at, step.now)
        task.paused_at = None
        tasks[str(task.key)] = task.due.isoformat()
    since = step.instance.paused_at
    assert since is not None
    if timers or tasks or not standing:
        step.past("deadlines_resumed", since=since.isoformat(), timers=timers, tasks=tasks)


def _timers(step: Step, which: sa.ColumnElement[bool]) -> Iterator[Timer]:
    of_instance = sa.select(Timer).where(Timer.instance_key == step.instance.key, which)
    yield from step.session.scalars(of_instance.order_by(Timer.key)).all()


def _tasks(step: Step, which: sa.ColumnElement[bool]) -> Iterator[Task]:
    dated = (Task.instance_key == step.instance.key, Task.status == CREATED, Task.due.is_not(None))
    yield from step.session.scalars(sa.select(Task).where(*dated, which).order_by(Task.key)).all()
