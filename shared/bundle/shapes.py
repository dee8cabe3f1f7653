"""What a bundle writes, as SQL: each row by itself (SQLite), or everything in one statement (PostgreSQL).

The one statement has one parameter, a JSON object with the rows of each shape. Its text depends on the shapes
alone, so that it is planned once for all steps of a kind, however many rows they write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect

ADD, PUT, CHANGE, DROP = "add", "put", "change", "drop"
_NAMES = DefaultDialect().identifier_preparer
_POSTGRESQL = postgresql.dialect()


@dataclass(frozen=True)
class Link:
    """Rows to drop are found through another table: those whose `column` is the `other`'s `key`."""

    column: str
    other: sa.Table
    key: str


@dataclass(frozen=True)
class Newest:
    """A column gets the key of the newest version, in another table, of what its value names."""

    table: sa.Table
    match: str
    key: str = "key"
    latest: str = "version"

    def found(self, name: str) -> str:
        """The query, `name` being where the value comes from."""
        taken = f"SELECT n.{_quoted(self.key)} FROM {_quoted(self.table.name)} AS n"
        which = f"WHERE n.{_quoted(self.match)} = {name}"
        return f"({taken} {which} ORDER BY n.{_quoted(self.latest)} DESC LIMIT 1)"


@dataclass(frozen=True)
class Shape:
    """Rows written the same way: `match` says which rows, `columns` what they get, `counted` goes up by one;
    `keys` say when a row takes the place of another.

    A row of the bundle holds the columns by their names, and those of `match` as `if_<name>`.
    """

    act: str
    table: sa.Table
    columns: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    counted: str = ""
    keys: tuple[str, ...] = ()
    link: Link | None = None
    newest: tuple[tuple[str, Newest], ...] = ()

    @property
    def fields(self) -> list[tuple[str, sa.Column[Any]]]:
        """Names in a row, each with the column it is compared with or written to."""
        matched = self.link.other if self.link else self.table
        named = {name: newest.table.c[newest.match] for name, newest in self.newest}
        written = [(name, named.get(name, self.table.c[name])) for name in self.columns]
        return [*written, *((f"if_{name}", matched.c[name]) for name in self.match)]


@lru_cache(maxsize=1000)
def alone(shape: Shape) -> tuple[str, tuple[str, ...]]:
    """The statement for one row with `?` for parameters, and the names of these in their order."""
    if shape.act in (ADD, PUT):
        places = ", ".join(_taken(shape, name, "?") for name in shape.columns)
        return f"{_into(shape)} VALUES ({places}){_or_replace(shape)}", shape.columns
    matched = tuple(f"if_{name}" for name in shape.match)
    where = " AND ".join(f"{_quoted(name)} = ?" for name in shape.match)
    table = _quoted(shape.table.name)
    if shape.act == CHANGE:
        return f"UPDATE {table} SET {_settings(shape, '?')} WHERE {where}", (*shape.columns, *matched)
    if shape.link is None:
        return f"DELETE FROM {table} WHERE {where}", matched
    link = shape.link
    found = f"SELECT {_quoted(link.key)} FROM {_quoted(link.other.name)} WHERE {where}"
    return f"DELETE FROM {table} WHERE {_quoted(link.column)} IN ({found})", matched


@lru_cache(maxsize=1000)
def together(shapes: tuple[tuple[Shape, bool], ...]) -> str:
    """One statement for all; its parameter maps `p0`, `p1` … to the rows of each shape.

    With each shape goes whether it has several rows or one.
    """
    parts = [_part(shape, _rows(shape, number, several)) for number, (shape, several) in enumerate(shapes)]
    named = [f"p{number} AS ({part})" for number, part in enumerate(parts[:-1])]
    return f"WITH {', '.join(['given AS (SELECT %s::jsonb AS rows)', *named])} {parts[-1]}"


@lru_cache(maxsize=1000)
def binders(shape: Shape, dialect: Dialect) -> Mapping[str, Callable[[Any], Any]]:
    """How the values of a row are turned into what the driver takes, where that is not themselves."""
    found = {}
    for name, column in shape.fields:
        turn = column.type.dialect_impl(dialect).bind_processor(dialect)
        if turn is not None:
            found[name] = turn
    return found


@lru_cache(maxsize=1000)
def sealers(shape: Shape) -> dict[str, Callable[[Any], Any]]:
    """The same for JSON: only types of our own need it, all others have a notation there."""
    own = (sa.types.TypeDecorator,)
    return {
        name: _in_json(column.type) for name, column in shape.fields
        if isinstance(column.type, own) and not isinstance(column.type.impl_instance, sa.DateTime)
    }  # fmt: skip


def _in_json(of: sa.types.TypeDecorator[Any]) -> Callable[[Any], Any]:
    return lambda value: of.process_bind_param(value, _POSTGRESQL)


def _rows(shape: Shape, number: int, several: bool) -> str:
    """The rows given for a shape, as a table that the planner takes for as small as it is.

    It expects a hundred rows of `jsonb_to_recordset`, for which it would read whole tables; of what is cut at
    a number that it does not know it expects a tenth.
    """
    typed = f"AS r({_typed(shape)})"
    if not shape.match:
        return f"given, jsonb_to_recordset(given.rows->'p{number}') {typed}"
    if not several:
        return f"given, jsonb_to_record(given.rows->'p{number}'->0) {typed}"
    found = f"SELECT r.* FROM given, jsonb_to_recordset(given.rows->'p{number}') {typed}"
    return f"({found} LIMIT (SELECT jsonb_array_length(rows->'p{number}') FROM given)) AS r"


def _part(shape: Shape, rows: str) -> str:
    if shape.act in (ADD, PUT):
        taken = ", ".join(_taken(shape, name, f"r.{_quoted(name)}") for name in shape.columns)
        return f"{_into(shape)} SELECT {taken} FROM {rows}{_or_replace(shape)}"
    table = _quoted(shape.table.name)
    where = " AND ".join(
        f"{'o' if shape.link else 't'}.{_quoted(n)} = r.{_quoted('if_' + n)}" for n in shape.match
    )
    if shape.act == CHANGE:
        return f"UPDATE {table} AS t SET {_settings(shape, 'r.')} FROM {rows} WHERE {where}"
    if shape.link is None:
        return f"DELETE FROM {table} AS t USING {rows} WHERE {where}"
    link = shape.link
    joined = f"{_quoted(link.other.name)} AS o, {rows}"
    return f"DELETE FROM {table} AS t USING {joined} WHERE t.{link.column} = o.{link.key} AND {where}"


def _taken(shape: Shape, name: str, value: str) -> str:
    newest = dict(shape.newest).get(name)
    return value if newest is None else newest.found(value)


def _typed(shape: Shape) -> str:
    return ", ".join(f"{_quoted(name)} {c.type.compile(_POSTGRESQL)}" for name, c in shape.fields)


def _settings(shape: Shape, new: str) -> str:
    """`new` is where the values come from: a place for a parameter, or a row to be read."""
    table = "" if new == "?" else "t."
    values = [f"{_quoted(n)} = {new if new == '?' else new + _quoted(n)}" for n in shape.columns]
    counted = _quoted(shape.counted) if shape.counted else ""
    return ", ".join([*values, *([f"{counted} = {table}{counted} + 1"] if counted else [])])


def _into(shape: Shape) -> str:
    return f"INSERT INTO {_quoted(shape.table.name)} ({', '.join(map(_quoted, shape.columns))})"


def _or_replace(shape: Shape) -> str:
    if shape.act == ADD:
        return ""
    keys = shape.keys or tuple(shape.table.primary_key.columns.keys())
    new = ", ".join(f"{_quoted(n)} = excluded.{_quoted(n)}" for n in shape.columns if n not in keys)
    return f" ON CONFLICT ({', '.join(map(_quoted, keys))}) DO UPDATE SET {new}"


def _quoted(name: str) -> str:
    return _NAMES.quote_identifier(name)
