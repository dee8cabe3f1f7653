"""JSON bodies: what is nested too deep, or what no database keeps, is as if it could not be read."""

from __future__ import annotations

from typing import Any

from flask.json.provider import DefaultJSONProvider

from shared.json_values import read_json

DEEPEST = 50
"""Levels of lists and objects in one body; forms and filters have a handful."""


class Json(DefaultJSONProvider):
    """Reads and writes JSON; ValueError, of which Flask makes a 400, for what would exhaust a reader."""

    ensure_ascii = False

    def loads(self, s: str | bytes, **settings: Any) -> Any:
        """The value; raises ValueError."""
        return read_json(s, DEEPEST, **settings)
