"""Jobs: a command to a service of this house, or a row that waits for an outside worker."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from marshmallow import ValidationError

from services.workflow import rules
from services.workflow.engine import Blocked, Node
from services.workflow.engine.definition import BACK_OFF
from services.workflow.engine.journal import JobOpened
from services.workflow.engine.timing import after
from services.workflow.human.uploads import files_named
from services.workflow.models import Job, StoredSubmission
from services.workflow.models.waits import BACKING_OFF, FAILED, OPEN, SENT
from services.workflow.stepping.incident import raise_incident
from shared.clock import SystemClock
from shared.messaging.contract import Command, load, message_class

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

ANSWER_WITHIN = timedelta(minutes=10)
NO_TIME = timedelta(0)


def command_class(task_type: str) -> type[Command] | None:
    """The command that a task type names, or None for the work of outsiders."""
    cls = message_class(task_type)
    return cls if cls is not None and issubclass(cls, Command) else None


def open_job(step: Step, move: JobOpened) -> None:
    """The process waits for a worker."""
    node, instance = move.node, step.instance
    job = Job(
        key=step.new_key(), element_key=move.key, instance_key=instance.key, case_id=instance.case_id,
        process_id=node.process, definition_key=step.model_key(node.process), element_id=node.id,
        type=move.type, headers=dict(move.headers), variables=dict(move.variables), command_id=None,
        status=OPEN, full_retries=move.retries, retries=move.retries, attempts=0, next_at=None,
        problem=None, worker="", lease=None, error_code=None, created_at=step.now, ended_at=None,
    )  # fmt: skip
    step.session.add(job)
    step.past("job_created", job=str(job.key), element=node.id, type=move.type)
    if command_class(move.type) is not None:
        send(step, job, node)


def send(step: Step, job: Job, node: Node) -> None:
    """Send (again) the command of a job; a body that does not fit the contract is an incident."""
    cls = command_class(job.type)
    assert cls is not None
    try:
        command = load(cls, _body(step, job, node, cls))
    except ValidationError as error:
        fields = ", ".join(sorted(map(str, error.normalized_messages())))
        give_up(step, job, "IO_MAPPING_ERROR", f"任务 {job.type} 的输入不符合约定,请检查这些字段:{fields}")
        return
    job.command_id = job.command_id or step.work.ids.uuid()
    job.status, job.attempts = SENT, job.attempts + 1
    job.next_at = SystemClock().now() + ANSWER_WITHIN
    step.work.emit(command, job_key=str(job.key), message_id=job.command_id)


def failed(step: Step, job: Job, reason: str, asked: timedelta = NO_TIME) -> None:
    """An attempt failed: wait and try again, or ask a person when no attempt is left.

    `asked` is the back-off that the worker wants; without it the model's, else ours.
    """
    job.retries -= 1
    job.problem = reason
    step.past("job_failed", job=str(job.key), retries=job.retries, reason=reason)
    if job.retries <= 0:
        give_up(step, job, "JOB_NO_RETRIES", reason)
        return
    job.status = BACKING_OFF
    job.next_at = SystemClock().now() + (asked or _back_off(step, job))


def give_up(step: Step, job: Job, kind: str, reason: str) -> None:
    """Nothing more is tried until a person says so."""
    job.status, job.next_at, job.problem = FAILED, None, reason
    at, of = job.element_key, job.key
    raise_incident(step, job.process_id, job.element_id, kind, reason, element_key=at, job_key=of)


def renew(step: Step, job: Job) -> None:
    """Try a job again with all its attempts, its input reckoned from the present variables."""
    from services.workflow.stepping.step import node_of

    job.retries, job.attempts, job.problem = job.full_retries, 0, None
    job.status, job.next_at = OPEN, None
    try:
        job.variables = step.execution.renewed_inputs(job.element_key)
    except Blocked as blocked:
        give_up(step, job, blocked.kind, blocked.reason)
        return
    if command_class(job.type) is not None:
        send(step, job, node_of(step, job.process_id, job.element_id))


def _back_off(step: Step, job: Job) -> timedelta:
    from services.workflow.stepping.step import node_of

    modelled = node_of(step, job.process_id, job.element_id).setting(BACK_OFF)
    if modelled is None:
        return rules.wait_before_retry(job.attempts)
    return max(after(step.now, modelled) - step.now, NO_TIME)


def _body(step: Step, job: Job, node: Node, cls: type[Command]) -> dict[str, Any]:
    body = dict(job.variables)
    names = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    if "case_id" in names:
        body["case_id"] = str(job.case_id) if job.case_id else None
    if "submissions" in names:
        body["submissions"] = _submissions(step, rules.names_in(node.setting("submission")))
    return body


def _submissions(step: Step, elements: list[str]) -> list[dict[str, Any]]:
    """The newest submission of each named element, in the order named."""
    step.write()  # the task that was completed in this very step counts
    of_these = (
        StoredSubmission.instance_key == step.instance.key,
        StoredSubmission.element_id.in_(elements),
    )
    rows = step.session.scalars(sa.select(StoredSubmission).where(*of_these).order_by(StoredSubmission.at))
    newest = {row.element_id: row for row in rows}
    return [_as_body(step, newest[element]) for element in elements if element in newest]


def _as_body(step: Step, row: StoredSubmission) -> dict[str, Any]:
    return {
        "id": str(row.id), "element": row.element_id, "by": str(row.by), "at": row.at.isoformat(),
        "on_behalf_of": str(row.on_behalf_of) if row.on_behalf_of else None,
        "answers": row.answers, "files": files_named(step.session, row.instance_key, row.answers),
    }  # fmt: skip
