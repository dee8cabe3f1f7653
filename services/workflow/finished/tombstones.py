"""What is left of instances that were removed: a chain of its own, so that no row of it can be changed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.history import BEGINNING
from services.workflow.models import History, Instance, RemovedInstance


def note_removed(session: Session, instance: Instance, now: datetime) -> None:
    """Say what was removed. The caller sees to it that nobody else does at the same moment."""
    last = session.scalar(sa.select(RemovedInstance).order_by(RemovedInstance.number.desc()).limit(1))
    row = RemovedInstance(
        number=last.number + 1 if last else 1, instance_key=instance.key, process_id=instance.process_id,
        case_id=instance.case_id, ended_at=instance.ended_at or now, history_length=instance.history_length,
        history_hash=instance.history_hash, removed_at=now,
    )  # fmt: skip
    row.hash = _digest(last.hash if last else BEGINNING, row)
    session.add(row)
    session.flush()


def verify_removed(session: Session) -> tuple[int, str | None]:
    """How many instances were removed, and the first row that is not as it was written (None when all are).

    A removed instance that is there again, or part of its history, is not as it was written either.
    """
    previous, count = BEGINNING, 0
    for row in session.scalars(sa.select(RemovedInstance).order_by(RemovedInstance.number)):
        count += 1
        if row.number != count or row.hash != _digest(previous, row):
            return count, f"removed instance {count}"
        previous = row.hash
    there = (
        sa.select(table_key)
        .where(table_key.in_(sa.select(RemovedInstance.instance_key)))
        .limit(1)
        for table_key in (Instance.key, History.instance_key)
    )  # fmt: skip
    back = next((key for key in map(session.scalar, there) if key is not None), None)
    return count, None if back is None else f"instance {back} was removed and is there"


def _digest(previous: str, row: RemovedInstance) -> str:
    content = {
        "number": row.number, "instance": row.instance_key, "process": row.process_id,
        "case": str(row.case_id), "ended": _moment(row.ended_at), "length": row.history_length,
        "history": row.history_hash, "removed": _moment(row.removed_at),
    }  # fmt: skip
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
