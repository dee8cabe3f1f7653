"""An instance that somebody stops for a while: nothing of it moves, and all its periods stand still."""

from __future__ import annotations

import sqlalchemy as sa

from services.workflow.models import Instance, Job, PublishedMessage, Subscription, Task
from services.workflow.models.tasks import CREATED
from services.workflow.models.waits import ACTIVATED, SENT
from services.workflow.problems import NotSuspended
from services.workflow.stepping import resume
from services.workflow.stepping.step import Step
from services.workflow.stepping.work import ANSWER_WITHIN
from shared.clock import SystemClock
from shared.messaging.work import UnitOfWork


def suspend_instance(work: UnitOfWork, key: int, by: str, reason: str = "") -> Instance:
    """Stop everything of a running instance: no timer fires, no message or answer reaches it, no task and
    no job of it can be completed. Raises InstanceSuspended for one that is stopped already.
    """
    step = resume(work, key)
    step.instance.suspended_at = step.now
    step.past("instance_suspended", by=by, reason=reason)
    _mark_tasks(step, suspended=True)
    step.keep()
    return step.instance


def resume_instance(work: UnitOfWork, key: int, by: str, reason: str = "") -> Instance:
    """Let a suspended instance go on: its deadlines move, and what came meanwhile reaches it through
    the clocks that look for messages and kept answers. Raises NotSuspended.
    """
    step = resume(work, key, suspended=True)
    if step.instance.suspended_at is None:
        raise NotSuspended
    _spare_messages(step)
    step.instance.suspended_at = None
    step.past("instance_resumed", by=by, reason=reason)
    _mark_tasks(step, suspended=False)
    _wait_for_answers(step)
    step.keep()
    return step.instance


def _mark_tasks(step: Step, *, suspended: bool) -> None:
    these = sa.update(Task).where(Task.instance_key == step.instance.key, Task.status == CREATED)
    step.session.execute(these.values(suspended=suspended))


def _spare_messages(step: Step) -> None:
    """A message that came meanwhile found somebody who waits: its time is not over before that one got it."""
    awaited = sa.exists().where(
        Subscription.instance_key == step.instance.key, Subscription.message == PublishedMessage.name,
        Subscription.correlation_key == PublishedMessage.correlation_key,
    )  # fmt: skip
    least, meanwhile = SystemClock().now() + ANSWER_WITHIN, step.instance.suspended_at
    came = (PublishedMessage.caught_by.is_(None), PublishedMessage.published_at >= meanwhile)
    short = sa.update(PublishedMessage).where(awaited, *came, PublishedMessage.expires_at < least)
    step.session.execute(short.values(expires_at=least).execution_options(synchronize_session=False))


def _wait_for_answers(step: Step) -> None:
    """Whoever was asked has all the time for the answer again."""
    asked = sa.update(Job).where(Job.instance_key == step.instance.key, Job.status.in_((SENT, ACTIVATED)))
    step.session.execute(asked.values(next_at=SystemClock().now() + ANSWER_WITHIN))
