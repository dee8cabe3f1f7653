"""What a bundle writes, as SQL: each row by itself (SQLite), or everything in one statement (PostgreSQL).

The one statement has one parameter, a JSON object with the rows of each shape. Its text depends on the shapes
alone, so that it is planned once for all steps of a kind, however many rows they write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from shared.bundle.shapes import ADD, CHANGE, PUT, Count, Counted, Place, Shape, quoted

_POSTGRESQL = postgresql.dialect()


@lru_cache(maxsize=1000)
def alone(shape: Shape | Count) -> tuple[str, tuple[str, ...]]:
    """The statement for one row with `?` for parameters, and the names of these in their order."""
    if isinstance(shape, Count):
        places = ", ".join("?" for _ in shape.columns)
        return f"{_into(shape)} VALUES ({places}){shape.grown}", shape.columns
    if shape.act in (ADD, PUT):
        return _added_alone(shape)
    matched = tuple(f"if_{name}" for name in shape.match)
    where = " AND ".join(f"{quoted(name)} = ?" for name in shape.match)
    table = quoted(shape.table.name)
    if shape.act == CHANGE:
        return f"UPDATE {table} SET {_settings(shape, '?')} WHERE {where}", (*shape.columns, *matched)
    if shape.link is None:
        return f"DELETE FROM {table} WHERE {where}", matched
    link = shape.link
    found = f"SELECT {quoted(link.key)} FROM {quoted(link.other.name)} WHERE {where}"
    return f"DELETE FROM {table} WHERE {quoted(link.column)} IN ({found})", matched


def _added_alone(shape: Shape) -> tuple[str, tuple[str, ...]]:
    names: list[str] = []

    def place(name: str) -> str:
        names.append(name)
        return "?"

    places = ", ".join(_taken(shape, name, place, _counted_alone) for name in shape.columns)
    return f"{_into(shape)} VALUES ({places}){_or_replace(shape)}", tuple(names)


def _counted_alone(count: Count) -> str:
    return quoted(count.table.name)


Sealers = Mapping[str, Callable[[Any], Any]]
"""How the values of columns of our own types are written in JSON."""


@lru_cache(maxsize=1000)
def together(shapes: tuple[tuple[Shape | Count, bool], ...], given: str) -> tuple[str, dict[str, Sealers]]:
    """One statement for all; its parameter, `given` there, maps `p0`, `p1` … to the rows of each shape.

    And whose values are sealed for it, by the same names.

    With each shape goes whether it has several rows or one. The last one is no Count: the statement has no
    result.
    """
    counts = {shape: f"p{number}" for number, (shape, _) in enumerate(shapes) if isinstance(shape, Count)}
    parts = [
        _part(shape, _rows(shape, number, several), counts.__getitem__)
        for number, (shape, several) in enumerate(shapes)
    ]
    named = [f"p{number} AS ({part})" for number, part in enumerate(parts[:-1])]
    text = f"WITH {', '.join([f'given AS (SELECT {given}::jsonb AS rows)', *named])} {parts[-1]}"
    sealed = {f"p{number}": _sealers(shape) for number, (shape, _) in enumerate(shapes)}
    return text, {name: sealers for name, sealers in sealed.items() if sealers}


@lru_cache(maxsize=1000)
def binders(shape: Shape | Count, dialect: Dialect) -> Mapping[str, Callable[[Any], Any]]:
    """How the values of a row are turned into what the driver takes, where that is not themselves."""
    found = {}
    for name, column in shape.fields:
        turn = column.type.dialect_impl(dialect).bind_processor(dialect)
        if turn is not None:
            found[name] = turn
    return found


def _sealers(shape: Shape | Count) -> Sealers:
    """All other types have a notation in JSON."""
    own = (sa.types.TypeDecorator,)
    return {
        name: _in_json(column.type) for name, column in shape.fields
        if isinstance(column.type, own) and not isinstance(column.type.impl_instance, sa.DateTime)
    }  # fmt: skip


def _in_json(of: sa.types.TypeDecorator[Any]) -> Callable[[Any], Any]:
    return lambda value: of.process_bind_param(value, _POSTGRESQL)


def _rows(shape: Shape | Count, number: int, several: bool) -> str:
    """The rows given for a shape, as a table that the planner takes for as small as it is.

    It expects a hundred rows of `jsonb_to_recordset`, for which it would read whole tables; of what is cut at
    a number that it does not know it expects a tenth.
    """
    typed = f"AS r({_typed(shape)})"
    if isinstance(shape, Count) or not shape.match:
        return f"given, jsonb_to_recordset(given.rows->'p{number}') {typed}"
    if not several:
        return f"given, jsonb_to_record(given.rows->'p{number}'->0) {typed}"
    found = f"SELECT r.* FROM given, jsonb_to_recordset(given.rows->'p{number}') {typed}"
    return f"({found} LIMIT (SELECT jsonb_array_length(rows->'p{number}') FROM given)) AS r"


def _part(shape: Shape | Count, rows: str, counted: Counted) -> str:
    if isinstance(shape, Count):
        taken = ", ".join(map(_in_row, shape.columns))
        return f"{_into(shape)} SELECT {taken} FROM {rows}{shape.grown}{shape.told}"
    if shape.act in (ADD, PUT):
        taken = ", ".join(_taken(shape, name, _in_row, counted) for name in shape.columns)
        return f"{_into(shape)} SELECT {taken} FROM {rows}{_or_replace(shape)}"
    table = quoted(shape.table.name)
    where = " AND ".join(
        f"{'o' if shape.link else 't'}.{quoted(n)} = r.{quoted('if_' + n)}" for n in shape.match
    )
    if shape.act == CHANGE:
        return f"UPDATE {table} AS t SET {_settings(shape, 'r.')} FROM {rows} WHERE {where}"
    if shape.link is None:
        return f"DELETE FROM {table} AS t USING {rows} WHERE {where}"
    link = shape.link
    joined = f"{quoted(link.other.name)} AS o, {rows}"
    return f"DELETE FROM {table} AS t USING {joined} WHERE t.{link.column} = o.{link.key} AND {where}"


def _taken(shape: Shape, name: str, place: Place, counted: Counted) -> str:
    how = dict(shape.found).get(name)
    return place(name) if how is None else how.found(name, place, counted)


def _in_row(name: str) -> str:
    return f"r.{quoted(name)}"


def _typed(shape: Shape | Count) -> str:
    return ", ".join(f"{quoted(name)} {c.type.compile(_POSTGRESQL)}" for name, c in shape.fields)


def _settings(shape: Shape, new: str) -> str:
    """`new` is where the values come from: a place for a parameter, or a row to be read."""
    table = "" if new == "?" else "t."
    values = [f"{quoted(n)} = {new if new == '?' else new + quoted(n)}" for n in shape.columns]
    counted = quoted(shape.counted) if shape.counted else ""
    return ", ".join([*values, *([f"{counted} = {table}{counted} + 1"] if counted else [])])


def _into(shape: Shape | Count) -> str:
    return f"INSERT INTO {quoted(shape.table.name)} ({', '.join(map(quoted, shape.columns))})"


def _or_replace(shape: Shape) -> str:
    if shape.act == ADD:
        return ""
    keys = shape.keys or tuple(shape.table.primary_key.columns.keys())
    new = ", ".join(f"{quoted(n)} = excluded.{quoted(n)}" for n in shape.columns if n not in keys)
    return f" ON CONFLICT ({', '.join(map(quoted, keys))}) DO UPDATE SET {new}"
