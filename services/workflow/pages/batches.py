"""How far an act on many instances is, what came of each, and taking a migration back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.cases import numbers_of
from services.workflow.changing.batches import batch_for, cancel_batch, counts_of
from services.workflow.changing.migration_rows import last_migration, undo_migration
from services.workflow.models import BatchItem, BatchOperation, Instance, ModelVersion
from services.workflow.models.batches import CHANGED, FAILED, MIGRATE, RUNNING, SKIPPED, WAITING
from services.workflow.pages.door import blueprint
from services.workflow.paging import Asked, Order, page_of
from services.workflow.rules import LARGEST_KEY
from services.workflow.visibility import instance_for
from shared.errors import Malformed, NotFound, Rejected
from shared.web import current_person, reading, requires, transaction

ROWS = 25
_ROLES = ("process_owner", "administrator")
_BROKEN = "系统出了问题，没有作任何改动。请查看异常列表，或者联系系统管理员。"


@dataclass(frozen=True)
class Line:
    """What came of one instance; `undoable` as long as nothing moved on since."""

    key: int
    number: str
    status: str
    problem: str
    at: datetime | None
    undoable: bool


@blueprint.get("/batches/<int:key>")
@requires(*_ROLES)
def batch_page(key: int) -> Any:
    """How far it is; the page renews itself where scripts run."""
    return _page(key)


@blueprint.post("/batches/<int:key>/cancel")
@requires(*_ROLES)
def leave_rest(key: int) -> Any:
    """Leave those alone that are not done yet."""
    with transaction() as work:
        cancel_batch(work, _known(key), str(current_person().id))
    return redirect(f"/workflow/batches/{key}")


@blueprint.post("/batches/<int:key>/undo")
@requires(*_ROLES)
def undo_one(key: int) -> Any:
    """Take the migration of one instance back; when that cannot be, say why."""
    person, given = current_person(), request.form.get("instance", "")
    if not (given.isascii() and given.isdigit()):
        raise Malformed
    try:
        with transaction() as work:
            batch_for(work.session, _known(key), str(person.id))
            instance_for(work.session, int(given), person, _ROLES)
            undo_migration(work, int(given), str(person.id))
    except Rejected as error:
        return _page(key, conflict=error.message), Rejected.status
    return redirect(f"/workflow/batches/{key}")


def _page(key: int, conflict: str = "") -> str:
    with reading() as session:
        batch = batch_for(session, _known(key), str(current_person().id))
        counts = counts_of(session, [key])[key]
        items = sa.select(BatchItem).where(BatchItem.batch_key == key)
        asked = Asked(ROWS, after=request.args.get("after") or None)
        page = page_of(session, items, [Order(BatchItem.instance_key)], asked)
        process = _process(session, batch)
        return render_template(
            "workflow/batch.html", batch=batch, lines=_lines(session, batch, page.rows), process=process,
            counts=[
                ("已完成", counts.get(CHANGED, 0)), ("跳过", counts.get(SKIPPED, 0)),
                ("失败", counts.get(FAILED, 0)), ("还没有处理", counts.get(WAITING, 0)),
            ],
            running=batch.status == RUNNING, conflict=conflict, migrates=batch.kind == MIGRATE,
            following=page.end if page.further else None, total=page.how_many, width="full",
        )  # fmt: skip


def _process(session: Session, batch: BatchOperation) -> ModelVersion | None:
    return session.get(ModelVersion, int(batch.plan["target"])) if batch.plan else None


def _lines(session: Session, batch: BatchOperation, items: list[BatchItem]) -> list[Line]:
    keys = [item.instance_key for item in items]
    found = {i.key: i for i in session.scalars(sa.select(Instance).where(Instance.key.in_(keys)))}
    numbers = numbers_of(session, {i.case_id for i in found.values() if i.case_id})
    lines = []
    for item in items:
        if (instance := found.get(item.instance_key)) is None:
            continue  # removed since then
        problem = _BROKEN if item.status == FAILED else item.problem or ""
        number = numbers.get(instance.case_id, "") if instance.case_id else ""
        undoable = batch.kind == MIGRATE and item.status == CHANGED and _undoable(session, instance)
        lines.append(Line(instance.key, number, item.status, problem, item.processed_at, undoable))
    return lines


def _undoable(session: Session, instance: Instance) -> bool:
    kept = last_migration(session, instance.key)
    return kept is not None and kept.revision == instance.revision and instance.tokens is not None


def _known(key: int) -> int:
    if key > LARGEST_KEY:
        raise NotFound
    return key
