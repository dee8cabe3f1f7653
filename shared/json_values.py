"""JSON from outside, read so that both databases can keep all of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any

DEEPEST = 100
"""Levels of lists and objects in one value, where whoever reads it does not ask for fewer."""


def read_json(text: str | bytes, deepest: int = DEEPEST, **settings: Any) -> Any:
    """The value; raises ValueError for what is no JSON, no database keeps, or is nested too deep.

    `settings` are those of `json.loads`.
    """
    try:
        value = json.loads(text, **settings)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    level = [value]
    for _ in range(deepest):
        if not all(map(_kept, level)):
            raise ValueError("a text with a NUL or half a character, or a number beyond all bounds")
        level = [inner for outer in level for inner in _parts(outer)]
        if not level:
            return value
    raise ValueError("nested too deep")


def keepable(text: str) -> bool:
    """Whether a text can be written to a database: no NUL, no half of a surrogate pair."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text))


def _kept(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return keepable(value) if isinstance(value, str) else True


def _parts(value: Any) -> Iterable[Any]:
    return [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
