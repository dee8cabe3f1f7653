"""The question that begins a transaction: PostgreSQL gets it in one trip with the BEGIN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, make_transient_to_detached

from shared.line import Line, Said

_NUMBERED = postgresql.psycopg.dialect(paramstyle="numeric_dollar")
_Read = Callable[[Any], Any]


class Question:
    """A statement for one row of mapped objects and values; what it is told are keys and ids.

    A session that holds nothing asks past the mapper: there is nothing that the row must be merged with.
    """

    def __init__(self, statement: sa.Select[Any]) -> None:
        self._statement = statement
        self._parts = {each["name"]: _Part(each["expr"]) for each in statement.column_descriptions}

    def ask(self, session: Session, told: Mapping[str, int | UUID | None]) -> Any | None:
        """The row, its parts named like those of the statement; None when there is none."""
        connection = session.connection()
        line = connection.connection.driver_connection
        holds_nothing = not (session.identity_map or session.new)
        if not (isinstance(line, Line) and line.begins_plainly and holds_nothing):
            return session.execute(self._statement, told).first()
        text, values = self._numbered
        try:
            row = line.ask_first(Said(text, [_as_text(told.get(name, value)) for name, value in values]))
        except psycopg.Error as error:
            raise _as_told_by_library(error, connection, line) from error
        return None if row is None else self._made(session, row)

    @cached_property
    def _numbered(self) -> tuple[str, list[tuple[str, Any]]]:
        """The statement with `$1`, `$2` …, and the names of these with the values they have in it."""
        columns = [column for part in self._parts.values() for column in part.columns]
        flat = self._statement.with_only_columns(*columns, maintain_column_froms=True)
        compiled = flat.compile(dialect=_NUMBERED)
        return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]

    def _made(self, session: Session, row: list[Any]) -> Any:
        made, begin = SimpleNamespace(), 0
        for name, part in self._parts.items():
            end = begin + len(part.columns)
            setattr(made, name, part.made(session, row[begin:end]))
            begin = end
        return made


class _Part:
    """A mapped class, or one value, of what is asked."""

    def __init__(self, asked: Any) -> None:
        self._mapped: type[Any] | None = asked if isinstance(asked, type) else None
        mapper = sa.inspect(asked) if self._mapped else None
        self.columns: list[Any] = list(mapper.columns) if mapper else [asked]
        self._names = [mapper.get_property_by_column(each).key for each in self.columns] if mapper else []
        reads = [each.type.dialect_impl(_NUMBERED).result_processor(_NUMBERED, None) for each in self.columns]
        self._reads: list[tuple[int, _Read]] = [(place, read) for place, read in enumerate(reads) if read]

    def made(self, session: Session, values: list[Any]) -> Any:
        """The value, or an object that the session holds as one that it has read."""
        for place, read in self._reads:
            values[place] = read(values[place])
        if self._mapped is None:
            return values[0]
        mapped = self._mapped()
        vars(mapped).update(zip(self._names, values, strict=True))
        make_transient_to_detached(mapped)
        session.add(mapped)
        return mapped


def _as_text(told: int | str | UUID | None) -> bytes | None:
    return None if told is None else str(told).encode()


def _as_told_by_library(error: psycopg.Error, connection: sa.Connection, line: Line) -> Exception:
    """The error as everybody knows it; a lost line is given up."""
    lost = line.closed
    if lost:
        connection.invalidate(error)
    return sa.exc.DBAPIError.instance(
        None, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost,
        dialect=connection.dialect,
    )  # fmt: skip
