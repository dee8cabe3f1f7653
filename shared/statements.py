"""Statements that say much at once: insert unless there, insert or change, several changes together."""

from __future__ import annotations

from collections.abc import Sequence
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
    insertion = _insertion(table, tuple(row), "NOTHING RETURNING 1")
    return session.execute(insertion, row).first() is not None


def put(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]], keys: Sequence[str] = ()) -> None:
    """Insert rows of one shape; one whose key (default: the primary key) exists takes the new values."""
    names = tuple(rows[0])
    keys = keys or table.primary_key.columns.keys()
    new = ", ".join(f"{_quoted(n)} = excluded.{_quoted(n)}" for n in names if n not in keys)
    session.execute(_insertion(table, names, f"UPDATE SET {new}", ", ".join(map(_quoted, keys))), rows)


def together(session: Session, statements: Sequence[sa.Update | sa.Delete]) -> None:
    """Do all of these, none of which sees what another does: on PostgreSQL as one statement."""
    if not statements:
        return
    last, *others = statements
    if others and session.get_bind().dialect.name == "postgresql":
        last = last.add_cte(*(other.cte(f"other_{number}") for number, other in enumerate(others)))
        others = []
    for statement in (*others, last):
        session.execute(statement, execution_options={"synchronize_session": False})


@cache
def _plain_defaults(table: sa.Table) -> dict[str, Any]:
    defaults = {column.name: column.default for column in table.columns}
    return {name: d.arg for name, d in defaults.items() if isinstance(d, ScalarElementColumnDefault)}


@cache
def _insertion(table: sa.Table, names: tuple[str, ...], else_do: str, keys: str = "") -> sa.TextClause:
    """As text, because the library compiles its own ON CONFLICT anew each time: dearer than the insert."""
    columns = ", ".join(map(_quoted, names))
    places = ", ".join(f":{name}" for name in names)
    into = f"INSERT INTO {_quoted(table.name)} ({columns}) VALUES ({places})"
    typed = [sa.bindparam(name, type_=table.columns[name].type) for name in names]
    conflict = f"ON CONFLICT ({keys}) DO" if keys else "ON CONFLICT DO"
    return sa.text(f"{into} {conflict} {else_do}").bindparams(*typed)


def _quoted(name: str) -> str:
    return _NAMES.quote_identifier(name)
