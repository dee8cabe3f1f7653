"""Acts on many instances, worked off one by one: each in its own transaction, each with its own result."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.changing.migration import Plan, migrate_instance
from services.workflow.instances import cancel_instance
from services.workflow.models import BatchItem, BatchOperation, Instance
from services.workflow.models.batches import (
    CANCEL,
    CANCELED,
    CHANGED,
    DONE,
    FAILED,
    MIGRATE,
    PARTLY,
    RUNNING,
    SKIPPED,
    SUSPENDED,
    WAITING,
)
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import BatchOver, ChangeImpossible
from services.workflow.rules import LARGEST_KEY
from shared.database import Key
from shared.errors import NotFound, Rejected, described
from shared.messaging.work import UnitOfWork

log = logging.getLogger(__name__)


def start_batch(
    work: UnitOfWork, kind: str, which: sa.Select[tuple[Instance]], by: str, *, plan: Plan | None = None,
    reason: str = "",
) -> BatchOperation:  # fmt: skip
    """Put an act on all running instances among these on the list; the clock does it."""
    now = work.clock.now()
    batch = BatchOperation(
        key=work.ids.key(now), kind=kind, status=RUNNING, plan=None if plan is None else _written(plan),
        reason=reason, by=by, created_at=now, ended_at=None,
    )  # fmt: skip
    work.session.add(batch)
    work.session.flush()
    running = which.where(Instance.status == ACTIVE)
    chosen = running.with_only_columns(sa.literal(batch.key, Key), Instance.key, sa.literal(WAITING))
    columns = ["batch_key", "instance_key", "status"]
    work.session.execute(sa.insert(BatchItem).from_select(columns, chosen))
    return batch


def batches_wait(session: Session, now: datetime) -> bool:
    """Whether a batch is not finished."""
    return session.scalar(sa.select(BatchOperation.key).where(_going_on()).limit(1)) is not None


def work_off(work: UnitOfWork) -> bool:
    """Do the act on one instance, or close one batch in which nothing is left."""
    waiting = sa.select(BatchItem).join(BatchOperation, BatchOperation.key == BatchItem.batch_key)
    waiting = waiting.where(_going_on(), BatchItem.status == WAITING)
    order = (BatchItem.batch_key, BatchItem.instance_key)
    taken = waiting.order_by(*order).limit(1).with_for_update(of=BatchItem, skip_locked=True)
    item = work.session.scalars(taken).first()
    if item is None:
        return _close(work)
    key, batch = item.instance_key, work.session.get_one(BatchOperation, item.batch_key)
    status, problem = _try(work, batch, key)
    item = work.session.get_one(BatchItem, (batch.key, key))
    item.status, item.problem, item.processed_at = status, problem, work.clock.now()
    return True


def suspend_batch(work: UnitOfWork, key: int, by: str) -> None:
    """Stop for a while; what is done stays done."""
    _change(work, key, by, {RUNNING: SUSPENDED})


def resume_batch(work: UnitOfWork, key: int, by: str) -> None:
    """Go on."""
    _change(work, key, by, {SUSPENDED: RUNNING})


def cancel_batch(work: UnitOfWork, key: int, by: str) -> None:
    """Leave the rest alone; what is done stays done."""
    batch = _change(work, key, by, {RUNNING: CANCELED, SUSPENDED: CANCELED})
    batch.ended_at = work.clock.now()
    left = sa.update(BatchItem).where(BatchItem.batch_key == key, BatchItem.status == WAITING)
    work.session.execute(left.values(status=CANCELED))


def batch_for(session: Session, key: int, by: str) -> BatchOperation:
    """A batch operation of this person; raises NotFound."""
    mine = sa.select(BatchOperation).where(BatchOperation.key == key, BatchOperation.by == by)
    found = session.scalars(mine).first() if key <= LARGEST_KEY else None
    if found is None:
        raise NotFound
    return found


def counts_of(session: Session, keys: list[int]) -> dict[int, dict[str, int]]:
    """How many items of each batch are in each state."""
    grouped = sa.select(BatchItem.batch_key, BatchItem.status, sa.func.count())
    grouped = grouped.where(BatchItem.batch_key.in_(keys)).group_by(BatchItem.batch_key, BatchItem.status)
    counts: dict[int, dict[str, int]] = {key: {} for key in keys}
    for key, status, number in session.execute(grouped):
        counts[key][status] = number
    return counts


def _try(work: UnitOfWork, batch: BatchOperation, key: int) -> tuple[str, str | None]:
    try:
        with work.session.begin_nested():
            _ACTS[batch.kind](work, key, batch)
    except (Rejected, NotFound) as refused:
        return SKIPPED, refused.message.removeprefix(ChangeImpossible.zh)
    except Exception as error:  # one broken instance must not hold up the others
        log.error("instance %s in batch %s: %s", key, batch.key, described(error))
        return FAILED, described(error)
    return CHANGED, None


def _migrate(work: UnitOfWork, key: int, batch: BatchOperation) -> None:
    migrate_instance(work, key, _read(batch.plan or {}), batch.by, batch.reason)


def _cancel(work: UnitOfWork, key: int, batch: BatchOperation) -> None:
    cancel_instance(work, key, batch.by, batch.reason)


_ACTS: dict[str, Callable[[UnitOfWork, int, BatchOperation], None]] = {MIGRATE: _migrate, CANCEL: _cancel}


def _close(work: UnitOfWork) -> bool:
    left = sa.exists().where(BatchItem.batch_key == BatchOperation.key, BatchItem.status == WAITING)
    over = sa.select(BatchOperation).where(_going_on(), ~left).limit(1)
    batch = work.session.scalars(over.with_for_update(skip_locked=True)).first()
    if batch is None:
        return False
    whole = counts_of(work.session, [batch.key])[batch.key].keys() <= {CHANGED}
    batch.status, batch.ended_at = DONE if whole else PARTLY, work.clock.now()
    return True


def _change(work: UnitOfWork, key: int, by: str, moves: Mapping[str, str]) -> BatchOperation:
    batch = batch_for(work.session, key, by)
    work.session.refresh(batch, with_for_update=True)
    if batch.status not in moves:
        raise BatchOver
    batch.status = moves[batch.status]
    return batch


def _going_on() -> sa.ColumnElement[bool]:
    return BatchOperation.status == RUNNING


def _written(plan: Plan) -> dict[str, Any]:
    called = [_written(each) for each in plan.called]
    return {"target": str(plan.target), "mapping": dict(plan.mapping), "called": called}


def _read(plan: Mapping[str, Any]) -> Plan:
    return Plan(int(plan["target"]), plan["mapping"], tuple(_read(each) for each in plan["called"]))
