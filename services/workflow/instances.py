"""Process instances: started, continued after a step cap, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.workflow.cases import refuse_archived
from services.workflow.engine import NotWaiting
from services.workflow.models import Instance, ModelVersion, PublishedMessage, StartMessage
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import CaseAsItStands, CaseEndsOtherwise
from services.workflow.programs import latest, pinned
from services.workflow.stepping import Step, begin, resume
from services.workflow.stepping.incident import raise_incident
from services.workflow.stepping.step import ROUNDS
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork

ORGANISATION = "agency"
"""The variable that says to which organisation a case belongs: its materialised path."""


def create_instance(
    work: UnitOfWork, process_id: str, variables: Mapping[str, Any], *, version: int | None = None,
    case_id: UUID | None = None,
) -> Step:  # fmt: skip
    """Start a process at its plain start event, in its newest or a given version; written at the commit."""
    model = _version(work.session, process_id, version)
    if model is None:
        raise NotFound
    return _run(work, model, variables, case_id)


def create_instance_of(
    work: UnitOfWork, definition_key: int, variables: Mapping[str, Any], case_id: UUID | None = None
) -> Step:
    """Start exactly this model version; written at the commit."""
    model = work.session.get(ModelVersion, definition_key)
    if model is None:
        raise NotFound
    return _run(work, model, variables, case_id)


def start_by_message(work: UnitOfWork, start: StartMessage, message: PublishedMessage) -> Instance | None:
    """Start a process with a message, unless that process already runs for the same correlation key.

    A message without a key always starts one.
    """
    start_key = f"{start.process_id}:{message.correlation_key}" if message.correlation_key else None
    running = sa.select(Instance.key).where(Instance.start_key == start_key)
    model = work.session.get(ModelVersion, start.definition_key)
    if model is None or (start_key and work.session.scalar(running) is not None):
        return None
    try:
        with work.session.begin_nested():
            return _begun(work, model, message, start_key)
    except IntegrityError:
        if start_key is None or work.session.scalar(running) is None:
            raise
        return None  # another message was faster


def _begun(
    work: UnitOfWork, model: ModelVersion, message: PublishedMessage, start_key: str | None
) -> Instance:
    step = begin(
        work, model, pinned(work.session, model), message.variables, case_id=message.case_id,
        org_path=_organisation(message.variables), message=message.name, start_key=start_key,
    )  # fmt: skip
    step.settle()
    return step.instance


def cancel_instance(work: UnitOfWork, key: int, by: str, reason: str = "") -> None:
    """End a running instance, suspended or not; everything it waits for is given up.

    Refused to everybody (CaseEndsOtherwise) where the instance speaks about the state of a case.
    """
    step = resume(work, key, suspended=True)
    if step.instance.case_state is not None:
        raise CaseEndsOtherwise
    step.instance.suspended_at = None
    step.past("instance_cancelled", by=by, reason=reason)
    step.execution.cancel()
    step.settle()


def instances_unfinished(session: Session, now: datetime) -> bool:
    """Whether a step cap left an instance with work to do."""
    return session.scalar(_unfinished().limit(1)) is not None


def continue_instance(work: UnitOfWork) -> bool:
    """Go on with one instance where the step cap stopped it; one that never comes to rest is an incident."""
    key = work.session.scalar(_unfinished().limit(1).with_for_update(skip_locked=True))
    if key is None:
        return False
    step = resume(work, key)
    if step.instance.rounds < ROUNDS:
        step.settle()
        return True
    step.instance.unfinished = False
    reason = "流程一直在循环，没有任何等待。请检查循环的条件，改正变量后重试。"
    process_id = step.instance.process_id
    raise_incident(step, process_id, process_id, "ENDLESS_LOOP", reason)
    return True


def _run(work: UnitOfWork, model: ModelVersion, variables: Mapping[str, Any], case_id: UUID | None) -> Step:
    refuse_archived(work.session, case_id)
    pins = pinned(work.session, model)
    try:
        step = begin(work, model, pins, variables, case_id=case_id, org_path=_organisation(variables))
    except NotWaiting as error:
        raise CaseAsItStands("这个流程只能由消息或信号启动。") from error
    step.move()
    return step


def _version(session: Session, process_id: str, version: int | None) -> ModelVersion | None:
    if version is None:
        return latest(session, process_id)
    wanted = {"process_id": process_id, "version": version}
    return session.scalars(sa.select(ModelVersion).filter_by(**wanted)).first()


def _organisation(variables: Mapping[str, Any]) -> str:
    path = variables.get(ORGANISATION)
    return path if isinstance(path, str) else ""


def _unfinished() -> sa.Select[tuple[int]]:
    running = (Instance.unfinished.is_(True), Instance.status == ACTIVE, Instance.suspended_at.is_(None))
    return sa.select(Instance.key).where(*running).order_by(Instance.key)
