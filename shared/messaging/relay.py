"""From outbox to transport: whole cases under a lease, in order, marked sent only when confirmed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

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
_UNSENT = (
    sa.select(outbox.c.id, outbox.c.wire)
    .where(outbox.c.subject == sa.bindparam("of"), outbox.c.sent_at.is_(None))
    .order_by(outbox.c.sequence)
)
_LOCKED = sa.select(stream.c.attempts).where(stream.c.subject == sa.bindparam("of")).with_for_update()
_SETTLE = (
    sa.update(stream)
    .where(stream.c.subject == sa.bindparam("of"))
    .values(
        pending=sa.exists().where(outbox.c.subject == sa.bindparam("of"), outbox.c.sent_at.is_(None)),
        attempts=sa.bindparam("tries"),
        leased_until=None,
        due_at=sa.bindparam("next", type_=Instant),
    )
)
log = logging.getLogger(__name__)


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
        sent = 0
        for turn, subject in enumerate(claimed):
            try:
                sent += self._send(subject)
            except TransportDown:
                self._give_back(claimed[turn:])
                raise
        return sent

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

    def _send(self, subject: str) -> int:
        with self._runtime.reading() as session:
            rows = session.execute(_UNSENT, {"of": subject}).all()
        confirmed: list[int] = []
        failed = False
        try:
            for row in rows:
                crash.reached(self._service, "relay.before_publish")
                self._transport.publish(from_wire(row.wire, self._runtime.keys))
                crash.reached(self._service, "relay.after_publish")
                confirmed.append(row.id)
        except (NotConfirmed, UnreadableMessage) as error:
            log.warning("%s: a message of one case is held back: %s", self._service, error)
            failed = True
        except TransportDown:
            self._mark(subject, confirmed, failed=False)
            raise
        crash.reached(self._service, "relay.after_confirm")
        self._mark(subject, confirmed, failed=failed)
        crash.reached(self._service, "relay.after_mark")
        return len(confirmed)

    def _give_back(self, subjects: list[str]) -> None:
        with Session(self._runtime.engine) as session, session.begin():
            given = sa.update(stream).where(stream.c.subject.in_(subjects)).values(leased_until=None)
            session.execute(given)

    def _mark(self, subject: str, confirmed: list[int], *, failed: bool) -> None:
        now = datetime.now(UTC)
        with Session(self._runtime.engine) as session, session.begin():
            attempts = session.execute(_LOCKED, {"of": subject}).scalar_one()
            session.execute(sa.update(outbox).where(outbox.c.id.in_(confirmed)).values(sent_at=now))
            attempts = attempts + 1 if failed else 0
            wait = min(2**attempts, _LONGEST_WAIT) if failed else 0
            settled = {"of": subject, "tries": attempts, "next": now + timedelta(seconds=wait)}
            session.execute(_SETTLE, settled)
