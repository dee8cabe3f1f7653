"""Rows of any table, the columns filled by their types where a test does not say otherwise."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from services.system import service
from shared.database import Encrypted, Instant
from shared.service import Runtime
from tests.rig import START

_DECORATED = {Instant: datetime, Encrypted: str}


def id_of(name: str) -> UUID:
    """The id of an invented record."""
    return uuid5(NAMESPACE_URL, f"record {name}")


def add_row(runtime: Runtime, into: str, **values: Any) -> None:
    """One more row of the table; what is not said and cannot be empty is filled by its type."""
    table = service(runtime.service.name).metadata.tables[into]
    needed = [c for c in table.columns if not (c.nullable or c.default or c.server_default)]
    row = {column.name: _filling(column) for column in needed} | values
    with runtime.engine.begin() as connection:
        connection.execute(sa.insert(table).values(row))


def change_rows(runtime: Runtime, name: str, **values: Any) -> None:
    """Change every row of the table."""
    table = service(runtime.service.name).metadata.tables[name]
    with runtime.engine.begin() as connection:
        connection.execute(sa.update(table).values(values))


def one_row(runtime: Runtime, name: str, **wanted: Any) -> Any:
    """The first row of the table where the columns hold this."""
    table = service(runtime.service.name).metadata.tables[name]
    where = [table.c[column] == value for column, value in wanted.items()]
    with runtime.engine.connect() as connection:
        found = connection.execute(sa.select(table).where(*where).order_by(*table.primary_key)).first()
    assert found is not None, (name, wanted)
    return found


def _filling(column: sa.Column[Any]) -> Any:
    kind = _DECORATED.get(type(column.type)) or column.type.python_type
    fillings: dict[type, Any] = {
        str: "x", int: 1, bytes: b"x", bool: False, dict: {}, datetime: START, date: START.date(),
        UUID: id_of(f"{column.table.name} {column.name}"),
    }  # fmt: skip
    return fillings[kind]
