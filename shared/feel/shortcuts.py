"""The short way for what conditions and tables do most: comparing numbers and texts, often with literals.

Each shortcut asks for the exact type first and leaves everything else to comparison.py, so that the meaning
stays in one place.
"""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from shared.feel.comparison import any_of, compare, passes
from shared.feel.errors import FeelError
from shared.feel.scope import Code, Constant, Frame
from shared.feel.values import Range, Value

Test: TypeAlias = Callable[[Frame, Value], bool | None]
"""Does a value pass, seen from a frame?"""

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SHORT = (Decimal, str)


def comparison(sign: str, left: Code, right: Code, place: int) -> Code:
    """The closure of `left sign right`, which begins at `place` of the text."""
    holds = _SIGNS[sign]
    if isinstance(right, Constant):
        against = test_against(sign, right)
        return lambda frame: against(frame, left(frame))

    def check(frame: Frame) -> bool | None:
        first, second = left(frame), right(frame)
        if type(first) is Decimal and type(second) is Decimal:
            return holds(first, second)
        try:
            return compare(frame.run, sign, first, second)
        except FeelError as error:
            error.happened_at(place)
            raise

    return check


def test_against(sign: str, limit: Constant) -> Test:
    """The test `value sign limit`."""
    holds, wanted = _SIGNS[sign], limit.value
    short = type(wanted) if isinstance(wanted, _SHORT) else None

    def check(frame: Frame, value: Value) -> bool | None:
        if type(value) is short:
            return holds(value, wanted)
        return compare(frame.run, sign, value, wanted)

    return check


def are_ascending(low: Value, high: Value) -> bool:
    """Are these two numbers, the first not above the second?"""
    return type(low) is type(high) is Decimal and low <= high


def test_of(target: Constant) -> Test:
    """The unary test that a literal is: equality, or membership for a range."""
    wanted = target.value
    if isinstance(wanted, Range) and type(wanted.low) is type(wanted.high) is Decimal:
        return _test_of_range(wanted)
    short = type(wanted) if isinstance(wanted, _SHORT) else None

    def check(frame: Frame, value: Value) -> bool | None:
        if type(value) is short:
            return bool(value == wanted)
        return passes(frame.run, value, wanted)

    return check


def test_of_any(targets: list[Code]) -> Test | None:
    """The test that one of several literals passes, where all are texts or all are numbers."""
    values = [target.value for target in targets if isinstance(target, Constant)]
    short = type(values[0]) if len(values) == len(targets) else None
    if short not in _SHORT or any(type(value) is not short for value in values):
        return None
    members = frozenset(values)

    def check(frame: Frame, value: Value) -> bool | None:
        if type(value) is short:
            return value in members
        return any_of(passes(frame.run, value, wanted) for wanted in values)

    return check


def _test_of_range(space: Range) -> Test:
    above = operator.ge if space.low_included else operator.gt
    below = operator.le if space.high_included else operator.lt
    low, high = space.low, space.high

    def check(frame: Frame, value: Value) -> bool | None:
        if type(value) is Decimal:
            return bool(above(value, low) and below(value, high))
        return passes(frame.run, value, space)

    return check
