"""Equality, order and membership, with null for what cannot be compared."""

from collections.abc import Iterable

from shared.feel.moments import first_moment, instant, time_of_day
from shared.feel.scope import Run
from shared.feel.values import Range, Value, YearsMonths, kind

_ORDERED = frozenset(
    {
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)

_DAY_AND_MOMENT = {"date", "date and time"}


def equal(run: Run, left: Value, right: Value) -> bool | None:
    """True or false for values of one kind; null (with a warning) for different kinds."""
    run.step()
    if left is None or right is None:
        return left is right
    left_kind = kind(left)
    if left_kind != kind(right):
        if {left_kind, kind(right)} == _DAY_AND_MOMENT:
            return instant(_moment(left)) == instant(_moment(right))
        run.warn(f"a {left_kind} is never equal to a {kind(right)}")
        return None
    if left_kind == "list":
        return len(left) == len(right) and all(
            equal(run, first, second) is True for first, second in zip(left, right, strict=True)
        )
    if left_kind == "context":
        return left.keys() == right.keys() and all(
            equal(run, item, right[key]) is True for key, item in left.items()
        )
    if left_kind == "range":
        return _same_range(run, left, right)
    return bool(_comparable(left, left_kind) == _comparable(right, left_kind))


def less(run: Run, left: Value, right: Value) -> bool | None:
    """Is `left` before `right`? Null (with a warning) where FEEL has no order."""
    left_kind = kind(left)
    if left_kind not in _ORDERED or left_kind != kind(right):
        if {left_kind, kind(right)} == _DAY_AND_MOMENT:
            return instant(_moment(left)) < instant(_moment(right))
        run.warn(f"a {left_kind} and a {kind(right)} have no order")
        return None
    return bool(_comparable(left, left_kind) < _comparable(right, left_kind))


def compare(run: Run, sign: str, left: Value, right: Value) -> bool | None:
    """The result of `left sign right` for one of = != < <= > >=."""
    if sign == "=":
        return equal(run, left, right)
    if sign == "!=":
        return negated(equal(run, left, right))
    if sign == "<":
        return less(run, left, right)
    if sign == ">":
        return less(run, right, left)
    return negated(less(run, right, left) if sign == "<=" else less(run, left, right))


def negated(truth: bool | None) -> bool | None:
    """The other truth value; null stays null."""
    return None if truth is None else not truth


def in_range(run: Run, value: Value, space: Range) -> bool | None:
    """Does the value lie in the range? Null when it cannot be compared with an end."""
    if value is None:
        return None
    above = _inside(run, space.low, value, space.low_included)
    below = _inside(run, value, space.high, space.high_included)
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def passes(run: Run, value: Value, target: Value) -> bool | None:
    """The unary test of a value against a target: a range, a list of targets, or an equal."""
    if isinstance(target, Range):
        return in_range(run, value, target)
    if isinstance(target, list):
        whole = isinstance(value, list) and equal(run, value, target) is True
        return whole or any_of(_is_member(run, value, item) for item in target)
    return equal(run, value, target)


def _is_member(run: Run, value: Value, item: Value) -> bool | None:
    """Does one item of a list let the value pass? An item of another kind simply does not."""
    if isinstance(item, Range | list):
        return passes(run, value, item)
    run.muted += 1
    verdict = equal(run, value, item)
    run.muted -= 1
    return verdict is True


def any_of(verdicts: Iterable[bool | None]) -> bool | None:
    """True if one is true; otherwise null if one is null; otherwise false."""
    found: bool | None = False
    for verdict in verdicts:
        if verdict is True:
            return True
        found = None if verdict is None else found
    return found


def _inside(run: Run, low: Value, high: Value, included: bool) -> bool | None:
    """Is `low` before `high` (or equal, if included)? None is the open end of a range."""
    if low is None or high is None:
        return True
    return negated(less(run, high, low)) if included else less(run, low, high)


def _same_range(run: Run, left: Range, right: Range) -> bool:
    ends = (left.low_included, left.high_included) == (right.low_included, right.high_included)
    return ends and equal(run, left.low, right.low) is True and equal(run, left.high, right.high) is True


def _moment(value: Value) -> Value:
    return first_moment(value) if kind(value) == "date" else value


def _comparable(value: Value, its_kind: str) -> Value:
    if its_kind == "date and time":
        return instant(value)
    if its_kind == "time":
        return time_of_day(value)
    if its_kind == "date":
        return value.toordinal()
    if isinstance(value, YearsMonths):
        return value.total
    return value
