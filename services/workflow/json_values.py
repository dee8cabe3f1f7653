"""JSON from outside, read so that both databases can keep all of it."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

DEEPEST = 100
_NOT_KEPT = "a text with a NUL or half a character, or a number beyond all bounds"


def read_json(text: str | bytes) -> Any:
    """The value; raises ValueError for what is no JSON, no database keeps, or is nested too deep."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    _check(value, DEEPEST)
    return value


def keepable(text: str) -> bool:
    """Whether a text can be written to a database: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _check(value: Any, deeper: int) -> None:
    if deeper == 0:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        kept = (value.isascii() and "\0" not in value) or keepable(value)
    elif isinstance(value, float):
        kept = isfinite(value)
    else:
        kept = True
    if not kept:
        raise ValueError(_NOT_KEPT)
    for part in _parts(value):
        _check(part, deeper - 1)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
