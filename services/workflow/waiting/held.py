"""Answers that come while their instance is suspended: kept with the job until it goes on again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.models import Instance, Job
from services.workflow.models.instances import ACTIVE
from services.workflow.stepping.work import command_class
from shared.messaging.contract import Answer, JobFailed
from shared.messaging.work import UnitOfWork


def hold(work: UnitOfWork, key: int, answer: Answer, values: dict[str, Any]) -> None:
    """Keep the first answer to a job for later; `values` are those that may become variables."""
    job = work.session.get_one(Job, key)
    cls = command_class(job.type)
    if job.held is not None or cls is None:
        return
    if isinstance(answer, JobFailed):
        job.held = {"failed": answer.reason}
    elif isinstance(answer, cls.ANSWERS):
        job.held = {"answer": rules.short_name(answer.NAME), "variables": values}


def held_answers_wait(session: Session, now: datetime) -> bool:
    """Whether a kept answer can be taken now."""
    return session.scalar(_held()) is not None


def next_held(session: Session) -> int | None:
    """The job of the next one, whose instance nobody else is busy with."""
    return session.scalar(_held().with_for_update(of=Instance, skip_locked=True))


def _held() -> sa.Select[tuple[int]]:
    joined = sa.select(Job.key).join(Instance, Instance.key == Job.instance_key)
    running = (Instance.status == ACTIVE, Instance.suspended_at.is_(None))
    return joined.where(Job.held.is_not(None), *running).order_by(Job.key).limit(1)
