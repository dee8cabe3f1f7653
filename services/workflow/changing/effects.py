"""What an act did to an instance, read from the history it wrote: the answer of a preview and of the act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.engine import NotPossible, Obstacle
from services.workflow.models import ElementInstance, History, Instance, Task, Timer
from services.workflow.problems import ChangeImpossible
from shared.messaging.work import UnitOfWork

Effects = dict[str, Any]

_NAMES = {
    "element_cancelled": "ends", "element_completed": "completes", "element_activated": "starts",
    "task_created": "tasks", "job_created": "jobs", "timer_started": "timers", "message_awaited": "messages",
    "incident_raised": "incidents", "state_changed": "caseStates", "deadlines_paused": "deadlinesPaused",
    "deadlines_resumed": "deadlinesResumed", "instance_migrated": "migrated", "waits_dropped": "dropped",
}  # fmt: skip


def effects_since(session: Session, instance: Instance, number: int) -> Effects:
    """Everything the history tells after its entry of this number, by kind, with names and due dates."""
    found: Effects = {name: [] for name in dict.fromkeys(_NAMES.values())}
    later = (History.instance_key == instance.key, History.number > number)
    for entry in session.scalars(sa.select(History).where(*later).order_by(History.number)):
        if entry.kind in _NAMES:
            found[_NAMES[entry.kind]].append(dict(entry.body))
    _name_elements(session, instance.key, found)
    for told in found["tasks"]:
        task = session.get_one(Task, int(told["task"]))
        told |= {"name": task.name, "candidateGroups": task.candidate_groups, "due": _moment(task.due)}
    for told in found["timers"]:
        timer = session.get(Timer, int(told["key"]))
        told["due"] = told["due"] if timer is None else _moment(timer.due_at)
    return {**found, "state": instance.status}


@contextmanager
def undone(work: UnitOfWork) -> Iterator[None]:
    """Whatever is done inside is rolled back at its end."""
    attempt = work.session.begin_nested()
    try:
        yield
    finally:
        attempt.rollback()


@contextmanager
def obstacles_told() -> Iterator[None]:
    """An obstacle in the engine is an answer that names them all."""
    try:
        yield
    except NotPossible as error:
        raise impossible(*error.obstacles) from error


def impossible(*obstacles: Obstacle) -> ChangeImpossible:
    """The refusal that names these."""
    reasons = "；".join(f"{o.element_id}：{o.reason_zh}。{o.remedy_zh}" for o in obstacles)
    return ChangeImpossible(f"{ChangeImpossible.zh}{reasons}。", obstacles=[_shown(o) for o in obstacles])


def _shown(of: Obstacle) -> dict[str, Any]:
    return {
        "elementId": of.element_id, "rule": of.rule, "reason": {"zh": of.reason_zh, "en": of.reason_en},
        "remedy": {"zh": of.remedy_zh, "en": of.remedy_en},
    }  # fmt: skip


def _name_elements(session: Session, key: int, found: Effects) -> None:
    named = sa.select(ElementInstance.element_id, ElementInstance.name)
    names: dict[str, str] = {}
    for row in session.execute(named.where(ElementInstance.instance_key == key)):
        names[row.element_id] = row.name
    for kind in ("ends", "completes", "starts"):
        for told in found[kind]:
            told["name"] = names.get(told["element"], "")


def _moment(at: Any) -> str | None:
    return None if at is None else at.isoformat()
