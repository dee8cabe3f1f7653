"""Reading what was put away as if it were still in its tables.

Whoever reads asks for a session that includes certain instances. While none of them was put away it is the
session they have. Else their rows are laid out in a small database in memory, in which the same statements
find the same; all other tables are read where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from services.workflow.finished.document import PUT_AWAY, rows_of, unpacked
from services.workflow.models import Candidate, FinishedInstance, FinishedKey, Instance, ModelVersion, Recusal
from services.workflow.models.root import Base
from services.workflow.rules import LARGEST_KEY
from shared.database import table_of
from shared.errors import NotFound, Rejected
from shared.scratch import scratch

_ALL: tuple[type[Base], ...] = (*PUT_AWAY, Candidate, Instance, ModelVersion, Recusal)
_LAID_OUT = {table.name: table for table in map(table_of, _ALL)}
"""What statements about instances join."""
_JOINED = _LAID_OUT.keys() - {table_of(table).name for table in (Instance, ModelVersion, Recusal)}


class _View(Session):
    """Reads what was laid out in memory, everything else where it is."""

    def __init__(self, tables: Connection, memory: Connection) -> None:
        super().__init__(tables, autoflush=False, join_transaction_mode="rollback_only")
        self._tables, self._memory = tables, memory

    def get_bind(self, mapper: Any = None, *, clause: Any = None, **_: Any) -> Connection:
        """By the tables that a statement names. Those it joins are laid out with what it finds."""
        named = {part.name for part in visitors.iterate(clause) if isinstance(part, sa.Table)}
        return self._memory if named & _JOINED and named <= _LAID_OUT.keys() else self._tables


@contextmanager
def including(session: Session, instance_keys: Iterable[int]) -> Iterator[Session]:
    """A session to read in which these instances are whole, wherever their rows lie.

    Where one was put away, it finds nothing inside other instances.
    """
    keys = set(instance_keys)
    away = sa.select(Instance.key).where(Instance.key.in_(keys), Instance.put_away_at.is_not(None))
    if not keys or session.scalar(away.limit(1)) is None:
        yield session
        return
    with scratch(tuple(_LAID_OUT.values()), like=session.connection()) as memory:
        _lay_out(session, memory, keys)
        view = _View(session.connection(), memory)
        yield view
        view.expunge_all()


@contextmanager
def including_case(session: Session, case_id: UUID | None, *more: int) -> Iterator[Session]:
    """The same for all instances of a case, and more."""
    of_case = sa.select(Instance.key).where(Instance.case_id == case_id)
    keys = session.scalars(of_case).all() if case_id is not None else ()
    with including(session, {*keys, *more}) as view:
        yield view


@contextmanager
def including_owner(session: Session, model: type[Base], key: int) -> Iterator[Session]:
    """The same for the instance that the row of this key belongs to, if that was put away."""
    known = key > LARGEST_KEY or session.get(model, key) is not None
    with including(session, () if known else owners_of(session, {key})) as view:
        yield view


@contextmanager
def refusing_when_over(
    session: Session, key: int, problem: Callable[[], Rejected], see: Callable[[Session], object]
) -> Iterator[None]:
    """What is not found because it was put away is over: `problem`, for who can `see` it there."""
    try:
        yield
    except NotFound:
        owners = owners_of(session, {key})
        if not owners:
            raise
        with including(session, owners) as view:
            see(view)
        raise problem() from None


def owners_of(session: Session, keys: Iterable[int]) -> set[int]:
    """The instances that were put away with these keys in them."""
    wanted = [key for key in keys if 0 <= key <= LARGEST_KEY]
    return set(session.scalars(sa.select(FinishedKey.instance_key).where(FinishedKey.key.in_(wanted))))


def owners_between(session: Session, first: int, last: int) -> set[int]:
    """The same for a range of keys."""
    return set(
        session.scalars(sa.select(FinishedKey.instance_key).where(FinishedKey.key.between(first, last)))
    )


def _lay_out(session: Session, memory: Connection, keys: set[int]) -> None:
    of_these = FinishedInstance.key.in_(keys)
    documents = dict(
        session.execute(sa.select(FinishedInstance.key, FinishedInstance.document).where(of_these))
        .tuples()
        .all()
    )
    for key in sorted(keys):
        rows = unpacked(documents[key]) if key in documents else rows_of(session, key)
        for table in map(table_of, PUT_AWAY):
            _insert(memory, table, rows[table.name])
        offers = Candidate.task_key.in_([row["key"] for row in rows["task"]])
        _copy(session, memory, table_of(Candidate), offers)
    instances = _copy(session, memory, table_of(Instance), Instance.key.in_(keys))
    pinned = {pin[0] for row in instances for pin in row["pins"].values()}
    versions = pinned | {row["definition_key"] for row in instances}
    _copy(session, memory, table_of(ModelVersion), ModelVersion.key.in_(versions))
    cases = {row["case_id"] for row in instances if row["case_id"]}
    _copy(session, memory, table_of(Recusal), Recusal.case_id.in_(cases))


def _copy(
    session: Session, memory: Connection, table: sa.Table, which: sa.ColumnElement[bool]
) -> list[dict[str, Any]]:
    """Files and tokens stay behind: nobody looks for them there."""
    columns = [
        sa.literal(b"").label(column.name) if isinstance(column.type, sa.LargeBinary) else column
        for column in table.c
    ]
    rows = [dict(row) for row in session.execute(sa.select(*columns).where(which)).mappings()]
    _insert(memory, table, rows)
    return rows


def _insert(memory: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        memory.execute(sa.insert(table), rows)
