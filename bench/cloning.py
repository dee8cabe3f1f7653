"""Many rows like those of one instance, by COPY: what would take hours to start one by one."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import Engine

from services.workflow.models import Base

_TABLES = ("instance", "element_instance", "variable", "timer", "task", "history")
_APART = 1 << 12
"""Keys of one clone lie closer together than this."""


def clone(
    engine: Engine, instance_key: int, count: int, changed: Callable[[int], dict[str, str]] | None = None
) -> None:
    """Copy the rows of an instance so often, with keys of their own.

    `changed(number)` gives texts to be put in the place of others, as COPY writes them.
    """
    connection = engine.raw_connection()
    try:
        line: Any = connection.driver_connection
        templates = {table: _rows(line, table, instance_key) for table in _TABLES}
        keys = sorted({int(key) for text in templates.values() for key in _keys(text)})
        for table, text in templates.items():
            if text:
                _write(line, table, _clones(text, keys, count, changed))
        line.commit()
        line.autocommit = True
        line.execute("ANALYZE")
        line.autocommit = False
    finally:
        connection.close()


def _clones(
    text: str, keys: list[int], count: int, changed: Callable[[int], dict[str, str]] | None
) -> Iterator[str]:
    """A key stands as text, and in the tokens as the hexadecimal of that text."""
    for number in range(1, count + 1):
        new = {str(key): str(keys[-1] + number * _APART + place) for place, key in enumerate(keys)}
        new |= {a.encode().hex(): b.encode().hex() for a, b in new.items()}
        new |= changed(number) if changed else {}
        yield re.sub("|".join(map(re.escape, new)), lambda found, new=new: new[found[0]], text)  # type: ignore[misc]


def _keys(text: str) -> list[str]:
    return re.findall(r"(?<![0-9a-f])[0-9]{18,19}(?![0-9a-f])", text)


def _rows(line: "psycopg.Connection[Any]", table: str, instance_key: int) -> str:
    column = "key" if table == "instance" else "instance_key"
    rows = sql.SQL("COPY (SELECT * FROM {} WHERE {} = {}) TO STDOUT").format(
        sql.Identifier(table), sql.Identifier(column), sql.Literal(instance_key)
    )
    written = io.BytesIO()
    with line.cursor().copy(rows) as copy:
        for part in copy:
            written.write(part)
    return written.getvalue().decode()


def _write(line: "psycopg.Connection[Any]", table: str, parts: Iterator[str]) -> None:
    assert table in Base.metadata.tables
    with line.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
        for part in parts:
            copy.write(part)
