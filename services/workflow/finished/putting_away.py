"""Instances whose whole case is over leave the busy tables: their rows become one document each.

The row `instance`, the chained history, submissions and uploads stay where they are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from services.workflow.finished.document import PUT_AWAY, keys_in, packed, rows_of, table_of
from services.workflow.finished.rounds import beyond
from services.workflow.models import FinishedInstance, FinishedKey, Instance, Round, Upload
from services.workflow.models.instances import ACTIVE
from shared.messaging.work import UnitOfWork

PERIOD = "retention.put_away_days"
_AT_ONCE = 50
"""Instances looked at in one piece; the first that can be is put away."""


def put_one_away(work: UnitOfWork, turn: Round) -> bool:
    """Put the next instance away that may be; whether some were looked at."""
    before = work.clock.now() - timedelta(days=work.policy.get(PERIOD))
    looked_at = work.session.execute(_over(turn).where(Instance.ended_at < before)).all()
    for row in looked_at:
        turn.after_at, turn.after_key = row.ended_at, row.key
        if row.ready and put_away(work, row.key):
            break
    return bool(looked_at)


def put_away(work: UnitOfWork, key: int) -> bool:
    """Put one instance away; False when somebody is busy with it."""
    own = sa.select(Instance).where(Instance.key == key, Instance.put_away_at.is_(None))
    instance = work.session.scalar(own.with_for_update(skip_locked=True))
    if instance is None or instance.ended_at is None:
        return False
    rows = rows_of(work.session, key)
    document = {"key": key, "ended_at": instance.ended_at, "document": packed(rows)}
    work.session.execute(sa.insert(table_of(FinishedInstance)).values(document))
    names = [{"key": each, "instance_key": key} for each in sorted(keys_in(rows) | {key})]
    work.session.execute(sa.insert(table_of(FinishedKey)), names)
    for table in map(table_of, PUT_AWAY):
        work.session.execute(sa.delete(table).where(table.c.instance_key == key))
    instance.put_away_at = work.clock.now()
    return True


def _over(turn: Round) -> sa.Select[Any]:
    """Instances that are over, the earliest first, and whether they may go: nothing of the case is open, and
    no upload waits to be forgotten (which needs its task)."""
    sibling = aliased(Instance)
    open_still = sa.exists().where(sibling.case_id == Instance.case_id, sibling.status == ACTIVE)
    unused = sa.exists().where(Upload.instance_key == Instance.key, Upload.kept.is_(False))
    over = (
        Instance.ended_at.is_not(None),
        Instance.put_away_at.is_(None),
        beyond(turn, Instance.ended_at, Instance.key),
    )
    chosen = sa.select(Instance.key, Instance.ended_at, (~open_still & ~unused).label("ready")).where(*over)
    return chosen.order_by(Instance.ended_at, Instance.key).limit(_AT_ONCE)
