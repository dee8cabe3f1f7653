"""The rows of one instance as one compressed document, and back.

JSON, `{table: [{column: value}]}`: a column that is added later is missing in older documents and takes its
default, one that is gone is passed over.
"""

from __future__ import annotations

import base64
import json
import zlib
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import (
    DecisionInstance,
    ElementInstance,
    Incident,
    Job,
    Migration,
    StoredVariable,
    Task,
)
from services.workflow.models.root import Base
from shared.database import Instant, table_of

Rows = dict[str, list[dict[str, Any]]]
PUT_AWAY: tuple[type[Base], ...] = (
    ElementInstance, StoredVariable, Task, Job, Incident, DecisionInstance, Migration,
)  # fmt: skip
"""What becomes a document; each has a column `instance_key`. None of it holds personal data."""
_NAMED = {"element_instance": "key", "task": "key", "job": "key", "incident": "key",
          "decision_instance": "evaluation_key"}  # fmt: skip


def rows_of(session: Session, instance_key: int) -> Rows:
    """All these rows of an instance, as they stand in the tables."""
    found: Rows = {}
    for table in map(table_of, PUT_AWAY):
        of_instance = sa.select(table).where(table.c.instance_key == instance_key)
        rows = session.execute(of_instance.order_by(*table.primary_key)).mappings()
        found[table.name] = [dict(row) for row in rows]
    return found


def keys_in(rows: Rows) -> set[int]:
    """The keys by which somebody may ask for one of the rows."""
    return {row[column] for name, column in _NAMED.items() for row in rows.get(name, [])}


def packed(rows: Rows) -> bytes:
    """The document of these rows."""
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=_written)
    return zlib.compress(text.encode(), 9)


def unpacked(document: bytes) -> Rows:
    """The rows of a document, as the tables of today take them."""
    content = json.loads(zlib.decompress(document))
    return {table.name: _read(table, content.get(table.name, [])) for table in map(table_of, PUT_AWAY)}


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no place in a document")


def _read(table: sa.Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: _value(table.c[name], value) for name, value in row.items() if name in table.c} for row in rows
    ]


def _value(column: sa.Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    return UUID(value) if isinstance(column.type, sa.Uuid) else value
