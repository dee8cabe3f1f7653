"""`/v2/jobs/search`: every job at the reader's organisations, those of this house's own services too."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate

from services.workflow.models import Job
from services.workflow.models.waits import ACTIVATED, BACKING_OFF, OPEN, SENT
from services.workflow.paging import Order, nulls_last, page_of, plainly
from services.workflow.v2.criteria import (
    EQUALITY,
    RANGE,
    TEXT,
    Condition,
    Criteria,
    Criterion,
    KeyField,
    Moment,
    conditions,
    made_when,
)
from services.workflow.v2.door import MANAGERS, TENANT, blueprint, body_as
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import Strict, apart, asked_page, found, search_orders, search_schema
from services.workflow.v2.shapes import (
    anything,
    flag,
    key,
    mapping,
    moment,
    number,
    operation,
    results_of,
    shape,
    text,
)
from services.workflow.v2.texts import instant
from services.workflow.visibility import visible_jobs
from shared.database import Instant
from shared.web import current_person, reading, requires

STATES = (
    "CANCELED", "COMPLETED", "CREATED", "ERROR_THROWN", "FAILED", "MIGRATED", "PRIORITY_UPDATED",
    "RETRIES_UPDATED", "TIMED_OUT", "TIMEOUT_UPDATED",
)  # fmt: skip
KINDS = ("AD_HOC_SUB_PROCESS", "BPMN_ELEMENT", "EXECUTION_LISTENER", "TASK_LISTENER")
EVENTS = (
    "ASSIGNING", "BEFORE_ALL", "CANCEL", "CANCELING", "COMPLETING", "CREATING", "END", "START",
    "UNSPECIFIED", "UPDATING",
)  # fmt: skip
_STATE_OF = {ACTIVATED: OPEN, SENT: OPEN, BACKING_OFF: "FAILED"}
"""Our states in the words of its clients; the others are the same."""


_NUMBER = fields.Integer(strict=True, validate=validate.Range(-(2**31), 2**31 - 1))


class JobFilter(Strict):
    """What jobs can be found by."""

    deadline = Criteria(Moment(), RANGE)
    deniedReason = Criteria(fields.String(), TEXT)
    elementId = Criteria(fields.String(), TEXT)
    elementInstanceKey = Criteria(KeyField(), EQUALITY)
    endTime = Criteria(Moment(), RANGE)
    errorCode = Criteria(fields.String(), TEXT)
    errorMessage = Criteria(fields.String(), TEXT)
    hasFailedWithRetriesLeft = Criteria(fields.Boolean(), EQUALITY)
    isDenied = Criteria(fields.Boolean(), EQUALITY)
    jobKey = Criteria(KeyField(), EQUALITY)
    kind = Criteria(fields.String(validate=validate.OneOf(KINDS)), TEXT)
    listenerEventType = Criteria(fields.String(validate=validate.OneOf(EVENTS)), TEXT)
    priority = Criteria(_NUMBER, RANGE)
    processDefinitionId = Criteria(fields.String(), TEXT)
    processDefinitionKey = Criteria(KeyField(), EQUALITY)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    retries = Criteria(_NUMBER, RANGE)
    state = Criteria(fields.String(validate=validate.OneOf(STATES)), TEXT)
    tenantId = Criteria(fields.String(), TEXT)
    type = Criteria(fields.String(), TEXT)
    worker = Criteria(fields.String(), TEXT)
    creationTime = Criteria(Moment(), RANGE)
    lastUpdateTime = Criteria(Moment(), RANGE)


_DEADLINE = sa.case((Job.status == ACTIVATED, Job.next_at), else_=sa.null())
_WAITS = sa.case((Job.status == BACKING_OFF, 1), else_=0)
_NOTHING = sa.literal(None, sa.String())
_COLUMNS: dict[str, Any] = {
    "deadline": sa.type_coerce(_DEADLINE, Instant()), "deniedReason": _NOTHING, "elementId": Job.element_id,
    "elementInstanceKey": Job.element_key, "endTime": Job.ended_at, "errorCode": Job.error_code,
    "errorMessage": Job.problem, "hasFailedWithRetriesLeft": _WAITS,
    "isDenied": sa.literal(None, sa.Integer()), "jobKey": Job.key, "kind": sa.literal("BPMN_ELEMENT"),
    "listenerEventType": sa.literal("UNSPECIFIED"),
    "priority": sa.literal(0), "processDefinitionId": Job.process_id,
    "processDefinitionKey": Job.definition_key, "processInstanceKey": Job.instance_key,
    "retries": Job.retries, "state": sa.case(_STATE_OF, value=Job.status, else_=Job.status),
    "tenantId": sa.literal(TENANT), "type": Job.type, "worker": Job.worker, "creationTime": Job.created_at,
}  # fmt: skip
_FLAGS = ("hasFailedWithRetriesLeft", "isDenied")
_MOMENTS = ("deadline", "endTime")
_TEXTS = ("deniedReason", "errorCode", "errorMessage")
_SEARCH = search_schema(JobFilter, sorted(_COLUMNS))


JOB = shape(
    "Job", customHeaders=mapping(), deadline=moment(nullable=True), deniedReason=text(nullable=True),
    elementId=text(), elementInstanceKey=key(), endTime=moment(nullable=True), errorCode=text(nullable=True),
    errorMessage=text(nullable=True), hasFailedWithRetriesLeft=flag(), isDenied=anything(), jobKey=key(),
    kind=text(*KINDS), listenerEventType=text(*EVENTS), processDefinitionId=text(),
    processDefinitionKey=key(), processInstanceKey=key(), rootProcessInstanceKey=key(),
    businessId=text(nullable=True), retries=number(), state=text(*STATES), tenantId=text(), type=text(),
    worker=text(nullable=True), creationTime=moment(), lastUpdateTime=moment(nullable=True),
    priority=number(),
)  # fmt: skip


@blueprint.post("/jobs/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=results_of(JOB))
def search_jobs() -> Any:
    """Jobs at the reader's organisations and below, running and over.

    Differs: jobs of this house's own services are shown too; changes are not dated (`lastUpdateTime`).
    What was put away is found by its process, case or key only.
    """
    body = body_as(_SEARCH)
    query = visible_jobs(current_person(), MANAGERS).where(*_filtered(body["filter"]))
    key = apart(Job.key) if "state" in body["filter"] else Job.key
    orders = search_orders(body, _order, key, made="creationTime")
    with reading() as session, including_named(session, body["filter"]) as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(found(page, _shown))


def _filtered(wanted: dict[str, Criterion]) -> list[Condition]:
    """A change is not dated here: `lastUpdateTime` finds nothing."""
    rules: list[Condition] = [sa.false()] if "lastUpdateTime" in wanted else []
    for name in wanted.keys() & _COLUMNS.keys():
        given = wanted[name]
        if name in _FLAGS:
            given = [(sign, _as_number(value)) for sign, value in given]
        if name == "creationTime":
            rules += made_when(given, Job.created_at, Job.key)
        elif name == "state":
            rules += [_in_states(operator, value) for operator, value in given]
        else:
            rules += conditions(given, _COLUMNS[name])
    return rules


def _in_states(operator: str, given: Any) -> Condition:
    """As an index on the status knows them, where they are named."""
    if operator not in ("$eq", "$in"):
        return conditions([(operator, given)], _COLUMNS["state"])[0]
    names = given if operator == "$in" else [given]
    others = [status for status, shown in _STATE_OF.items() if shown in names]
    return Job.status.in_([plainly(status) for status in (*names, *others)])


def _as_number(value: Any) -> Any:
    return [int(item) for item in value] if isinstance(value, list) else int(value)


def _order(field: str, descending: bool) -> Order:
    column = _COLUMNS[field]
    if field in _MOMENTS:
        return Order(nulls_last(column, descending), descending)
    if field in _TEXTS:
        return Order(sa.func.coalesce(column, ""), descending)
    return Order(sa.func.coalesce(column, 0) if field == "isDenied" else column, descending)


def _shown(row: Job) -> dict[str, Any]:
    return {
        "customHeaders": row.headers, "deadline": instant(row.next_at) if row.status == ACTIVATED else None,
        "deniedReason": None, "elementId": row.element_id, "elementInstanceKey": str(row.element_key),
        "endTime": instant(row.ended_at), "errorCode": row.error_code, "errorMessage": row.problem,
        "hasFailedWithRetriesLeft": row.status == BACKING_OFF, "isDenied": None, "jobKey": str(row.key),
        "kind": "BPMN_ELEMENT", "listenerEventType": "UNSPECIFIED", "processDefinitionId": row.process_id,
        "processDefinitionKey": str(row.definition_key), "processInstanceKey": str(row.instance_key),
        "rootProcessInstanceKey": str(row.instance_key),
        "businessId": str(row.case_id) if row.case_id else None, "retries": row.retries,
        "state": _STATE_OF.get(row.status, row.status), "tenantId": TENANT, "type": row.type,
        "worker": row.worker, "creationTime": instant(row.created_at), "lastUpdateTime": None, "priority": 0,
    }  # fmt: skip
