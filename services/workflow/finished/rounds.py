"""Tidying that goes round: a piece at a time, each in its own transaction, then a rest.

Whose turn it is stands in the database, so that several workers share one round.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Round
from shared.database import Instant
from shared.messaging.work import UnitOfWork
from shared.service import DueWork
from shared.statements import insert_new

REST = timedelta(hours=1)
"""Between two rounds."""
_TABLE = cast("sa.Table", Round.__table__)
Piece = Callable[[UnitOfWork, Round], bool]


def rounds_of(name: str, piece: Piece) -> DueWork:
    """Clock work that does one piece whenever it is looked at, until `piece` says that nothing is left.

    It never asks to go on at once: messages and the other clocks come first.
    """

    def waits(session: Session, now: datetime) -> bool:
        resting = sa.select(Round.name).where(Round.name == name, Round.next_at > now)
        return session.scalar(resting) is None

    def act(work: UnitOfWork) -> bool:
        now = work.clock.now()
        turn = _turn(work.session, name, now)
        if turn is not None and not piece(work, turn):
            turn.next_at, turn.after_at, turn.after_key = now + REST, None, 0
        return False

    return DueWork(waits, act)


def beyond(turn: Round, moment: Any, key: Any) -> sa.ColumnElement[bool]:
    """What this round has not come to yet, in the order of these two columns."""
    if turn.after_at is None:
        return sa.true()
    return sa.tuple_(moment, key) > sa.tuple_(sa.literal(turn.after_at, Instant()), turn.after_key)


def _turn(session: Session, name: str, now: datetime) -> Round | None:
    """The round, ours until the commit; None while it is somebody else's, or rests."""
    due = sa.select(Round).where(Round.name == name, Round.next_at <= now)
    found = session.scalar(due.with_for_update(skip_locked=True))
    if found is None and insert_new(
        session, _TABLE, {"name": name, "next_at": now, "after_at": None, "after_key": 0}
    ):
        return session.get_one(Round, name)
    return found
