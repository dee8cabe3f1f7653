"""Timers fire from an index on their due time, one per transaction, whatever the state of other cases."""

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


def timers_due(session: Session, now: datetime) -> bool:
    """Whether a timer is due."""
    return session.scalar(sa.select(Timer.key).where(*_due(now)).limit(1)) is not None


def fire_due_timer(work: UnitOfWork) -> bool:
    """Fire the timer that is due longest, unless its instance is busy; whether there was one.

    A timer whose instance cannot go on is looked at again later, so that it does not hold up the others.
    """
    now = work.clock.now()
    due = sa.select(Timer, Instance).join(Instance, Instance.key == Timer.instance_key)
    due = due.where(*_due(now), Instance.status == ACTIVE).order_by(Timer.next_at).limit(1)
    locking = due.with_for_update(of=Instance, skip_locked=True).execution_options(populate_existing=True)
    found = work.session.execute(locking).first()
    if found is None:
        return False
    timer, instance = found
    key = timer.key
    try:
        with work.session.begin_nested():
            _fire(resume(work, instance.key, instance), key)
    except Exception as error:  # one broken instance must not stop the clock of all the others
        _postpone(work, key, described(error))
    return True


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Timer.next_at <= now, Timer.paused_at.is_(None)


def _fire(step: Step, key: int) -> None:
    """Fire the timer unless, until the instance was ours, it was over, moved on or made to stand still."""
    still = sa.select(Timer).where(Timer.key == key, *_due(step.now))
    timer = step.session.scalars(still.execution_options(populate_existing=True)).first()
    if timer is None:
        return
    step.past("timer_fired", element=timer.element_id, key=str(timer.key), due=timer.due_at.isoformat())
    step.execution.fire(timer.key, {})
    step.settle()


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
