"""Timers fire from an index on their due time, some at once, whatever the state of other cases."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.models import Instance, Timer
from services.workflow.models.instances import ACTIVE
from services.workflow.stepping import Step, locked, resume
from services.workflow.stepping.incident import TIMER_ERROR, raise_incident
from shared.errors import described
from shared.messaging.work import UnitOfWork

ATTEMPTS = 5
AT_ONCE = 50
"""How many instances a clock holds at most: a person who comes in between waits for all of them."""


def timers_due(session: Session, now: datetime) -> bool:
    """Whether a timer is due."""
    return session.scalar(sa.select(Timer.key).where(*_due(now)).limit(1)) is not None


def next_timer(session: Session) -> datetime | None:
    """When the timer that is due next falls due."""
    return session.scalar(sa.select(sa.func.min(Timer.next_at)).where(Timer.paused_at.is_(None)))


def fire_due_timers(work: UnitOfWork) -> bool:
    """Fire timers that are due longest, one of each instance that is not busy; whether there were any.

    They are written together. When one of them cannot go on each is fired by itself, and that one is looked
    at again later, so that it does not hold up the others.
    """
    found = _taken(work)
    try:
        with work.session.begin_nested():
            for timer, instance in found:
                _fire(resume(work, instance.key, instance), timer)
    except Exception:  # each by itself tells which of them it was
        for key in [timer.key for timer, _ in _taken(work)]:
            _fire_alone(work, key)
    return bool(found)


def _taken(work: UnitOfWork) -> list[tuple[Timer, Instance]]:
    """Due timers and their instances, which are ours from now on.

    Read again once they are: until then one may have fired, or been made to stand still.
    """
    now = work.clock.now()
    due = sa.select(Timer.key, Instance).join(Instance, Instance.key == Timer.instance_key)
    due = due.where(*_due(now), Instance.status == ACTIVE).order_by(Timer.next_at).limit(AT_ONCE)
    locking = due.with_for_update(of=Instance, skip_locked=True).execution_options(populate_existing=True)
    first: dict[int, tuple[int, Instance]] = {}
    for key, instance in work.session.execute(locking):
        first.setdefault(instance.key, (key, instance))
    held = dict(first.values())
    if not held:
        return []
    still = sa.select(Timer).where(Timer.key.in_(held), *_due(now)).order_by(Timer.next_at)
    rows = work.session.scalars(still.execution_options(populate_existing=True))
    return [(timer, held[timer.key]) for timer in rows]


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Timer.next_at <= now, Timer.paused_at.is_(None)


def _fire(step: Step, timer: Timer) -> None:
    step.past("timer_fired", element=timer.element_id, key=str(timer.key), due=timer.due_at.isoformat())
    step.execution.fire(timer.key, {})
    step.move()


def _fire_alone(work: UnitOfWork, key: int) -> None:
    try:
        with work.session.begin_nested():
            timer = work.session.get_one(Timer, key)
            _fire(resume(work, timer.instance_key), timer)
    except Exception as error:  # one broken instance must not stop the clock of all the others
        _postpone(work, key, described(error))


def _postpone(work: UnitOfWork, key: int, problem: str) -> None:
    timer = work.session.get(Timer, key, populate_existing=True)
    if timer is None:
        return
    timer.attempts += 1
    timer.next_at = work.clock.now() + rules.wait_before_retry(timer.attempts)
    if timer.attempts == ATTEMPTS:
        step = Step(work, locked(work.session, timer.instance_key))
        reason = f"定时器到期后流程无法继续:{problem}"
        raise_incident(step, timer.process_id, timer.element_id, TIMER_ERROR, reason, element_key=timer.key)
