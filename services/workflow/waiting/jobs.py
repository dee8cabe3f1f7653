"""Jobs end: answered by a service, reported by an outside worker, or out of time."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.models import Incident, Instance, Job
from services.workflow.models.instances import ACTIVE
from services.workflow.models.records import RAISED, RESOLVED
from services.workflow.models.waits import (
    ACTIVATED,
    BACKING_OFF,
    ERROR_THROWN,
    FAILED,
    JOB_COMPLETED,
    OPEN,
    SENT,
    UNDER_WAY,
)
from services.workflow.problems import CaseAsItStands, ImpossibleState, InstanceSuspended, LeaseOver
from services.workflow.stepping import Step, node_of, resume
from services.workflow.stepping.work import NO_TIME, command_class, failed, give_up, send
from services.workflow.waiting.held import hold, next_held
from shared.clock import SystemClock
from shared.contracts.case_states import CASE_STATES
from shared.errors import NotFound
from shared.messaging.contract import Answer, JobFailed, dump, personal_fields
from shared.messaging.work import UnitOfWork

log = logging.getLogger(__name__)


def answer_job(answer: Answer, work: UnitOfWork) -> None:
    """The first answer to a command completes its job; later ones, and news for others, change nothing."""
    key = work.cause.job_key if work.cause is not None else None
    if key is None or not key.isdigit():
        return
    try:
        found = _running(work, int(key))
    except InstanceSuspended:
        hold(work, int(key), answer, public_fields(answer))
        return
    if found is None:
        return
    step, job = found
    cls = command_class(job.type)
    if isinstance(answer, JobFailed):
        failed(step, job, answer.reason)
        step.settle()
    elif cls is not None and isinstance(answer, cls.ANSWERS):
        _take(work, rules.short_name(answer.NAME), public_fields(answer), step, job)


def job_over() -> CaseAsItStands:
    """This job has already ended."""
    return CaseAsItStands("这项工作已经结束。")


def take_held_answer(work: UnitOfWork) -> bool:
    """Take one answer that came while its instance was suspended, now that it goes on again."""
    key = next_held(work.session)
    found = _running(work, key) if key is not None else None
    if found is None:
        return False
    step, job = found
    held, job.held = job.held or {}, None
    if held.get("failed") is not None:
        failed(step, job, held["failed"])
        step.settle()
    else:
        _take(work, held["answer"], held["variables"], step, job)
    return True


def complete_job(work: UnitOfWork, key: int, variables: Mapping[str, Any], lease: str | None = None) -> None:
    """An outside worker has done the job."""
    step, job = _outside(work, key, lease)
    _complete(step, job, variables)


def fail_job(
    work: UnitOfWork, key: int, reason: str, retries: int | None = None, *, lease: str | None = None,
    back_off: timedelta = NO_TIME, variables: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """An outside worker could not do the job.

    `retries` is what it says is left (default: one less); `variables` stay with the element.
    """
    step, job = _outside(work, key, lease)
    _refuse_failed(job)
    if retries is not None:
        job.retries = retries + 1
    step.variables.set_local(job.element_key, variables or {})
    failed(step, job, reason, back_off)
    step.settle()


def throw_job_error(
    work: UnitOfWork, key: int, code: str, reason: str, variables: Mapping[str, Any],
    lease: str | None = None,
) -> bool:  # fmt: skip
    """An outside worker reports a BPMN error; whether the model catches it (else an incident is raised)."""
    step, job = _outside(work, key, lease)
    _refuse_failed(job)
    job.error_code, job.problem = code[:255], reason
    caught = step.execution.throw_error(job.element_key, code, variables)
    step.past("job_error", job=str(key), code=code, caught=caught)
    if caught:
        job.status, job.ended_at, job.next_at = ERROR_THROWN, step.now, None
    else:
        give_up(step, job, "UNHANDLED_ERROR_EVENT", f"没有边界事件接住错误 {code}:{reason}")
    step.settle()
    return caught


def update_job(
    work: UnitOfWork, key: int, by: str, *, retries: int | None = None, timeout: timedelta | None = None,
    lease: str | None = None,
) -> None:  # fmt: skip
    """Give a job more (or fewer) attempts, now and after its incident; its worker more (or less) time."""
    step, job = _outside(work, key, lease, operator=True)
    if timeout is not None and job.status != ACTIVATED:
        raise CaseAsItStands("没有工作者正在办理这项工作，不能改变办理时间。")
    if retries is not None:
        job.retries = job.full_retries = retries
    if timeout is not None:
        job.next_at = SystemClock().now() + timeout
    seconds = None if timeout is None else timeout.total_seconds()
    step.past("job_updated", job=str(key), retries=retries, timeout=seconds, by=by)
    step.settle()


def jobs_due(session: Session, now: datetime) -> bool:
    """Whether a job is out of time or to be tried again."""
    return session.scalar(_due().limit(1)) is not None


def retry_due_job(work: UnitOfWork) -> bool:
    """Send or offer again one job that got no answer in time, or whose back-off is over."""
    statement = _due().limit(1).with_for_update(of=Instance, skip_locked=True)
    key = work.session.scalar(statement)
    if key is None:
        return False
    found = _running(work, key)
    if found is None or not _is_due(found[1]):
        return True  # it ended, or was given more time, until the instance was ours
    step, job = found
    if job.status == SENT:
        failed(step, job, "没有在规定时间内收到答复")
    elif job.status == ACTIVATED:
        failed(step, job, f"外部工作者 {job.worker or '(未署名)'} 领取后没有在规定时间内完成")
    if job.status == BACKING_OFF and command_class(job.type) is not None:
        send(step, job, node_of(step, job.process_id, job.element_id))
    elif job.status == BACKING_OFF:
        job.status, job.next_at = OPEN, None
    step.settle()
    return True


def public_fields(answer: Answer) -> dict[str, Any]:
    """The fields of an answer that may become variables: none that is personal, nor the case id."""
    hidden = {*personal_fields(type(answer)), "case_id"}
    return {name: value for name, value in dump(answer).items() if name not in hidden}


def _take(work: UnitOfWork, name: str, values: dict[str, Any], step: Step, job: Job) -> None:
    """Go on with the answer; where that leads the case into an impossible state a person must look."""
    key = job.key
    try:
        with work.session.begin_nested():
            _complete(step, job, {**values, "answer": name})
    except ImpossibleState as error:
        log.error("the answer to job %s cannot be taken: %s", key, error.details)
        step, job = _wanted(work, key)
        give_up(step, job, "CASE_STATE_ERROR", _impossible(error))
        step.settle()


def _impossible(error: ImpossibleState) -> str:
    if "after" not in error.details:
        return "案件的另一个流程正在进行，这里不能改变案件状态"
    before, after = (CASE_STATES.get(error.details[which], "") for which in ("before", "after"))
    return f"案件现在的状态是“{before}”，不能变为“{after}”。办理好相关事项后请重试。"


def _complete(step: Step, job: Job, variables: Mapping[str, Any]) -> None:
    job.status, job.ended_at, job.next_at = JOB_COMPLETED, step.now, None
    of_job = (Incident.job_key == job.key, Incident.status == RAISED)
    resolved = {"status": RESOLVED, "resolved_at": step.now}
    step.session.execute(sa.update(Incident).where(*of_job).values(resolved))
    step.past("job_completed", job=str(job.key), element=job.element_id, answer=variables.get("answer"))
    step.execution.complete(job.element_key, variables)
    step.settle()


def _running(work: UnitOfWork, key: int) -> tuple[Step, Job] | None:
    found = work.session.get(Job, key)
    if found is None or found.status not in UNDER_WAY:
        return None
    instance = work.session.get(Instance, found.instance_key, with_for_update=True, populate_existing=True)
    work.session.refresh(found)
    if instance is None or instance.status != ACTIVE or found.status not in UNDER_WAY:
        return None
    return resume(work, found.instance_key), found


def _wanted(work: UnitOfWork, key: int) -> tuple[Step, Job]:
    if work.session.get(Job, key) is None:
        raise NotFound
    found = _running(work, key)
    if found is None:
        raise job_over()
    return found


def _outside(work: UnitOfWork, key: int, lease: str | None, *, operator: bool = False) -> tuple[Step, Job]:
    """A running job that is not ours, for who shows its lease; an operator need not show any."""
    step, job = _wanted(work, key)
    if command_class(job.type) is not None:
        raise CaseAsItStands("这项工作由本系统的服务完成，不能从外部报告。")
    if lease != job.lease and not (operator and lease is None):
        raise LeaseOver
    return step, job


def _refuse_failed(job: Job) -> None:
    """What was reported once is not reported again, for example because the answer got lost."""
    if job.status == FAILED:
        raise CaseAsItStands("这项工作已经报告失败，正在等待处理。")


def _is_due(job: Job) -> bool:
    return job.next_at is not None and job.next_at <= SystemClock().now()


def _due() -> sa.Select[tuple[int]]:
    due = (Job.next_at <= SystemClock().now(), Job.held.is_(None))
    joined = sa.select(Job.key).join(Instance, Instance.key == Job.instance_key)
    running = (Instance.status == ACTIVE, Instance.suspended_at.is_(None))
    return joined.where(Job.status.in_((SENT, ACTIVATED, BACKING_OFF)), *due, *running).order_by(Job.next_at)
