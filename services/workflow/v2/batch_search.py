"""`/v2/batch-operations` found and looked at, and what became of each process in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from services.workflow.changing.batches import batch_for, counts_of
from services.workflow.models import BatchItem, BatchOperation
from services.workflow.models.batches import (
    BATCH_STATES,
    CANCEL,
    CHANGED,
    FAILED,
    ITEM_STATES,
    MIGRATE,
    SKIPPED,
)
from services.workflow.paging import Order, nulls_last, page_of
from services.workflow.v2.criteria import EQUALITY, TEXT, Criteria, KeyField, conditions
from services.workflow.v2.door import MANAGERS, blueprint, body_as
from services.workflow.v2.searching import Strict, asked_page, found, listed, search_orders, search_schema
from services.workflow.v2.shapes import key, moment, names, number, operation, results_of, shape, text
from services.workflow.v2.texts import instant
from shared.web import current_person, reading, requires

_KIND = fields.String(validate=validate.OneOf((CANCEL, MIGRATE)))
_STATE = fields.String(validate=validate.OneOf(BATCH_STATES))
_ITEM_STATE = fields.String(validate=validate.OneOf(ITEM_STATES))


class BatchFilter(Strict):
    """What batch operations are found by."""

    batchOperationKey = Criteria(KeyField(), EQUALITY)
    operationType = Criteria(_KIND, TEXT)
    state = Criteria(_STATE, TEXT)
    actorId = Criteria(fields.String(), TEXT)


class ItemFilter(Strict):
    """What their items are found by."""

    batchOperationKey = Criteria(KeyField(), EQUALITY)
    itemKey = Criteria(KeyField(), EQUALITY)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    state = Criteria(_ITEM_STATE, TEXT)
    operationType = Criteria(_KIND, TEXT)


_BATCHES: dict[str, Any] = {
    "batchOperationKey": BatchOperation.key, "operationType": BatchOperation.kind,
    "state": BatchOperation.status, "startDate": BatchOperation.created_at,
    "endDate": BatchOperation.ended_at, "actorId": BatchOperation.by,
}  # fmt: skip
_ITEMS: dict[str, Any] = {
    "batchOperationKey": BatchItem.batch_key, "itemKey": BatchItem.instance_key,
    "processInstanceKey": BatchItem.instance_key, "state": BatchItem.status,
    "processedDate": BatchItem.processed_at, "operationType": BatchOperation.kind,
}  # fmt: skip
_MAY_BE_MISSING = ("endDate", "processedDate")
_SEARCH = search_schema(BatchFilter, sorted(_BATCHES))
_ITEM_SEARCH = search_schema(ItemFilter, sorted(_ITEMS.keys() - {"operationType"}))


BATCH = shape(
    "BatchOperation", batchOperationKey=key(), state=text(*BATCH_STATES),
    batchOperationType=text(CANCEL, MIGRATE), startDate=moment(), endDate=moment(nullable=True),
    actorType=text("USER"), actorId=text(), operationsTotalCount=number(), operationsFailedCount=number(),
    operationsCompletedCount=number(), errors=names(),
)  # fmt: skip
ITEM = shape(
    "BatchOperationItem", operationType=text(CANCEL, MIGRATE), batchOperationKey=key(), itemKey=key(),
    processInstanceKey=key(), rootProcessInstanceKey=key(), state=text(*ITEM_STATES),
    processedDate=moment(nullable=True), errorMessage=text(nullable=True),
)  # fmt: skip


@blueprint.post("/batch-operations/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=results_of(BATCH))
def search_batches() -> Any:
    """Those that who asks has begun.

    Differs: those of others are not shown; `actorType` is always `USER`; skipped items count as failed, each
    with its reason; `errors` is always empty.
    """
    body = body_as(_SEARCH)
    query = sa.select(BatchOperation).where(BatchOperation.by == str(current_person().id))
    for name, wanted in body["filter"].items():
        query = query.where(*conditions(wanted, _BATCHES[name]))
    with reading() as session:
        page = page_of(
            session, query, search_orders(body, _order(_BATCHES), BatchOperation.key), asked_page(body)
        )
        return jsonify(listed(page, _results(session, page.rows)))


@blueprint.get("/batch-operations/<int:key>")
@requires(*MANAGERS)
@operation(gives=BATCH)
def get_batch(key: int) -> Any:
    """One of them, and how far it is.

    Differs: one that another person has begun answers 404.
    """
    with reading() as session:
        batch = batch_for(session, key, str(current_person().id))
        return jsonify(_results(session, [batch])[0])


@blueprint.post("/batch-operation-items/search")
@requires(*MANAGERS)
@operation(takes=_ITEM_SEARCH, gives=results_of(ITEM))
def search_items() -> Any:
    """What became of each process.

    Differs: of batch operations that who asks has begun.
    """
    body = body_as(_ITEM_SEARCH)
    query = sa.select(BatchItem).join(BatchOperation, BatchOperation.key == BatchItem.batch_key)
    query = query.where(BatchOperation.by == str(current_person().id))
    for name, wanted in body["filter"].items():
        query = query.where(*conditions(wanted, _ITEMS[name]))
    orders = search_orders(body, _order(_ITEMS), BatchItem.batch_key, BatchItem.instance_key)
    with reading() as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(found(page, lambda row: _item(session, row)))


def _order(columns: dict[str, Any]) -> Callable[[str, bool], Order]:
    def order(field: str, descending: bool) -> Order:
        column = columns[field]
        return Order(nulls_last(column, descending) if field in _MAY_BE_MISSING else column, descending)

    return order


def _results(session: Session, rows: list[BatchOperation]) -> list[dict[str, Any]]:
    counts = counts_of(session, [row.key for row in rows])
    return [_shown(row, counts[row.key]) for row in rows]


def _shown(row: BatchOperation, counts: dict[str, int]) -> dict[str, Any]:
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
