"""Messages through a table in a database of their own: the trial needs no broker."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from shared.database import Instant, Key, engine_for, ensure_schema
from shared.messaging.envelope import Envelope, to_wire
from shared.messaging.transport import NotConfirmed, TransportDown
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
    sa.Column("buried_because", sa.String(200)),
    sa.Index("ix_message_queue", "queue", "due_at", "id", sqlite_where=sa.text("buried_because IS NULL"),
             postgresql_where=sa.text("buried_because IS NULL")),
)  # fmt: skip


class DatabaseTransport:
    """A row per queue and message; a taken row comes back when its lease runs out."""

    def __init__(self, url: str, keys: Keyring, prefix: str = "") -> None:
        self._engine = engine_for(url, "messages")
        self._keys = keys
        self._prefix = prefix
        ensure_schema(self._engine, "messages")
        _metadata.create_all(self._engine)

    def bind(self, queue: str, names: Sequence[str]) -> None:
        """Let the queue receive these names only."""
        full = self._prefix + queue
        with self._transaction() as connection:
            connection.execute(sa.delete(binding).where(binding.c.queue == full))
            for name in sorted(set(names)):
                connection.execute(sa.insert(binding).values(name=name, queue=full))

    def publish(self, envelope: Envelope) -> None:
        """Insert a row for each queue bound to the name."""
        with self._transaction() as connection:
            bound = sa.select(binding.c.queue).where(
                binding.c.name == envelope.name, binding.c.queue.startswith(self._prefix, autoescape=True)
            )
            queues = connection.execute(bound.order_by(binding.c.queue)).scalars().all()
            if not queues and not envelope.public:
                raise NotConfirmed(f"nobody is bound to {envelope.name}")
            wire = to_wire(envelope, self._keys)
            for queue in queues:
                values = {"queue": queue, "wire": wire, "attempt": 0, "due_at": datetime.now(UTC)}
                connection.execute(sa.insert(message).values(**values))

    def receive(self, queue: str, wait: float) -> DatabaseDelivery | None:
        """Take the oldest due row of the queue under a lease."""
        until = time.monotonic() + wait
        while True:
            if taken := self._take(self._prefix + queue):
                return taken
            if time.monotonic() >= until:
                return None
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def buried(self, queue: str) -> list[tuple[int, str]]:
        """What was put aside: row id and reason, oldest first."""
        rows = sa.select(message.c.id, message.c.buried_because).where(
            message.c.queue == self._prefix + queue, message.c.buried_because.is_not(None)
        )
        with self._transaction() as connection:
            return [(row.id, row.buried_because) for row in connection.execute(rows.order_by(message.c.id))]

    def replay(self, queue: str) -> int:
        """Deliver everything that was put aside once more; how many."""
        rows = sa.update(message).where(
            message.c.queue == self._prefix + queue, message.c.buried_because.is_not(None)
        )
        with self._transaction() as connection:
            return connection.execute(rows.values(buried_because=None, attempt=0)).rowcount

    def _take(self, queue: str) -> DatabaseDelivery | None:
        now = datetime.now(UTC)
        due = (
            sa.select(message.c.id)
            .where(message.c.queue == queue, message.c.buried_because.is_(None), message.c.due_at <= now)
            .order_by(message.c.due_at, message.c.id)
            .limit(1)
        )
        if self._engine.dialect.name == "sqlite" and not self._any(due):
            return None  # looking costs no write lock
        taking = (
            sa.update(message)
            .where(message.c.id == due.with_for_update(skip_locked=True).scalar_subquery())
            .values(due_at=now + _LEASE, attempt=message.c.attempt + 1)
            .returning(message.c.id, message.c.wire, message.c.attempt)
        )
        with self._transaction() as connection:
            row = connection.execute(taking).one_or_none()
        return DatabaseDelivery(self, row.id, row.wire, row.attempt) if row else None

    def _any(self, query: sa.Select[tuple[int]]) -> bool:
        with self._engine.execution_options(read_only=True).connect() as connection:
            return connection.execute(query).first() is not None

    def _transaction(self) -> _Transaction:
        return _Transaction(self._engine)


class DatabaseDelivery:
    """A leased row."""

    def __init__(self, transport: DatabaseTransport, row: int, wire: str, attempt: int) -> None:
        self._transport = transport
        self._row = row
        self.wire = wire
        self.attempt = attempt

    def ack(self) -> None:
        """Delete the row."""
        self._execute(sa.delete(message).where(message.c.id == self._row))

    def retry(self, seconds: float) -> None:
        """Make the row due again later."""
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        self._execute(sa.update(message).where(message.c.id == self._row).values(due_at=due))

    def bury(self, reason: str) -> None:
        """Keep the row out of the queue with the reason."""
        aside = sa.update(message).where(message.c.id == self._row)
        self._execute(aside.values(buried_because=reason[:200]))

    def _execute(self, statement: sa.Executable) -> None:
        with self._transport._transaction() as connection:
            connection.execute(statement)


class _Transaction:
    """A transaction whose lost database is a `TransportDown`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._context = engine.begin()

    def __enter__(self) -> Connection:
        try:
            return self._context.__enter__()
        except OperationalError as error:
            raise TransportDown("the message table cannot be reached") from error

    def __exit__(self, *error: object) -> None:
        try:
            self._context.__exit__(*error)  # type: ignore[arg-type]
        except OperationalError as lost:
            raise TransportDown("the message table cannot be reached") from lost
