"""How ranges and points lie to one another (Allen's relations, DMN 1.5 table 78).

By position a function takes points and ranges alike; by name they are called as DMN calls them.
"""

from collections.abc import Callable

from shared.feel.builtins.signature import built_in
from shared.feel.comparison import compare, in_range
from shared.feel.errors import NoValue
from shared.feel.scope import Run
from shared.feel.values import Range, Value


@built_in("before")
def before(run: Run, range1: Value, range2: Value) -> bool:
    """Does the first end before the second begins?"""
    first, second = _span(range1), _span(range2)
    gap = not (first.high_included and second.low_included)
    return _is(run, first.high, "<", second.low) or (gap and _is(run, first.high, "=", second.low))


@built_in("after")
def after(run: Run, range1: Value, range2: Value) -> bool:
    """Does the first begin after the second ends?"""
    return before(run, range2, range1)


@built_in("meets")
def meets(run: Run, range1: Range, range2: Range) -> bool:
    """Do they share the point where the first ends and the second begins?"""
    return range1.high_included and range2.low_included and _is(run, range1.high, "=", range2.low)


@built_in("met by")
def met_by(run: Run, range1: Range, range2: Range) -> bool:
    """Do they share the point where the first begins and the second ends?"""
    return meets(run, range2, range1)


@built_in("overlaps")
def overlaps(run: Run, range1: Range, range2: Range) -> bool:
    """Do they share a point?"""
    return not before(run, range1, range2) and not before(run, range2, range1)


@built_in("overlaps before")
def overlaps_before(run: Run, range1: Range, range2: Range) -> bool:
    """Does the first begin before the second and end inside it?"""
    return (
        _starts_earlier(run, range1, range2)
        and not before(run, range1, range2)
        and not _ends_later(run, range1, range2)
    )


@built_in("overlaps after")
def overlaps_after(run: Run, range1: Range, range2: Range) -> bool:
    """Does the first begin inside the second and end after it?"""
    return overlaps_before(run, range2, range1)


@built_in("finishes")
def finishes(run: Run, range1: Value, range2: Range) -> bool:
    """Do they end together, the first beginning no earlier?"""
    first = _span(range1)
    together = first.high_included == range2.high_included and _is(run, first.high, "=", range2.high)
    return together and not _starts_earlier(run, first, range2)


@built_in("finished by")
def finished_by(run: Run, range1: Range, range2: Value) -> bool:
    """Do they end together, the second beginning no earlier?"""
    return finishes(run, range2, range1)


@built_in("includes")
def includes(run: Run, range1: Range, range2: Value) -> bool:
    """Does the second lie in the first?"""
    if not isinstance(range2, Range):
        return in_range(run, range2, range1) is True
    return not _starts_earlier(run, range2, range1) and not _ends_later(run, range2, range1)


@built_in("during")
def during(run: Run, range1: Value, range2: Range) -> bool:
    """Does the first lie in the second?"""
    return includes(run, range2, range1)


@built_in("starts")
def starts(run: Run, range1: Value, range2: Range) -> bool:
    """Do they begin together, the first ending no later?"""
    first = _span(range1)
    together = first.low_included == range2.low_included and _is(run, first.low, "=", range2.low)
    return together and not _ends_later(run, first, range2)


@built_in("started by")
def started_by(run: Run, range1: Range, range2: Value) -> bool:
    """Do they begin together, the second ending no later?"""
    return starts(run, range2, range1)


@built_in("coincides")
def coincides(run: Run, range1: Value, range2: Value) -> bool:
    """Are they the same?"""
    return _is(run, _span(range1), "=", _span(range2))


def _of_points(relation: Callable[[Run, Value, Value], bool]) -> None:
    def form(run: Run, point1: Value, point2: Value) -> bool:
        return relation(run, point1, point2)

    built_in(_name(relation))(form)


def _of_point_and_range(relation: Callable[[Run, Value, Range], bool]) -> None:
    def form(run: Run, point: Value, range_: Range) -> bool:
        return relation(run, point, range_)

    built_in(_name(relation))(form)


def _of_range_and_point(relation: Callable[[Run, Range, Value], bool]) -> None:
    def form(run: Run, range_: Range, point: Value) -> bool:
        return relation(run, range_, point)

    built_in(_name(relation))(form)


def _name(relation: Callable[..., bool]) -> str:
    return relation.__name__.replace("_", " ")


for one in (before, after, coincides):
    _of_points(one)
for one in (before, after, finishes, during, starts):
    _of_point_and_range(one)
for one in (before, after, finished_by, includes, started_by):
    _of_range_and_point(one)


def _span(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _starts_earlier(run: Run, first: Range, second: Range) -> bool:
    wider = first.low_included and not second.low_included
    return _is(run, first.low, "<", second.low) or (wider and _is(run, first.low, "=", second.low))


def _ends_later(run: Run, first: Range, second: Range) -> bool:
    wider = first.high_included and not second.high_included
    return _is(run, first.high, ">", second.high) or (wider and _is(run, first.high, "=", second.high))


def _is(run: Run, left: Value, sign: str, right: Value) -> bool:
    verdict = compare(run, sign, left, right)
    if verdict is None:
        raise NoValue("the ends cannot be compared")
    return verdict
