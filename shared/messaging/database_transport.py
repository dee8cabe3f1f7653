"""Messages through a table in a database of their own: the trial needs no broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from shared.database import LOST, Instant, Key, engine_for, ensure_tables
from shared.messaging.envelope import Envelope, keys_of_wire, label_of, to_wire
from shared.messaging.transport import Buried, NotConfirmed, TransportDown
from shared.secrecy import Keyring

_LEASE = timedelta(seconds=60)
_POLL_SECONDS = 0.05
_metadata = sa.MetaData()

binding = sa.Table(
    "binding",
    _metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("queue", sa.String(100), primary_key=True),
)
message = sa.Table(
    "message",
    _metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=True),
    sa.Column("queue", sa.String(100), nullable=False),
    sa.Column("wire", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("taken_until", Instant),
    sa.Column("buried_because", sa.String(200)),
    sa.Index("ix_message_queue", "queue", "id", sqlite_where=sa.text("buried_because IS NULL"),
             postgresql_where=sa.text("buried_because IS NULL")),
)  # fmt: skip


_NOW = sa.bindparam("now", type_=Instant)
_WAITING = sa.and_(  # due, in nobody's hands, not put aside
    message.c.buried_because.is_(None), message.c.due_at <= _NOW,
    sa.or_(message.c.taken_until.is_(None), message.c.taken_until <= _NOW),
)  # fmt: skip
_FILLED = sa.select(message.c.queue, sa.func.count()).where(_WAITING).group_by(message.c.queue)
_PUBLISH = (
    sa.insert(message)
    .from_select(
        ["queue", "wire", "attempt", "due_at"],
        sa.select(
            binding.c.queue,
            sa.bindparam("wire", type_=sa.Text),
            sa.literal(0),
            sa.bindparam("due", type_=Instant),
        )
        .where(binding.c.name == sa.bindparam("bound"))
        .order_by(binding.c.queue),
    )
    .execution_options(preserve_rowcount=True)
)
_OLDEST = (
    sa.select(message.c.id).where(message.c.queue == sa.bindparam("from_queue"), _WAITING)
    .order_by(message.c.id).limit(1).with_for_update(skip_locked=True)
)  # fmt: skip
_TAKE = (
    sa.update(message).where(message.c.id == _OLDEST.scalar_subquery())
    .values(taken_until=sa.bindparam("lease", type_=Instant), attempt=message.c.attempt + 1)
    .returning(message.c.id, message.c.wire, message.c.attempt)
)  # fmt: skip
_DONE = sa.delete(message).where(message.c.id == sa.bindparam("row"))


class DatabaseTransport:
    """A row per queue and message; a taken row comes back when its lease runs out."""

    def __init__(self, url: str, keys: Keyring, prefix: str = "") -> None:
        self._engine = engine_for(url, "messages")
        self._keys = keys
        self._prefix = prefix
        self._taken: set[int] = set()
        self._interrupted = threading.Event()
        with _lost_is_down():
            ensure_tables(self._engine, "messages", _metadata)

    def bind(self, queue: str, names: Sequence[str]) -> None:
        """Let the queue receive these names only."""
        full = self._prefix + queue
        wanted = {self._prefix + name for name in names}
        bound = sa.select(binding.c.name).where(binding.c.queue == full)
        with self._transaction() as connection:
            if wanted == set(connection.execute(bound).scalars()):
                return
            connection.execute(sa.delete(binding).where(binding.c.queue == full))
            rows = [{"name": name, "queue": full} for name in sorted(wanted)]
            if rows:
                connection.execute(sa.insert(binding), rows)

    def publish(self, envelope: Envelope) -> None:
        """Insert a row for each queue bound to the name."""
        wire = to_wire(envelope, self._keys)
        values = {"bound": self._prefix + envelope.name, "wire": wire, "due": datetime.now(UTC)}
        with self._transaction() as connection:
            reached = connection.execute(_PUBLISH, values).rowcount
        if not reached and not envelope.public:
            raise NotConfirmed(f"nobody is bound to {envelope.name}")

    def receive(self, queue: str, wait: float) -> DatabaseDelivery | None:
        """Take the oldest due row of the queue under a lease."""
        until = time.monotonic() + wait
        while True:
            if taken := self._take(self._prefix + queue):
                return taken
            left = until - time.monotonic()
            if left <= 0 or self._interrupted.wait(min(_POLL_SECONDS, left)):
                self._interrupted.clear()
                return None

    def interrupt(self) -> None:
        """End a wait in `receive`, or the next one; any thread may call it."""
        self._interrupted.set()

    def filled(self, queues: Collection[str]) -> Mapping[str, int]:
        """Those with due rows, found with one look at the table."""
        with self._transaction(read_only=True) as connection:
            found = dict(connection.execute(_FILLED, {"now": datetime.now(UTC)}).tuples().all())
        return {queue: found[self._prefix + queue] for queue in queues if self._prefix + queue in found}

    def buried(self, queue: str) -> list[Buried]:
        """What was put aside, oldest first; it stays there."""
        aside = sa.select(message.c.wire, message.c.buried_because).where(self._aside(queue))
        with self._transaction(read_only=True) as connection:
            rows = connection.execute(aside.order_by(message.c.id)).all()
        return [Buried(*label_of(row.wire), row.buried_because, keys_of_wire(row.wire)) for row in rows]

    def replay(self, queue: str) -> int:
        """Deliver everything that was put aside once more; how many."""
        anew = sa.update(message).where(self._aside(queue)).values(buried_because=None, attempt=0)
        with self._transaction() as connection:
            return connection.execute(anew).rowcount

    def take_back(self) -> None:
        """Free the rows that a process which is gone had taken, without waiting for its leases."""
        with self._transaction() as connection:
            connection.execute(sa.update(message).values(taken_until=None))

    def close(self) -> None:
        """Give back what was taken and let go of the connections."""
        give_back = sa.update(message).where(message.c.id.in_(self._taken)).values(taken_until=None)
        with suppress(TransportDown):  # then the leases run out by themselves
            if self._taken:
                self._settle(give_back, self._taken)
        self._engine.dispose()

    def _take(self, queue: str) -> DatabaseDelivery | None:
        now = datetime.now(UTC)
        with self._transaction() as connection:
            given = {"from_queue": queue, "now": now, "lease": now + _LEASE}
            row = connection.execute(_TAKE, given).one_or_none()
        if row is None:
            return None
        self._taken.add(row.id)
        return DatabaseDelivery(self, row.id, row.wire, row.attempt)

    def _aside(self, queue: str) -> sa.ColumnElement[bool]:
        return sa.and_(message.c.queue == self._prefix + queue, message.c.buried_because.is_not(None))

    def _settle(self, statement: sa.Executable, rows: set[int], **values: object) -> None:
        with self._transaction() as connection:
            connection.execute(statement, values)
        self._taken -= rows

    @contextmanager
    def _transaction(self, *, read_only: bool = False) -> Iterator[Connection]:
        engine = self._engine.execution_options(read_only=True) if read_only else self._engine
        with _lost_is_down(), engine.begin() as connection:
            yield connection


class DatabaseDelivery:
    """A leased row."""

    def __init__(self, transport: DatabaseTransport, row: int, wire: str, attempt: int) -> None:
        self._transport = transport
        self._row = row
        self.wire = wire
        self.attempt = attempt

    def ack(self) -> None:
        """Delete the row."""
        self._transport._settle(_DONE, {self._row}, row=self._row)

    def retry(self, seconds: float) -> None:
        """Make the row due again later, in its old place."""
        self._set(taken_until=None, due_at=datetime.now(UTC) + timedelta(seconds=seconds))

    def bury(self, reason: str) -> None:
        """Keep the row out of the queue with the reason."""
        self._set(taken_until=None, buried_because=reason[:200])

    def _set(self, **values: object) -> None:
        this = message.c.id == self._row
        self._transport._settle(sa.update(message).where(this).values(**values), {self._row})


@contextmanager
def _lost_is_down() -> Iterator[None]:
    try:
        yield
    except LOST as error:
        raise TransportDown(f"the message table cannot be reached: {type(error).__name__}") from error
