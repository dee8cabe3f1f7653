"""From outbox to transport: whole cases under a lease, in order, marked sent only when confirmed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database import Instant
from shared.messaging import crash
from shared.messaging.envelope import UnreadableMessage, from_wire
from shared.messaging.tables import outbox, stream
from shared.messaging.transport import NotConfirmed, Transport, TransportDown

if TYPE_CHECKING:
    from shared.service import Runtime

_LEASE = timedelta(seconds=30)
_CASES_AT_ONCE = 20
_LONGEST_WAIT = 60
_NOW = sa.bindparam("now", type_=Instant)
_WAITING = (
    sa.select(stream.c.subject)
    .where(stream.c.pending, stream.c.due_at <= _NOW)
    .where(sa.or_(stream.c.leased_until.is_(None), stream.c.leased_until < _NOW))
    .order_by(stream.c.due_at)
)
_ANY_WAITING = _WAITING.limit(1)
_CLAIM = _WAITING.limit(_CASES_AT_ONCE).with_for_update(skip_locked=True)
_THESE: sa.BindParameter[Any] = sa.bindparam("of", expanding=True)
_UNSENT = (
    sa.select(outbox.c.id, outbox.c.subject, outbox.c.sequence, outbox.c.wire)
    .where(outbox.c.subject.in_(_THESE), outbox.c.sent_at.is_(None))
    .order_by(outbox.c.sequence)
)
_LOCK = sa.select(stream.c.attempts).where(stream.c.subject == sa.bindparam("of")).with_for_update()
_LOCK_FREE = sa.select(stream.c.subject).where(stream.c.subject.in_(_THESE)).with_for_update(skip_locked=True)
_SENT = (
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.bindparam("rows", expanding=True)))
    .values(sent_at=sa.bindparam("now", type_=Instant))
)
_SETTLE = (
    sa.update(stream)
    .where(stream.c.subject.in_(_THESE))
    .values(
        pending=sa.exists().where(outbox.c.subject == stream.c.subject, outbox.c.sent_at.is_(None)),
        attempts=sa.bindparam("tries"),
        leased_until=None,
        due_at=sa.bindparam("next", type_=Instant),
    )
)
log = logging.getLogger(__name__)


@dataclass
class _Tried:
    """What became of a case's messages."""

    confirmed: list[int] = field(default_factory=list)
    failed: bool = False


class Relay:
    """Publishes what one service has committed."""

    def __init__(self, runtime: Runtime, transport: Transport) -> None:
        self._runtime = runtime
        self._transport = transport
        self._service = runtime.service.name

    def step(self) -> int:
        """Send what waits in up to twenty cases; how many messages were confirmed.

        A message that is refused holds back its own case only, for a growing while. A lost
        transport raises TransportDown and gives the cases back; after a crash their lease runs out.
        """
        claimed = self._claim()
        if not claimed:
            return 0
        unsent = self._unsent(claimed)
        tried: dict[str, _Tried] = {}
        try:
            for subject in claimed:
                self._send(unsent[subject], tried.setdefault(subject, _Tried()))
        except TransportDown:
            self._mark(tried)
            self._give_back([subject for subject in claimed if subject not in tried])
            raise
        self._mark(tried)
        crash.reached(self._service, "relay.after_mark")
        return sum(len(each.confirmed) for each in tried.values())

    def due_in(self) -> float | None:
        """Seconds until a case that waits now may be sent (or its lease ends); None when none waits."""
        due = sa.case((stream.c.leased_until > stream.c.due_at, stream.c.leased_until), else_=stream.c.due_at)
        with self._runtime.reading() as session:
            first = session.execute(sa.select(due).where(stream.c.pending).order_by(due).limit(1)).scalar()
        return None if first is None else (first - datetime.now(UTC)).total_seconds()

    def take_back(self) -> None:
        """Free the cases that a process which is gone had claimed, without waiting for its leases."""
        with Session(self._runtime.engine) as session, session.begin():
            session.execute(sa.update(stream).values(leased_until=None))

    def _claim(self) -> list[str]:
        now = datetime.now(UTC)
        with self._runtime.reading() as session:
            if session.execute(_ANY_WAITING, {"now": now}).first() is None:
                return []
        with Session(self._runtime.engine) as session, session.begin():
            found = session.execute(_CLAIM, {"now": now}).scalars().all()
            lease = sa.update(stream).where(stream.c.subject.in_(found)).values(leased_until=now + _LEASE)
            session.execute(lease)
        return list(found)

    def _unsent(self, subjects: list[str]) -> dict[str, list[sa.Row[Any]]]:
        """What is to be sent of each case, in its order."""
        found: dict[str, list[sa.Row[Any]]] = {subject: [] for subject in subjects}
        with self._runtime.reading() as session:
            for row in session.execute(_UNSENT, {"of": subjects}):
                found[row.subject].append(row)
        return found

    def _send(self, rows: list[sa.Row[Any]], tried: _Tried) -> None:
        try:
            for row in rows:
                crash.reached(self._service, "relay.before_publish")
                envelope = from_wire(row.wire, self._runtime.keys)
                self._transport.publish(replace(envelope, sequence=row.sequence))
                crash.reached(self._service, "relay.after_publish")
                tried.confirmed.append(row.id)
        except (NotConfirmed, UnreadableMessage) as error:
            log.warning("%s: a message of one case is held back: %s", self._service, error)
            tried.failed = True
        crash.reached(self._service, "relay.after_confirm")

    def _give_back(self, subjects: list[str]) -> None:
        with Session(self._runtime.engine) as session, session.begin():
            given = sa.update(stream).where(stream.c.subject.in_(subjects)).values(leased_until=None)
            session.execute(given)

    def _mark(self, tried: dict[str, _Tried]) -> None:
        """Note what was sent: together, but for cases that were refused or that somebody holds just now.

        To wait for one case while holding another could be to wait for each other.
        """
        now = datetime.now(UTC)
        well = [subject for subject, each in tried.items() if not each.failed]
        with Session(self._runtime.engine) as session, session.begin():
            together = session.execute(_LOCK_FREE, {"of": well}).scalars().all()
            confirmed = [row for subject in together for row in tried[subject].confirmed]
            session.execute(_SENT, {"rows": confirmed, "now": now})
            session.execute(_SETTLE, {"of": together, "tries": 0, "next": now})
        for subject in tried.keys() - set(together):
            self._mark_alone(subject, tried[subject])

    def _mark_alone(self, subject: str, tried: _Tried) -> None:
        now = datetime.now(UTC)
        with Session(self._runtime.engine) as session, session.begin():
            attempts = session.execute(_LOCK, {"of": subject}).scalar_one()
            session.execute(_SENT, {"rows": tried.confirmed, "now": now})
            attempts = attempts + 1 if tried.failed else 0
            wait = min(2**attempts, _LONGEST_WAIT) if tried.failed else 0
            settled = {"of": [subject], "tries": attempts, "next": now + timedelta(seconds=wait)}
            session.execute(_SETTLE, settled)
