"""`/v2/jobs`: work for outside workers, taken, completed, given back or changed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from flask import jsonify
from marshmallow import ValidationError, fields, validate
from sqlalchemy.orm import Session

from services.workflow.finished.looking_back import refusing_when_over
from services.workflow.models import Job
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.door import NO_CONTENT, TENANT, blueprint, body_as
from services.workflow.v2.long_polls import patiently
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import anything, key, many, mapping, names, number, operation, shape, text
from services.workflow.visibility import managed_places, visible_jobs
from services.workflow.waiting import jobs
from services.workflow.waiting.activation import Asking, Handed, activate_jobs, jobs_wait, refuse_ours
from shared.errors import NotFound
from shared.web import current_person, needs, reading, transaction

_A_MONTH = 31 * 24 * 60 * 60 * 1000
_LARGEST = 2**31 - 1
_USUAL_WAIT = 10_000
_MESSAGE = 2000
NO_REASON = "外部工作者没有说明原因"


class ActivationSchema(Strict):
    """Which jobs, how many, for how long; times in milliseconds."""

    type = fields.String(required=True, validate=validate.Length(1, 255))
    timeout = fields.Integer(required=True, strict=True, validate=validate.Range(1, _A_MONTH))
    maxJobsToActivate = fields.Integer(required=True, strict=True, validate=validate.Range(1, _LARGEST))
    worker = fields.String(load_default="", validate=validate.Length(max=255))
    fetchVariable = fields.List(fields.String(), load_default=list, allow_none=True)
    requestTimeout = fields.Integer(strict=True, load_default=0, validate=validate.Range(-_LARGEST, _LARGEST))
    tenantIds = fields.List(fields.String(validate=validate.Equal(TENANT)))
    tenantFilter = fields.String(validate=validate.OneOf(["PROVIDED", "ASSIGNED"]))
    withLease = fields.Boolean(load_default=False, allow_none=True)


class Leased(Strict):
    """What a worker says about its job, with the lease if it has one."""

    jobLeaseToken = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))


class CompletionSchema(Leased):
    """The results; those of listeners and ad-hoc sub-processes are unknown here."""

    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)
    result = fields.Raw(allow_none=True, validate=validate.Equal(None, error="不支持 result"))
    businessId = fields.String(allow_none=True, validate=validate.Equal(None, error="不能由工作者指定"))


class FailureSchema(Leased):
    """Why, and how often and when it may be tried again."""

    retries = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, _LARGEST))
    errorMessage = fields.String(load_default="", allow_none=True)
    retryBackOff = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, _A_MONTH))
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)


class ErrorSchema(Leased):
    """A BPMN error."""

    errorCode = fields.String(required=True, validate=validate.Length(1, 255))
    errorMessage = fields.String(load_default="", allow_none=True)
    variables = fields.Dict(keys=fields.String(), load_default=dict, allow_none=True)


class ChangesetSchema(Strict):
    """What of a job can be changed; jobs have no priority here."""

    retries = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, _LARGEST))
    timeout = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, _A_MONTH))
    priority = fields.Integer(allow_none=True, validate=validate.Equal(None, error="任务没有优先级"))


class UpdateSchema(Leased):
    """A change."""

    changeset = fields.Nested(ChangesetSchema, required=True)
    operationReference = fields.Integer(strict=True, validate=validate.Range(min=1))


_ACTIVATION, _COMPLETION, _FAILURE = ActivationSchema(), CompletionSchema(), FailureSchema()
_ERROR, _UPDATE = ErrorSchema(), UpdateSchema()


ACTIVATED_JOB = shape(
    "ActivatedJob", type=text(), processDefinitionId=text(), processDefinitionVersion=number(),
    elementId=text(), customHeaders=mapping(), worker=text(nullable=True), retries=number(),
    deadline=number(), variables=mapping(), tenantId=text(), physicalTenantId=text(), jobKey=key(),
    processInstanceKey=key(), processDefinitionKey=key(), elementInstanceKey=key(), kind=text(),
    listenerEventType=text(), userTask=anything(), tags=names(), rootProcessInstanceKey=key(),
    businessId=text(nullable=True), priority=number(), jobLeaseToken=text(nullable=True),
)  # fmt: skip


@blueprint.post("/jobs/activation")
@needs("workflow.job.work")
@operation(takes=_ACTIVATION, gives=shape("ActivatedJobs", jobs=many(ACTIVATED_JOB)))
def activate_wanted_jobs() -> Any:
    """Take open jobs of a type at the worker's organisations, waiting a while when there are none.

    Differs: work of this house's own services is refused with 400; a request waits 15 seconds at most, and is
    answered at once where too many wait already; at most 200 jobs at once; jobs have no priority.
    """
    body = body_as(_ACTIVATION)
    refuse_ours(body["type"])
    asking = Asking(
        type=body["type"], worker=body["worker"], most=body["maxJobsToActivate"],
        timeout=timedelta(milliseconds=body["timeout"]), names=body["fetchVariable"] or (),
        leased=bool(body["withLease"]),
    )  # fmt: skip
    found = patiently(lambda: _take(asking), (body["requestTimeout"] or _USUAL_WAIT) / 1000)
    return jsonify(jobs=found)


@blueprint.post("/jobs/<int:key>/completion")
@needs("workflow.job.work")
@operation(takes=_COMPLETION)
def complete_job(key: int) -> Any:
    """The job is done.

    Differs: a job that is over answers 409; no `result`, no `businessId`.
    """
    body = body_as(_COMPLETION)
    with transaction() as work, _unless_over(work.session, key):
        _allowed(work.session, key)
        jobs.complete_job(work, key, body["variables"] or {}, body["jobLeaseToken"])
    return NO_CONTENT


@blueprint.post("/jobs/<int:key>/failure")
@needs("workflow.job.work")
@operation(takes=_FAILURE)
def fail_job(key: int) -> Any:
    """The job could not be done: tried again after a while, or an incident when no attempt is left.

    Differs: with `retryBackOff` 0 the model's property `retryBackoff` counts, else 1 s, 4 s, 16 s …. 409 for
    a job that is over or waits with an incident.
    """
    body = body_as(_FAILURE)
    with transaction() as work, _unless_over(work.session, key):
        _allowed(work.session, key)
        jobs.fail_job(
            work, key, _reason(body), body["retries"], lease=body["jobLeaseToken"],
            back_off=timedelta(milliseconds=body["retryBackOff"]), variables=body["variables"],
        )  # fmt: skip
    return NO_CONTENT


@blueprint.post("/jobs/<int:key>/error")
@needs("workflow.job.work")
@operation(takes=_ERROR)
def throw_job_error(key: int) -> Any:
    """The job ended with a BPMN error: the process goes on where that is caught, else it is an incident.

    Differs: a job that is over or waits with an incident answers 409.
    """
    body = body_as(_ERROR)
    with transaction() as work, _unless_over(work.session, key):
        _allowed(work.session, key)
        lease, variables = body["jobLeaseToken"], body["variables"] or {}
        jobs.throw_job_error(work, key, body["errorCode"], _reason(body), variables, lease)
    return NO_CONTENT


@blueprint.patch("/jobs/<int:key>")
@needs("workflow.job.work")
@operation(takes=_UPDATE)
def update_job(key: int) -> Any:
    """More or fewer attempts, more or less time.

    Differs: the attempts are also those that the retry of an incident gives back; no priority.
    """
    body = body_as(_UPDATE)
    changes = {name: value for name, value in body["changeset"].items() if value is not None}
    if not changes:
        raise ValidationError("请填写 retries 或 timeout", "changeset")
    if "timeout" in changes:
        changes["timeout"] = timedelta(milliseconds=changes["timeout"])
    with transaction() as work, _unless_over(work.session, key):
        _allowed(work.session, key)
        jobs.update_job(work, key, str(current_person().id), lease=body["jobLeaseToken"], **changes)
    return NO_CONTENT


def _take(asking: Asking) -> list[dict[str, Any]]:
    """Only who found some asks for the right to write."""
    allowed = managed_places(current_person(), "workflow.job.work")
    with reading() as session:
        if not jobs_wait(session, asking, allowed):
            return []
    with transaction() as work:
        return [_shown(handed) for handed in activate_jobs(work, asking, allowed)]


def _unless_over(session: Session, key: int) -> AbstractContextManager[None]:
    return refusing_when_over(session, key, jobs.job_over, lambda view: _allowed(view, key))


def _allowed(session: Session, key: int) -> None:
    visible = visible_jobs(current_person(), "workflow.job.work")
    mine = visible.where(Job.key == key).with_only_columns(Job.key)
    if key > LARGEST_KEY or session.scalar(mine) is None:
        raise NotFound


def _reason(body: dict[str, Any]) -> str:
    return (body["errorMessage"] or "").strip()[:_MESSAGE] or NO_REASON


def _shown(handed: Handed) -> dict[str, Any]:
    job = handed.job
    assert job.next_at is not None
    return {
        "type": job.type, "processDefinitionId": job.process_id, "processDefinitionVersion": handed.version,
        "elementId": job.element_id, "customHeaders": job.headers, "worker": job.worker,
        "retries": job.retries, "deadline": int(job.next_at.timestamp() * 1000),
        "variables": handed.variables, "tenantId": TENANT, "physicalTenantId": "default",
        "jobKey": str(job.key), "processInstanceKey": str(job.instance_key),
        "processDefinitionKey": str(job.definition_key), "elementInstanceKey": str(job.element_key),
        "kind": "BPMN_ELEMENT", "listenerEventType": "UNSPECIFIED", "userTask": None, "tags": [],
        "rootProcessInstanceKey": str(job.instance_key),
        "businessId": str(job.case_id) if job.case_id else None, "priority": 0, "jobLeaseToken": job.lease,
    }  # fmt: skip
