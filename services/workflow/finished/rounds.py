"""Tidying that goes round: a piece at a time, each in its own transaction, then a rest.

Whose turn it is stands in the database, so that several workers share one round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Round
from shared.database import Instant, table_of
from shared.messaging.work import UnitOfWork
from shared.service import DueWork
from shared.statements import insert_new

REST = timedelta(hours=1)
"""Between two rounds."""
_TABLE = table_of(Round)
Piece = Callable[[UnitOfWork, Round], bool]


def rounds_of(pieces: Mapping[str, Piece]) -> DueWork:
    """Clock work that does one piece whenever it is looked at: of the round that has waited longest, until
    that says that nothing is left.

    It never asks to go on at once: messages and the other clocks come first.
    """
    resting = sa.select(sa.func.count()).select_from(Round).where(Round.name.in_(pieces))

    def waits(session: Session, now: datetime) -> bool:
        return session.scalar(resting.where(Round.next_at > now)) != len(pieces)

    def act(work: UnitOfWork) -> bool:
        now = work.clock.now()
        turn = _turn(work.session, pieces, now)
        if turn is not None and pieces[turn.name](work, turn):
            turn.next_at = now
        elif turn is not None:
            turn.next_at, turn.after_at, turn.after_key = now + REST, None, 0
        return False

    return DueWork(waits, act)


def beyond(turn: Round, moment: Any, key: Any) -> sa.ColumnElement[bool]:
    """What this round has not come to yet, in the order of these two columns."""
    if turn.after_at is None:
        return sa.true()
    so_far = sa.tuple_(sa.literal(turn.after_at, Instant()), sa.literal(turn.after_key))
    return sa.tuple_(moment, key) > so_far


def _turn(session: Session, names: Iterable[str], now: datetime) -> Round | None:
    """A round, ours until the commit; None while all are somebody else's, or rest."""
    due = sa.select(Round).where(Round.name.in_(names), Round.next_at <= now)
    next_one = due.order_by(Round.next_at, Round.name).limit(1).with_for_update(skip_locked=True)
    found = session.scalar(next_one)
    if found is not None:
        return found
    for name in names:
        insert_new(session, _TABLE, {"name": name, "next_at": now, "after_at": None, "after_key": 0})
    return session.scalar(next_one)
