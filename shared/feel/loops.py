"""`for … return`, `some … satisfies` and `every … satisfies`."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TypeAlias

from shared.feel.compiler import Names, compile_node, compile_parts, node, parts, word
from shared.feel.logic import truth_of
from shared.feel.moments import Day, day_with
from shared.feel.parser import Node
from shared.feel.scope import Code, Frame, Run
from shared.feel.values import Range, Value, kind, whole

_Source: TypeAlias = Callable[[Frame], Iterable[Value] | None]
_Iterators: TypeAlias = list[tuple[str, _Source]]


@node("for_")
def _for(tree: Node, names: Names) -> Code:
    iterators, inner = _iterators(tree, names)
    inner = inner.binding("partial")
    body = compile_node(parts(tree)[-1], inner)
    with_partial = "partial" in inner.used

    def loop(frame: Frame) -> list[Value] | None:
        results: list[Value] = []
        for inside in _turns(frame, iterators):
            if inside is None:
                return None
            if with_partial:
                frame.run.step(len(results))
                inside = inside.inside({"partial": list(results)})
            results.append(body(inside))
            frame.run.check_list(len(results))
        return results

    return loop


@node("some", "every")
def _quantified(tree: Node, names: Names) -> Code:
    iterators, inner = _iterators(tree, names)
    condition = compile_node(parts(tree)[-1], inner)
    decisive = tree.data == "some"

    def judge(frame: Frame) -> bool | None:
        verdict: bool | None = not decisive
        for inside in _turns(frame, iterators):
            truth = None if inside is None else truth_of(inside, condition)
            if truth is decisive:
                return decisive
            verdict = None if truth is None else verdict
        return verdict

    return judge


def _iterators(tree: Node, names: Names) -> tuple[_Iterators, Names]:
    """Each iterator sees the names of those before it; the body sees them all."""
    found: _Iterators = []
    for iterator in parts(tree)[:-1]:
        name = word(iterator)
        found.append((name, _source(compile_parts(iterator, names))))
        names = names.binding(name)
    return found, names


def _source(ends: list[Code]) -> _Source:
    if len(ends) == 1:
        return lambda frame: _items(frame.run, ends[0](frame))
    return lambda frame: _steps(frame.run, ends[0](frame), ends[1](frame))


def _turns(frame: Frame, iterators: _Iterators) -> Iterator[Frame | None]:
    """A frame per combination of items, the last iterator turning fastest; None where a source is null."""
    if not iterators:
        yield frame
        return
    (name, source), *others = iterators
    items = source(frame)
    if items is None:
        yield None
        return
    run = frame.run
    if not others:
        for item in items:
            run.step()
            yield Frame(run, {name: item}, frame)
        return
    for item in items:
        frame.run.step()
        yield from _turns(frame.inside({name: item}), others)


def _items(run: Run, value: Value) -> Iterable[Value] | None:
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _range_items(run, value)
    return [value]


def _range_items(run: Run, space: Range) -> Iterable[Value] | None:
    steps = _steps(run, space.low, space.high)
    if steps is None:
        return None
    left_out = [
        end
        for end, included in ((space.low, space.low_included), (space.high, space.high_included))
        if not included
    ]
    return (step for step in steps if step not in left_out)


def _steps(run: Run, start: Value, end: Value) -> Iterable[Value] | None:
    """Whole numbers or days from start to end, both included, upwards or downwards."""
    first, last = whole(start), whole(end)
    if first is not None and last is not None:
        return _count(first, last)
    if kind(start) == kind(end) == "date":
        return _days(start, end)
    run.warn(f"nothing can be counted from a {kind(start)} to a {kind(end)}")
    return None


def _count(first: int, last: int) -> Iterator[Decimal]:
    direction = 1 if first <= last else -1
    return (Decimal(number) for number in range(first, last + direction, direction))


def _days(first: Day, last: Day) -> Iterator[Day]:
    start, end = first.toordinal(), last.toordinal()
    direction = 1 if start <= end else -1
    return (day_with(number) for number in range(start, end + direction, direction))
