"""Lists: parts, membership, order. Positions count from 1, or from the end with -1;
parameter names are those of DMN."""

from decimal import Decimal
from functools import cmp_to_key
from types import NoneType

from shared.feel.builtins.signature import built_in
from shared.feel.comparison import equal, less
from shared.feel.errors import NoValue
from shared.feel.scope import Run
from shared.feel.values import Function, Value, kind, whole


@built_in("list contains")
def list_contains(run: Run, list_: list[Value], element: Value) -> bool:
    """Is the element in the list?"""
    return _holds(run, list_, element)


@built_in("count")
def count(list_: list[Value]) -> Decimal:
    """How many items."""
    return Decimal(len(list_))


@built_in("is empty")
def is_empty(list_: list[Value]) -> bool:
    """Has the list no items?"""
    return not list_


@built_in("sublist")
def sublist(list_: list[Value], start_position: Decimal, length: Decimal | None = None) -> list[Value]:
    """The items from a position on."""
    start = _index(list_, start_position)
    wanted = len(list_) - start if length is None else whole(length)
    if wanted is None or wanted < 0 or start + wanted > len(list_):
        raise NoValue("the list has no such part")
    return list_[start : start + wanted]


@built_in("append")
def append(list_: list[Value], *item: Value) -> list[Value]:
    """With more items at the end."""
    return [*list_, *item]


@built_in("concatenate")
def concatenate(*lists: list[Value]) -> list[Value]:
    """The lists one after the other."""
    return [item for part in lists for item in part]


@built_in("insert before")
def insert_before(list_: list[Value], position: Decimal, newItem: Value) -> list[Value]:
    """With one more item at the position."""
    index = _index(list_, position)
    return [*list_[:index], newItem, *list_[index:]]


@built_in("remove")
def remove(list_: list[Value], position: Decimal) -> list[Value]:
    """Without the item at the position."""
    index = _index(list_, position)
    return [*list_[:index], *list_[index + 1 :]]


@built_in("list replace")
def list_replace(list_: list[Value], position: Decimal, newItem: Value) -> list[Value]:
    """With another item at the position."""
    index = _index(list_, position)
    return [*list_[:index], newItem, *list_[index + 1 :]]


@built_in("list replace")
def list_replace_where(run: Run, list_: list[Value], match: Function, newItem: Value) -> list[Value]:
    """With another item wherever `match(item, newItem)` holds."""
    verdicts = [match.invoke(run, [item, newItem]) for item in list_]
    if not all(isinstance(verdict, bool) for verdict in verdicts):
        raise NoValue("the function must answer true or false")
    return [newItem if verdict else item for item, verdict in zip(list_, verdicts, strict=True)]


@built_in("reverse")
def reverse(list_: list[Value]) -> list[Value]:
    """From last to first."""
    return list_[::-1]


@built_in("index of")
def index_of(run: Run, list_: list[Value], match: Value) -> list[Value]:
    """The positions of all equal items."""
    return [Decimal(place) for place, item in enumerate(list_, 1) if _same(run, item, match)]


@built_in("distinct values")
def distinct_values(run: Run, list_: list[Value]) -> list[Value]:
    """Each value once, where it first stands."""
    return _sorted_out(run, list_)[0]


@built_in("duplicate values")
def duplicate_values(run: Run, list_: list[Value]) -> list[Value]:
    """Each value that stands more than once, once."""
    return distinct_values(run, _sorted_out(run, list_)[1])


@built_in("union")
def union(run: Run, *lists: list[Value]) -> list[Value]:
    """The distinct values of all lists."""
    return distinct_values(run, concatenate(*lists))


@built_in("flatten")
def flatten(run: Run, list_: list[Value]) -> list[Value]:
    """Lists inside the list dissolved."""
    result: list[Value] = []
    _flatten_into(run, list_, result)
    return result


@built_in("sort")
def sort(run: Run, list_: list[Value], precedes: Function | None = None) -> list[Value]:
    """In ascending order, or so that `precedes(a, b)` holds for neighbours."""

    def is_before(first: Value, second: Value) -> bool:
        if precedes is not None:
            return precedes.invoke(run, [first, second]) is True
        run.step()
        verdict = less(run, first, second)
        if verdict is None:
            raise NoValue("the items have no order")
        return verdict

    def order(first: Value, second: Value) -> int:
        if is_before(first, second):
            return -1
        return 1 if is_before(second, first) else 0

    return sorted(list_, key=cmp_to_key(order))


@built_in("partition")
def partition(list_: list[Value], size: Decimal) -> list[Value]:
    """Lists of `size` items each; the last may be shorter."""
    width = whole(size)
    if width is None or width < 1:
        raise NoValue("the size must be a whole number from 1")
    return [list_[start : start + width] for start in range(0, len(list_), width)]


def _index(items: list[Value], position: Decimal) -> int:
    place = int(position) if abs(position) <= len(items) else 0
    if place == 0:
        raise NoValue("the list has no such position")
    return place - 1 if place > 0 else len(items) + place


def _sorted_out(run: Run, items: list[Value]) -> tuple[list[Value], list[Value]]:
    """First appearances, and repetitions. Simple values are looked up; others compared one by one."""
    simple: set[Value] = set()
    others: list[Value] = []
    first: list[Value] = []
    repeated: list[Value] = []
    for item in items:
        run.step()
        is_simple = isinstance(item, str | Decimal | bool | NoneType)
        key = (kind(item), item)
        known = key in simple if is_simple else _holds(run, others, item)
        (repeated if known else first).append(item)
        if is_simple:
            simple.add(key)
        elif not known:
            others.append(item)
    return first, repeated


def _holds(run: Run, items: list[Value], wanted: Value) -> bool:
    return any(_same(run, item, wanted) for item in items)


def _same(run: Run, first: Value, second: Value) -> bool:
    """Equality in which different kinds are simply different, so that they need no warning."""
    run.muted += 1
    verdict = equal(run, first, second)
    run.muted -= 1
    return verdict is True


def _flatten_into(run: Run, items: list[Value], result: list[Value]) -> None:
    for item in items:
        run.step()
        if isinstance(item, list):
            _flatten_into(run, item, result)
        else:
            result.append(item)
            run.check_list(len(result))
