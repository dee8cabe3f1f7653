"""The built-in functions of FEEL, by topic; each module registers its own."""

from shared.feel.builtins import (
    contexts,
    conversion,
    dates,
    lists,
    numbers,
    ranges,
    statistics,
    surroundings,
    text,
    truth,
    working_days,
)
from shared.feel.builtins.signature import BUILT_INS

__all__ = [
    "BUILT_INS",
    "contexts",
    "conversion",
    "dates",
    "lists",
    "numbers",
    "ranges",
    "statistics",
    "surroundings",
    "text",
    "truth",
    "working_days",
]
