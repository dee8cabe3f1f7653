"""JSON bodies: what is nested too deep, or what no database keeps, is as if it could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from flask.json.provider import DefaultJSONProvider

DEEPEST = 50
"""Levels of lists and objects in one body; forms and filters have a handful."""


class Json(DefaultJSONProvider):
    """Reads and writes JSON; ValueError, of which Flask makes a 400, for what would exhaust a reader."""

    ensure_ascii = False

    def loads(self, s: str | bytes, **settings: Any) -> Any:
        """The value; raises ValueError."""
        try:
            value = super().loads(s, **settings)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        level = [value]
        for _ in range(DEEPEST):
            if not all(map(_keepable, level)):
                raise ValueError("a sign or a number that no database keeps")
            level = [inner for outer in level for inner in _inside(outer)]
            if not level:
                return value
        raise ValueError("nested too deep")


def _inside(value: Any) -> Iterable[Any]:
    return [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()


def _keepable(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    if not isinstance(value, str) or (value.isascii() and "\0" not in value):
        return True
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
