"""What statements need beyond the library: a row that is inserted unless it is there, rows as one value."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from shared.database import Document

_NAMES = DefaultDialect().identifier_preparer


class gathered(FunctionElement[Any]):
    """These columns of all rows as one JSON value, a list of lists; of no rows an empty list or null."""

    type = Document
    inherit_cache = True


@compiles(gathered, "postgresql")
def _gathered(rows: gathered, compiler: SQLCompiler, **given: Any) -> str:
    return f"jsonb_agg(jsonb_build_array({compiler.process(rows.clauses, **given)}))"


@compiles(gathered, "sqlite")
def _gathered_in_text(rows: gathered, compiler: SQLCompiler, **given: Any) -> str:
    columns = ((column, compiler.process(column, **given)) for column in rows.clauses)
    values = [_as_json(name) if isinstance(column.type, sa.JSON) else name for column, name in columns]
    return f"json_group_array(json_array({', '.join(values)}))"


def _as_json(column: str) -> str:
    """What looks like a number lies there as one, of which JSON gets too few digits by itself."""
    digits = f"CASE typeof({column}) WHEN 'real' THEN printf('%!.17g', {column}) ELSE {column} END"
    return f"json({digits})"


def insert_new(session: Session, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key exists; whether it was new. A concurrent insert is waited for.

    Columns with a plain default may be left out.
    """
    row = _plain_defaults(table) | values
    # RETURNING, because psycopg tells no row count here
    return session.execute(_insertion(table, tuple(row)), row).first() is not None


@cache
def _plain_defaults(table: sa.Table) -> dict[str, Any]:
    defaults = {column.name: column.default for column in table.columns}
    return {name: d.arg for name, d in defaults.items() if isinstance(d, ScalarElementColumnDefault)}


@cache
def _insertion(table: sa.Table, names: tuple[str, ...]) -> sa.TextClause:
    """As text, because the library compiles its own ON CONFLICT anew each time: dearer than the insert."""
    columns = ", ".join(map(_quoted, names))
    places = ", ".join(f":{name}" for name in names)
    into = f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({places})"
    typed = [sa.bindparam(name, type_=table.columns[name].type) for name in names]
    return sa.text(f"{into} ON CONFLICT DO NOTHING RETURNING 1").bindparams(*typed)


def _quoted(name: str) -> str:
    return _NAMES.quote_identifier(name)
