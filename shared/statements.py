"""A row that is inserted unless it is there."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

_NAMES = DefaultDialect().identifier_preparer


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
