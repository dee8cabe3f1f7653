"""Two databases behind SQLAlchemy: SQLite (one file per service) and PostgreSQL (one schema per service).

Every difference between them lives here.
"""

from __future__ import annotations

import json
import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DisconnectionError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.util import LRUCache
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from shared import secrecy
from shared.line import connected

LOST = (OperationalError, InterfaceError)
"""What a database raises that cannot be reached (and a few things besides: deadlock, lock timeout)."""


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DecimalText(sa.types.TypeDecorator[Decimal]):
    """An exact decimal, kept as text."""

    impl = sa.String(64)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Store the exact digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Give back the exact digits."""
        return None if value is None else Decimal(value)


class Encrypted(sa.types.TypeDecorator[Any]):
    """A JSON value of personal data, sealed for its place (`table.column`)."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Seal."""
        return None if value is None else secrecy.installed().seal(value, self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Open."""
        return None if value is None else secrecy.installed().open(value, self.place)


PATIENCE = {"lock_timeout": "5s", "statement_timeout": "30s"}
"""How long PostgreSQL waits for a lock and works on one statement before it gives up (then: `LOST`)."""

PLANNING = {"random_page_cost": "1.1", "jit": "off"}
"""How it plans: no disk has a head that moves any more; compiling costs more than a short answer."""

Document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""A JSON column."""

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 63-bit key; SQLite counts rows only in columns it calls INTEGER."""


def table_of(mapped: type[DeclarativeBase]) -> sa.Table:
    """The table of a mapped class, for statements that pass its mapper by."""
    return cast("sa.Table", mapped.__table__)


def lies_within(savepoint: SessionTransaction, transaction: SessionTransaction) -> bool:
    """Whether what is done in a savepoint is undone with this one, or with the transaction around it."""
    within: SessionTransaction | None = savepoint
    while within is not None and within is not transaction:
        within = within.parent
    return within is not None


def engine_for(url: str, service: str, *, patient: bool = False) -> Engine:
    """The engine of one service's database; PostgreSQL is pointed at the service's schema.

    A `patient` one waits for locks and long statements for ever, as migrations must.
    """
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    options = {"search_path": service, **PLANNING} | ({} if patient else PATIENCE)
    engine = sa.create_engine(
        url,
        json_serializer=_json,
        hide_parameters=True,  # the text of an error may reach a log, the values may not
        pool_size=10,  # more than gunicorn has threads: none waits for the other, none begins anew each time
        max_overflow=10,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": f"fayuan-{service}",
        },
    )
    event.listen(engine, "do_connect", connected)
    event.listen(engine, "checkout", _still_there)
    return engine


def ensure_schema(engine: Engine, service: str) -> None:
    """Make the service's schema where the database has schemas."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(service, if_not_exists=True))


def ensure_tables(engine: Engine, service: str, metadata: sa.MetaData) -> None:
    """Make the schema and tables that are missing; processes that start together take turns."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            take_turns(connection, f"tables of {service}")
            connection.execute(sa.schema.CreateSchema(service, if_not_exists=True))
        metadata.create_all(connection)


def take_turns(connection: Connection, what: str) -> None:
    """Wait until nobody else does this, until the end of the transaction; on SQLite nobody ever does."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(what))))


def collided(error: IntegrityError) -> bool:
    """Whether somebody else wrote the same key at the same time."""
    return getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE constraint failed" in str(error.orig)


def answers(engine: Engine) -> bool:
    """Whether the database can be reached now."""
    try:
        with reading(engine) as session:
            session.execute(sa.text("SELECT 1"))
    except LOST:
        return False
    return True


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads: on SQLite it takes no write lock, on PostgreSQL it cannot write."""
    only = engine.execution_options(read_only=True, postgresql_readonly=True)
    with Session(only, expire_on_commit=False) as session:
        yield session
        session.commit()  # a rollback would have the driver forget every statement it had planned


def for_single_questions(engine: Engine) -> Engine:
    """The engine for those who ask one thing at a time: on PostgreSQL nothing is begun or ended around it."""
    alone = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {}
    return engine.execution_options(read_only=True, **alone)


_STATEMENTS = 3000
_SHORTLY = wait_random(0.005, 0.05)  # seconds
_compiled: dict[str, Any] = {}


def _sqlite_engine(url: str) -> Engine:
    path = url.removeprefix("sqlite:///")
    if path and not path.startswith(":"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, json_serializer=_json, hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _share_compiled(engine)
    return engine


def _share_compiled(engine: Engine) -> None:
    """A statement is compiled once for all files: the trial has ten of them, and they say much the same."""
    engine.dialect = _compiled.setdefault("dialect", engine.dialect)  # it is part of the cache's key
    engine.update_execution_options(compiled_cache=_compiled.setdefault("cache", LRUCache(_STATEMENTS)))


def _open_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    _turn_to_wal(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


@retry(retry=retry_if_exception_type(sqlite3.OperationalError), stop=stop_after_delay(30), wait=_SHORTLY,
       reraise=True)  # fmt: skip
def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Who opens a file that others open or close at this moment is refused at once, whatever the timeout."""
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when somebody wrote in between,
    # whatever the busy timeout; asking for the write lock at the start waits instead.
    read_only = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _still_there(connection: Any, _record: object, _fairy: object) -> None:
    # A server that is gone has closed the line, which then can be read from; asking it costs a round trip.
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0):
        raise DisconnectionError("the database closed an idle connection")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
