"""The tables of the mechanism do not grow for ever: old rows go, a piece at a time, then there is a rest.

A round walks through each table in the order of its key; no statement looks at more than a piece of it. Rows
of `stream` stay: they are one small row per case, and without one a case would be numbered from 1 again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import SystemClock
from shared.messaging.contract import Answer, message_class, message_names
from shared.messaging.tables import changed_roles, ended_session, inbox, outbox
from shared.messaging.work import UnitOfWork
from shared.policy import Policy
from shared.service import DueWork

_AT_ONCE = 1000
"""Rows of a piece."""
_FIRST = 300.0
_PAUSE = 1.0
_REST = 3600.0
"""Seconds before the first round, between two pieces, between two rounds."""
Walk = tuple[sa.Table, Callable[[Policy, datetime], sa.ColumnElement[bool]]]


class Cleaning:
    """One worker's rounds; several workers may go round at once."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._next = monotonic() + _FIRST
        self._walk, self._after = 0, None

    def due(self) -> DueWork:
        """The rounds as clock work, which never asks to go on at once."""
        return DueWork(lambda _session, _now: self._monotonic() >= self._next, self._act)

    def _act(self, work: UnitOfWork) -> bool:
        table, over = _WALKS[self._walk]
        condition = over(work.policy, SystemClock().now())
        self._after = clean(work.session, table, condition, self._after)
        if self._after is None:
            self._walk = (self._walk + 1) % len(_WALKS)
        rests = self._after is None and self._walk == 0
        self._next = self._monotonic() + (_REST if rests else _PAUSE)
        return False


def clean(session: Session, table: sa.Table, over: sa.ColumnElement[bool], after: Any) -> Any:
    """Delete what is over of the next piece; the last key of the piece, or None after the last one."""
    [key] = table.primary_key
    following = sa.select(key).order_by(key).limit(_AT_ONCE)
    if after is not None:
        following = following.where(key > after)
    piece = session.scalars(following).all()
    if not piece:
        return None
    these = sa.select(key).where(key.between(piece[0], piece[-1]), over)
    doomed = session.scalars(these.with_for_update(skip_locked=True)).all()
    if doomed:
        session.execute(sa.delete(table).where(key.in_(doomed)))
    return piece[-1] if len(piece) == _AT_ONCE else None


def over_in_outbox(policy: Policy, now: datetime) -> sa.ColumnElement[bool]:
    """What was sent long ago. Answers stay longest: who asks a second time is sent them again. So does what
    this process does not know."""
    known = {name: message_class(name) for name in message_names()}
    names = [name for name, cls in known.items() if cls is not None and not issubclass(cls, Answer)]
    never_again = outbox.c.name.in_(sorted(names)) & (outbox.c.sent_at < _before(policy, now, "sent_days"))
    return never_again | (outbox.c.sent_at < _before(policy, now, "asked_days"))


def over_in_inbox(policy: Policy, now: datetime) -> sa.ColumnElement[bool]:
    """What came so long ago that nobody sends it a second time."""
    return inbox.c.received_at < _before(policy, now, "asked_days")


def _over_session(policy: Policy, now: datetime) -> sa.ColumnElement[bool]:
    return ended_session.c.ended_at < _before(policy, now, "sessions_days")


def _over_roles(policy: Policy, now: datetime) -> sa.ColumnElement[bool]:
    return changed_roles.c.changed_at < _before(policy, now, "sessions_days")


def _before(policy: Policy, now: datetime, period: str) -> datetime:
    return now - timedelta(days=policy.get(f"retention.{period}"))


_WALKS: tuple[Walk, ...] = (
    (outbox, over_in_outbox), (inbox, over_in_inbox), (ended_session, _over_session),
    (changed_roles, _over_roles),
)  # fmt: skip
