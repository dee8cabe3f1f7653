"""`/v2/batch-operations`: many processes migrated or cancelled at once, by who manages them.

A batch operation is seen by who began it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from services.workflow.batches import (
    batch_for,
    cancel_batch,
    counts_of,
    resume_batch,
    start_batch,
    suspend_batch,
)
from services.workflow.migration import Plan
from services.workflow.models import BatchItem, BatchOperation, Instance
from services.workflow.models.batches import CANCEL, CHANGED, FAILED, MIGRATE, SKIPPED
from services.workflow.paging import Order, nulls_last, page_of
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.criteria import (
    EQUALITY,
    RANGE,
    TEXT,
    CaseField,
    Criteria,
    KeyField,
    Moment,
    conditions,
)
from services.workflow.v2.door import MANAGERS, NO_CONTENT, blueprint, body_as
from services.workflow.v2.ending import ReasonSchema
from services.workflow.v2.migrations import PlanSchema, plan_of
from services.workflow.v2.searching import Strict, asked_page, found, search_schema
from services.workflow.v2.shapes import key, moment, names, number, operation, results_of, shape, text
from services.workflow.v2.texts import instant
from services.workflow.visibility import visible_instances
from shared.errors import NotFound
from shared.web import current_person, reading, requires, transaction

_VERSION = fields.Integer(strict=True, validate=validate.Range(1, 2**31 - 1))


class ChosenSchema(Strict):
    """Which running instances; at least one of these, so that nobody means all by leaving it out."""

    processDefinitionId = Criteria(fields.String(), TEXT)
    processDefinitionKey = Criteria(KeyField(), EQUALITY)
    processDefinitionVersion = Criteria(_VERSION, RANGE)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    businessId = Criteria(CaseField(), EQUALITY)
    startDate = Criteria(Moment(), RANGE)


_CHOSEN: dict[str, Any] = {
    "processDefinitionId": Instance.process_id, "processDefinitionKey": Instance.definition_key,
    "processDefinitionVersion": Instance.version, "processInstanceKey": Instance.key,
    "businessId": Instance.case_id, "startDate": Instance.started_at,
}  # fmt: skip


class CancellationBatch(ReasonSchema):
    """Which instances to cancel."""

    filter = fields.Nested(ChosenSchema, required=True, validate=validate.Length(min=1))


class MigrationBatch(CancellationBatch):
    """Which instances to migrate, and how."""

    migrationPlan = fields.Nested(PlanSchema, required=True)


class BatchFilter(Strict):
    """What batch operations are found by."""

    batchOperationKey = Criteria(KeyField(), EQUALITY)
    operationType = Criteria(fields.String(), EQUALITY)
    state = Criteria(fields.String(), EQUALITY)


class ItemFilter(Strict):
    """What their items are found by."""

    batchOperationKey = Criteria(KeyField(), EQUALITY)
    itemKey = Criteria(KeyField(), EQUALITY)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    state = Criteria(fields.String(), EQUALITY)
    operationType = Criteria(fields.String(), EQUALITY)


_BATCHES: dict[str, Any] = {
    "batchOperationKey": BatchOperation.key, "operationType": BatchOperation.kind,
    "state": BatchOperation.status, "startDate": BatchOperation.created_at,
    "endDate": nulls_last(BatchOperation.ended_at, False), "actorId": BatchOperation.by,
}  # fmt: skip
_ITEMS: dict[str, Any] = {
    "batchOperationKey": BatchItem.batch_key, "itemKey": BatchItem.instance_key,
    "processInstanceKey": BatchItem.instance_key, "state": BatchItem.status,
    "processedDate": nulls_last(BatchItem.processed_at, False), "operationType": BatchOperation.kind,
}  # fmt: skip
_CANCELLATION, _MIGRATION, _NOTHING = CancellationBatch(), MigrationBatch(), ReasonSchema()
_SEARCH = search_schema(BatchFilter, sorted(_BATCHES))
_ITEM_SEARCH = search_schema(ItemFilter, sorted(_ITEMS.keys() - {"operationType"}))


BEGUN = shape("BatchOperationCreated", batchOperationKey=key(), batchOperationType=text())
BATCH = shape(
    "BatchOperation", batchOperationKey=key(), state=text(), batchOperationType=text(),
    startDate=moment(nullable=True), endDate=moment(nullable=True), actorType=text(), actorId=text(),
    operationsTotalCount=number(), operationsFailedCount=number(), operationsCompletedCount=number(),
    errors=names(),
)  # fmt: skip
ITEM = shape(
    "BatchOperationItem", operationType=text(), batchOperationKey=key(), itemKey=key(),
    processInstanceKey=key(), rootProcessInstanceKey=key(), state=text(),
    processedDate=moment(nullable=True), errorMessage=text(nullable=True),
)  # fmt: skip


@blueprint.post("/process-instances/cancellation")
@requires(*MANAGERS)
@operation(takes=_CANCELLATION, gives=BEGUN)
def cancel_many() -> Any:
    """Cancel all that fit the filter, one by one."""
    return _begin(CANCEL, _CANCELLATION)


@blueprint.post("/process-instances/migration")
@requires(*MANAGERS)
@operation(takes=_MIGRATION, gives=BEGUN)
def migrate_many() -> Any:
    """Migrate all that fit the filter, one by one; what cannot be migrated is skipped with the reason."""
    return _begin(MIGRATE, _MIGRATION)


@blueprint.post("/batch-operations/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=results_of(BATCH))
def search_batches() -> Any:
    """One's own batch operations."""
    body = body_as(_SEARCH)
    query = sa.select(BatchOperation).where(BatchOperation.by == str(current_person().id))
    for name, wanted in body["filter"].items():
        query = query.where(*conditions(wanted, _BATCHES[name]))
    orders = [Order(_BATCHES[s["field"]], s["order"] == "DESC") for s in body["sort"]]
    with reading() as session:
        page = page_of(session, query, [*orders, Order(BatchOperation.key)], asked_page(body))
        return jsonify(found(page, lambda row: _shown(session, row)))


@blueprint.get("/batch-operations/<int:key>")
@requires(*MANAGERS)
@operation(gives=BATCH)
def get_batch(key: int) -> Any:
    """One of one's own, and how far it is."""
    with reading() as session:
        return jsonify(_shown(session, batch_for(session, _known(key), str(current_person().id))))


@blueprint.post("/batch-operation-items/search")
@requires(*MANAGERS)
@operation(takes=_ITEM_SEARCH, gives=results_of(ITEM))
def search_items() -> Any:
    """What became of each instance."""
    body = body_as(_ITEM_SEARCH)
    query = sa.select(BatchItem).join(BatchOperation, BatchOperation.key == BatchItem.batch_key)
    query = query.where(BatchOperation.by == str(current_person().id))
    for name, wanted in body["filter"].items():
        query = query.where(*conditions(wanted, _ITEMS[name]))
    orders = [Order(_ITEMS[s["field"]], s["order"] == "DESC") for s in body["sort"]]
    last = [Order(BatchItem.batch_key), Order(BatchItem.instance_key)]
    with reading() as session:
        page = page_of(session, query, [*orders, *last], asked_page(body))
        return jsonify(found(page, lambda row: _item(session, row)))


@blueprint.post("/batch-operations/<int:key>/<any(suspension,resumption,cancellation):change>")
@requires(*MANAGERS)
@operation(takes=_NOTHING)
def change_batch(key: int, change: str) -> Any:
    """Stop for a while, go on, or leave the rest alone."""
    body_as(_NOTHING)
    acts = {"suspension": suspend_batch, "resumption": resume_batch, "cancellation": cancel_batch}
    with transaction() as work:
        acts[change](work, _known(key), str(current_person().id))
    return NO_CONTENT


def _begin(kind: str, schema: Schema) -> Any:
    body, person = body_as(schema), current_person()
    chosen = visible_instances(person, MANAGERS)
    for name, wanted in body["filter"].items():
        chosen = chosen.where(*conditions(wanted, _CHOSEN[name]))
    plan: Plan | None = plan_of(body["migrationPlan"]) if kind == MIGRATE else None
    with transaction() as work:
        batch = start_batch(work, kind, chosen, str(person.id), plan=plan, reason=body["reason"])
        return jsonify(batchOperationKey=str(batch.key), batchOperationType=kind)


def _known(key: int) -> int:
    if key > LARGEST_KEY:
        raise NotFound
    return key


def _shown(session: Session, row: BatchOperation) -> dict[str, Any]:
    counts = counts_of(session, [row.key])[row.key]
    return {
        "batchOperationKey": str(row.key), "state": row.status, "batchOperationType": row.kind,
        "startDate": instant(row.created_at), "endDate": instant(row.ended_at), "actorType": "USER",
        "actorId": row.by, "operationsTotalCount": sum(counts.values()),
        "operationsFailedCount": counts.get(FAILED, 0) + counts.get(SKIPPED, 0),
        "operationsCompletedCount": counts.get(CHANGED, 0), "errors": [],
    }  # fmt: skip


def _item(session: Session, row: BatchItem) -> dict[str, Any]:
    kind = session.get_one(BatchOperation, row.batch_key).kind
    return {
        "operationType": kind, "batchOperationKey": str(row.batch_key), "itemKey": str(row.instance_key),
        "processInstanceKey": str(row.instance_key), "rootProcessInstanceKey": str(row.instance_key),
        "state": row.status, "processedDate": instant(row.processed_at), "errorMessage": row.problem,
    }  # fmt: skip
