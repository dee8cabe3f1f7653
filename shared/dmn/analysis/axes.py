"""A column's values cut into segments: within one segment every cell of the column says the same.

Ordered values are cut at each fixed value of the cells (`< 5 | 5 | > 5`); of texts there is one segment for
each that is named and one for any other. Each segment has a sample value, so the engine itself says which
segments a cell accepts. Segments without a value, as between two neighbouring days, do not exist.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import pairwise

from shared.dmn.analysis.boxes import bits_of, runs
from shared.dmn.analysis.cells import Cell
from shared.dmn.analysis.samples import compared, sample, written
from shared.feel import Environment
from shared.feel.values import Value, kind


@dataclass(frozen=True)
class Segment:
    """Values between two fixed ones, exactly one value (`low` is `high`), any other text, or `unknown`."""

    kind: str
    sample: Value
    low: Value = None
    high: Value = None

    @property
    def is_point(self) -> bool:
        """Does it hold one value only?"""
        return self.kind in {"boolean", "null"} or (self.low is not None and self.low is self.high)


@dataclass(frozen=True)
class Axis:
    """A column: its segments and, as bits, those that can occur."""

    segments: tuple[Segment, ...]
    domain: int
    environment: Environment

    def accepted(self, cell: Cell) -> int:
        """The segments of the domain that the cell accepts, as bits."""
        return self.domain & accepted(self.segments, cell, self.environment)

    def example(self, mask: int) -> str | None:
        """A value of the segments as a FEEL literal; the simplest rather than the first."""
        chosen = [self.segments[number] for number in bits_of(mask & self.domain)]
        plain = [one for one in chosen if one.is_point and one.kind != "null"]
        best = next(iter(plain or chosen), None)
        if best is None or best.kind == "unknown":
            return None
        return written(best.sample, self.environment)

    def described(self, mask: int) -> str:
        """The segments as the cell that accepts them, such as `[60..70)`, `"a", "b"` or `not(5)`."""
        inside = mask & self.domain
        if inside == self.domain:
            return "-"
        if any(self.segments[number].kind == "other" for number in bits_of(inside)):
            return self._all_but(mask)
        texts = self._texts(inside)
        absent = self.domain & ~inside
        if len(texts) > absent.bit_count() and self._are_points(absent) and self._is_of_one_kind():
            return f"not({', '.join(self._texts(absent))})"
        return ", ".join(texts)

    def _texts(self, mask: int) -> list[str]:
        """The cells, one after another, that the segments are."""
        numbers = bits_of(mask)
        kinds = dict.fromkeys(self.segments[number].kind for number in numbers)
        stretches = [runs([n for n in numbers if self.segments[n].kind == one]) for one in kinds]
        return [text for stretch in stretches for ends in stretch for text in self._stretch(*ends)]

    def _are_points(self, mask: int) -> bool:
        return all(self.segments[number].is_point for number in bits_of(mask))

    def _is_of_one_kind(self) -> bool:
        """Then `not(…)` of what is absent says the same; it would let null through, too."""
        return len({segment.kind for segment in self.segments}) == 1

    def _all_but(self, mask: int) -> str:
        """`not("a", "b")`: any text but these."""
        absent = [one for number, one in enumerate(self.segments) if not mask >> number & 1]
        texts = [self._literal(one.sample) for one in absent if one.kind in {"string", "null"}]
        return f"not({', '.join(texts)})" if texts else "-"

    def _stretch(self, first: int, last: int) -> list[str]:
        begin, end = self.segments[first], self.segments[last]
        if begin.kind in {"string", "boolean", "null"}:
            return [self._literal(one.sample) for one in self.segments[first : last + 1]]
        if first == last and begin.is_point:
            return [self._literal(begin.low)]
        if begin.low is None and end.high is None:
            return ["not(null)"]
        if begin.low is None:
            return [f"{'<=' if end.is_point else '<'} {self._literal(end.high)}"]
        if end.high is None:
            return [f"{'>=' if begin.is_point else '>'} {self._literal(begin.low)}"]
        left, right = "[" if begin.is_point else "(", "]" if end.is_point else ")"
        return [f"{left}{self._literal(begin.low)}..{self._literal(end.high)}{right}"]

    def _literal(self, value: Value) -> str:
        return written(value, self.environment)


def build_axis(
    kinds: frozenset[str], cells: Sequence[Cell], limits: Sequence[Cell], env: Environment
) -> Axis:
    """The axis of a column of these kinds. `cells`: those of the rules; `limits`: what every input must pass.

    Raises Opaque when fixed values cannot be put in order.
    """
    values = [value for cell in (*cells, *limits) for value in cell.values]
    found: list[Segment] = []
    for kind_of in sorted(kinds):
        own = [value for value in values if kind(value) == kind_of]
        found += segments_of(kind_of, own, env)
    space = (1 << len(found)) - 1
    for limit in limits:
        space &= accepted(found, limit, env)
    if any(cell.tests_null for cell in cells):
        space |= 1 << len(found)
        found.append(Segment("null", None))
    return Axis(tuple(found), space, env)


def accepted(segments: Iterable[Segment], cell: Cell, environment: Environment) -> int:
    """The segments that the cell accepts, as bits."""
    return sum(cell.accepts(segment.sample, environment) << number for number, segment in enumerate(segments))


def segments_of(kind_of: str, values: Sequence[Value], environment: Environment) -> list[Segment]:
    """The segments of one type, cut at the values. Raises Opaque when they have no order."""
    if kind_of == "boolean":
        return [Segment("boolean", True), Segment("boolean", False)]
    if kind_of == "string":
        texts = list(dict.fromkeys(values))
        named = [Segment("string", text, text, text) for text in texts]
        return [*named, Segment("other", _other_text(texts))]
    return list(_ordered_segments(kind_of, values, environment))


def _ordered_segments(kind_of: str, values: Sequence[Value], environment: Environment) -> Iterator[Segment]:
    points = _in_order(values, environment)
    ends = [None, *points, None]
    for low, high in pairwise(ends):
        if low is not None:
            yield Segment(kind_of, low, low, low)
        inner = sample(kind_of, low, high, environment)
        if inner is not None:
            yield Segment(kind_of, inner, low, high)


def _in_order(values: Iterable[Value], environment: Environment) -> list[Value]:
    """Ascending, each value once."""

    def order(left: Value, right: Value) -> int:
        return compared(left, right, environment)

    ascending = sorted(values, key=cmp_to_key(order))
    return [one for number, one in enumerate(ascending) if number == 0 or order(ascending[number - 1], one)]


def _other_text(texts: Sequence[str]) -> str:
    """A text that no cell names."""
    choices = ("其他", *(f"其他{number}" for number in range(2, len(texts) + 3)))
    return next(text for text in choices if text not in texts)
