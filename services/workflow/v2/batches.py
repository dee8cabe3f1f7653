"""Many processes migrated or cancelled at once, by who manages them; who began that stops it or goes on."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from marshmallow import Schema, ValidationError, fields

from services.workflow.changing.batches import cancel_batch, resume_batch, start_batch, suspend_batch
from services.workflow.changing.migration import Plan
from services.workflow.models.batches import CANCEL, MIGRATE
from services.workflow.v2.door import MANAGERS, NO_CONTENT, blueprint, body_as
from services.workflow.v2.ending import ReasonSchema
from services.workflow.v2.instance_filters import InstanceFilter, narrows
from services.workflow.v2.instance_search import chosen_instances
from services.workflow.v2.migrations import PlanSchema, plan_of
from services.workflow.v2.shapes import key, operation, shape, text
from shared.web import current_person, requires, transaction


def _leaves_out(wanted: dict[str, Any]) -> None:
    """Nobody means all by leaving the filter empty."""
    if not narrows(wanted):
        raise ValidationError("请至少填写一个筛选条件")


class CancellationBatch(ReasonSchema):
    """Which instances to cancel."""

    filter = fields.Nested(InstanceFilter, required=True, validate=_leaves_out)


class MigrationBatch(CancellationBatch):
    """Which instances to migrate, and how."""

    migrationPlan = fields.Nested(PlanSchema, required=True)


_CANCELLATION, _MIGRATION, _NOTHING = CancellationBatch(), MigrationBatch(), ReasonSchema()
BEGUN = shape("BatchOperationCreated", batchOperationKey=key(), batchOperationType=text(CANCEL, MIGRATE))


@blueprint.post("/process-instances/cancellation")
@requires(*MANAGERS)
@operation(takes=_CANCELLATION, gives=BEGUN)
def cancel_many() -> Any:
    """Cancel all that fit the filter, one by one.

    Differs: those that lead a case are skipped with the reason, as if cancelled alone. A filter that leaves
    nothing out is refused (400); of what it finds, only running processes the asker manages count. `reason`
    (ours) is kept in the history.
    """
    return _begin(CANCEL, _CANCELLATION)


@blueprint.post("/process-instances/migration")
@requires(*MANAGERS)
@operation(takes=_MIGRATION, gives=BEGUN)
def migrate_many() -> Any:
    """Migrate all that fit the filter, one by one.

    Differs: what cannot go over is skipped with the reason; filter and `reason` as when cancelling many, the
    plan as for one process.
    """
    return _begin(MIGRATE, _MIGRATION)


@blueprint.post("/batch-operations/<int:key>/<any(suspension,resumption,cancellation):change>")
@requires(*MANAGERS)
@operation(takes=_NOTHING)
def change_batch(key: int, change: str) -> Any:
    """Stop for a while, go on, or leave the rest alone.

    Differs: one that is over, or in that state already, answers 409.
    """
    body_as(_NOTHING)
    acts = {"suspension": suspend_batch, "resumption": resume_batch, "cancellation": cancel_batch}
    with transaction() as work:
        acts[change](work, key, str(current_person().id))
    return NO_CONTENT


def _begin(kind: str, schema: Schema) -> Any:
    body, person = body_as(schema), current_person()
    chosen = chosen_instances(person, body["filter"])
    plan: Plan | None = plan_of(body["migrationPlan"]) if kind == MIGRATE else None
    with transaction() as work:
        batch = start_batch(work, kind, chosen, str(person.id), plan=plan, reason=body["reason"])
        return jsonify(batchOperationKey=str(batch.key), batchOperationType=kind)
