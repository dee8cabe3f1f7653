"""What a database is told, heard just before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from shared.line import Line, Said


@contextmanager
def heard(engine: sa.Engine, hear: Callable[[str], None]) -> Iterator[None]:
    """`hear` every statement but BEGIN and COMMIT, also those that go several in one trip."""
    go = Line.trip

    def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        hear(text)

    def trip(line: Line, *statements: Said) -> Any:
        for each in statements:
            if each.text not in ("BEGIN", "COMMIT"):
                hear(each.text)
        return go(line, *statements)

    sa.event.listen(engine, "before_cursor_execute", statement)
    try:
        with patch.object(Line, "trip", trip):
            yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", statement)
