"""A small database in memory, to ask rows in SQL that no database holds any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_JSON = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def scratch(tables: tuple[sa.Table, ...], *, like: Connection) -> Iterator[Connection]:
    """These tables, empty, gone at the end; texts are compared as in the other database."""
    with _engine().connect() as connection:
        connection.connection.driver_connection.deserialize(_empty(tables))  # type: ignore[union-attr]
        letters = "ON" if like.dialect.name == "postgresql" else "OFF"
        connection.exec_driver_sql(f"PRAGMA case_sensitive_like={letters}")
        yield connection


@cache
def _empty(tables: tuple[sa.Table, ...]) -> bytes:
    """A file with these tables: copying it is much cheaper than making them."""
    with _engine().connect() as connection:
        for table in tables:
            table.create(connection)
        connection.commit()
        made: bytes = connection.connection.driver_connection.serialize()  # type: ignore[union-attr]
        return made


@cache
def _engine() -> Engine:
    """Every connection is a database of its own."""
    return sa.create_engine("sqlite://", json_serializer=_JSON, hide_parameters=True, poolclass=sa.NullPool)
