"""The rows that a session will write, given by whoever makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached

from shared.bundle.shapes import ADD, CHANGE, DROP, PUT, Count, Link, Newest, Numbered, Shape
from shared.bundle.statements import alone, binders, together
from shared.database import lies_within
from shared.line import Line, Said

_PLACE = "bundle"


class Bundle:
    """What a session will write at its commit, or at `write`. Rows map column names to Python values.

    No part of one writing sees what another did: whoever changes or drops a row that was added before writes
    in between. A row that was given may be changed until then. What a savepoint gave goes with it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: list[tuple[Shape | Count, dict[str, Any]]] = []
        self._objects: dict[int, Any] = {}
        self._in_savepoint: list[tuple[Any, bool, SessionTransaction]] = []

    def add(self, table: sa.Table, row: dict[str, Any], **found: Newest) -> None:
        """A new row. Columns may get the key of the newest version of what they name."""
        self._note(Shape(ADD, table, tuple(row), found=tuple(found.items())), row)

    def put(self, table: sa.Table, row: dict[str, Any], keys: Sequence[str] = (), **found: Numbered) -> None:
        """A row that is new, or takes the place of the one with its keys (default: the primary key).

        Columns may get a number that was counted in the same bundle.
        """
        self._note(Shape(PUT, table, tuple(row), keys=tuple(keys), found=tuple(found.items())), row)

    def count(self, count: Count, row: dict[str, Any]) -> None:
        """Count up; some row that comes later is numbered by it."""
        self._note(count, row)

    def change(
        self, table: sa.Table, match: Mapping[str, Any], values: Mapping[str, Any], counted: str = ""
    ) -> None:
        """Set values in the rows where all of `match` is so; there the number in `counted` grows by one."""
        shape = Shape(CHANGE, table, tuple(values), tuple(match), counted)
        self._note(shape, {**values, **_conditions(match)})

    def drop(self, table: sa.Table, match: Mapping[str, Any], link: Link | None = None) -> None:
        """Delete the rows where all of `match` is so, or those linked to such a row of another table."""
        self._note(Shape(DROP, table, (), tuple(match), link=link), _conditions(match))

    def follow(self, mapped: Any) -> None:
        """Write a new mapped object, or what is set in one that the session holds, for its mapper."""
        self._objects[id(mapped)] = mapped

    def write(self, connection: sa.Connection | None = None, *, at_commit: bool = False) -> None:
        """Write all that was given so far; other objects of the session are flushed by itself.

        `at_commit` it goes with what is said next, which nothing but a COMMIT need be.
        """
        groups: dict[Shape | Count, list[dict[str, Any]]] = {}
        for mapped in self._objects.values():
            self._take(mapped, groups)
        for shape, row in self._rows:
            groups.setdefault(shape, []).append(row)
        self._rows.clear()
        if groups:
            connection = connection or self._session.connection()
            if connection.dialect.name == "postgresql":
                _write_together(connection, groups, at_commit)
            else:
                _write_each(connection, groups)

    def take_back(self, rolled_back: SessionTransaction) -> None:
        """Forget what was given since the savepoint, or the transaction, that is rolled back began."""
        self._rows.clear()
        self._objects = {k: each for k, each in self._objects.items() if not sa.inspect(each).transient}
        for mapped, is_new, savepoint in self._in_savepoint:
            if lies_within(savepoint, rolled_back) and mapped in self._session:
                (self._session.expunge if is_new else self._session.expire)(mapped)

    def _note(self, shape: Shape | Count, row: dict[str, Any]) -> None:
        self._rows.append((shape, row))

    def _take(self, mapped: Any, groups: dict[Shape | Count, list[dict[str, Any]]]) -> None:
        is_new = sa.inspect(mapped).transient
        taken = self._new_row(mapped) if is_new else self._changes(mapped)
        if taken is not None:
            shape, row = taken
            groups.setdefault(shape, []).append(row)
            savepoint = self._session.get_nested_transaction()
            if savepoint is not None:
                self._in_savepoint.append((mapped, is_new, savepoint))

    def _new_row(self, mapped: Any) -> tuple[Shape, dict[str, Any]]:
        """All of a new object, which the session holds from now on."""
        table = _table(mapped)
        row = {name: getattr(mapped, name) for name in table.columns.keys()}  # noqa: SIM118 (not columns)
        self._hold_as_written(mapped)
        return Shape(ADD, table, tuple(row)), row

    def _changes(self, mapped: Any) -> tuple[Shape, dict[str, Any]] | None:
        """What was set in an object since it was read or written."""
        state = sa.inspect(mapped)
        if not (state.persistent and state.modified):
            return None
        values = {name: getattr(mapped, name) for name in sorted(state.committed_state)}
        if not values:
            return None
        table = _table(mapped)
        match = {column.name: getattr(mapped, column.name) for column in table.primary_key}
        state._commit_all(state.dict, self._session.identity_map)  # as the mapper does after a flush
        return Shape(CHANGE, table, tuple(values), tuple(match)), {**values, **_conditions(match)}

    def _hold_as_written(self, mapped: Any) -> None:
        """The session holds an object that it knew nothing of as one that needs no flush."""
        make_transient_to_detached(mapped)
        self._session.add(mapped)


def _table(mapped: Any) -> sa.Table:
    table: sa.Table = sa.inspect(mapped).mapper.local_table
    return table


def bundle_of(session: Session) -> Bundle:
    """The one bundle of a session."""
    if _PLACE not in session.info:
        session.info[_PLACE] = Bundle(session)
    bundle: Bundle = session.info[_PLACE]
    return bundle


def _conditions(match: Mapping[str, Any]) -> dict[str, Any]:
    return {f"if_{name}": value for name, value in match.items()}


def _write_together(
    connection: sa.Connection, groups: Mapping[Shape | Count, list[dict[str, Any]]], at_commit: bool
) -> None:
    several = tuple([(shape, len(group) > 1) for shape, group in groups.items()])
    driver = connection.connection.driver_connection
    line = driver if at_commit and isinstance(driver, Line) else None
    text, sealed = together(several, "$1" if line else "%s")
    rows = {f"p{number}": group for number, group in enumerate(groups.values())}
    for name, sealers in sealed.items():
        rows[name] = [row | {n: seal(row[n]) for n, seal in sealers.items()} for row in rows[name]]
    if line:
        line.put_off(Said(text, (_json(rows),)))
    else:
        connection.exec_driver_sql(text, (_json(rows).decode(),))


def _json(rows: Mapping[str, list[dict[str, Any]]]) -> bytes:
    try:
        return orjson.dumps(rows, default=_notation, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:  # a whole number beyond 64 bits, which only the slower one writes
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=_notation).encode()


def _notation(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"a {type(value).__name__} has no place in a row")


def _write_each(connection: sa.Connection, groups: Mapping[Shape | Count, list[dict[str, Any]]]) -> None:
    for shape, rows in groups.items():
        statement, names = alone(shape)
        turns = binders(shape, connection.dialect)
        values = [
            tuple(turns[n](row[n]) if n in turns else row[n] for n in names) for row in rows
        ]  # fmt: skip
        connection.exec_driver_sql(statement, values)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if _PLACE in session.info:
        bundle_of(session).write(at_commit=True)


@event.listens_for(Session, "after_transaction_create")
def _write_before(session: Session, transaction: SessionTransaction) -> None:
    """What was given before a savepoint is not lost with it: written by the connection as it was before."""
    if _PLACE in session.info and transaction.nested and transaction.parent is not None:
        bundle_of(session).write(transaction.parent.connection(None))


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, rolled_back: SessionTransaction) -> None:
    if _PLACE in session.info:
        bundle_of(session).take_back(rolled_back)
