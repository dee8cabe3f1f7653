"""What an overseer changes about an open task: who may take it, its dates, its priority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.workflow.human.taking_up import step_on
from services.workflow.models import Candidate, Task
from services.workflow.stepping.human import OFFERED, offer
from shared.messaging.work import UnitOfWork

COLUMNS = ("due", "follow_up", "priority", "candidate_groups", "candidate_users")


def change_task(work: UnitOfWork, key: int, changes: Mapping[str, Any], by: str) -> Task:
    """Set some of `COLUMNS`; who may do so is the caller's question. What is as before changes nothing."""
    step, task = step_on(work, key, None)
    new = {name: _kept(changes[name]) for name in COLUMNS if name in changes}
    changed = {name: value for name, value in new.items() if value != getattr(task, name)}
    if not changed:
        return task
    for name, value in changed.items():
        setattr(task, name, value)
    task.revision += 1
    if changed.keys() & {"candidate_groups", "candidate_users"}:
        step.session.execute(sa.delete(Candidate).where(Candidate.task_key == task.key))
        offer(step, {name: getattr(task, name) for name in OFFERED})
    step.past(
        "task_changed", task=str(task.key), element=task.element_id, by=by,
        changed={name: _told(value) for name, value in changed.items()},
    )  # fmt: skip
    return task


def _kept(value: Any) -> Any:
    return list(dict.fromkeys(value)) if isinstance(value, list) else value


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
