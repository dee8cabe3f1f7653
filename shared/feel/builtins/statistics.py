"""One value out of many: sum, mean, least, greatest, all, any. They take a list, or the items themselves."""

from collections import Counter
from decimal import Decimal
from functools import reduce

from shared.feel.builtins.signature import built_in
from shared.feel.comparison import less
from shared.feel.errors import NoValue
from shared.feel.scope import Run
from shared.feel.values import NUMBERS, Value


@built_in("min")
def least(run: Run, *list_: Value) -> Value:
    """The least item; null for an empty list."""
    items = _items(list_)
    return reduce(lambda best, item: item if _before(run, item, best) else best, items) if items else None


@built_in("max")
def greatest(run: Run, *list_: Value) -> Value:
    """The greatest item; null for an empty list."""
    items = _items(list_)
    return reduce(lambda best, item: item if _before(run, best, item) else best, items) if items else None


@built_in("sum")
def total(*list_: Value) -> Decimal | None:
    """The sum; null for an empty list."""
    numbers = _numbers(list_)
    return reduce(NUMBERS.add, numbers) if numbers else None


@built_in("product")
def product(*list_: Value) -> Decimal | None:
    """The product; null for an empty list."""
    numbers = _numbers(list_)
    return reduce(NUMBERS.multiply, numbers) if numbers else None


@built_in("mean")
def mean(*list_: Value) -> Decimal | None:
    """The arithmetic mean; null for an empty list."""
    numbers = _numbers(list_)
    return NUMBERS.divide(reduce(NUMBERS.add, numbers), Decimal(len(numbers))) if numbers else None


@built_in("median")
def median(*list_: Value) -> Decimal | None:
    """The middle number, or the mean of the two in the middle; null for an empty list."""
    numbers = sorted(_numbers(list_))
    half = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return mean(numbers[half - 1], numbers[half]) if numbers else None


@built_in("stddev")
def stddev(*list_: Value) -> Decimal | None:
    """The standard deviation of a sample; null for fewer than two numbers."""
    numbers = _numbers(list_)
    middle = mean(numbers)
    if middle is None or len(numbers) < 2:
        return None
    squares = [NUMBERS.power(NUMBERS.subtract(number, middle), 2) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(reduce(NUMBERS.add, squares), Decimal(len(numbers) - 1)))


@built_in("mode")
def mode(*list_: Value) -> list[Value]:
    """The most frequent numbers in ascending order."""
    counts = Counter(_numbers(list_))
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@built_in("all")
def all_(*list_: Value) -> bool:
    """False if one is false; otherwise null if one is not a truth value; otherwise true."""
    return not _one_is(False, _items(list_))


@built_in("any")
def any_(*list_: Value) -> bool:
    """True if one is true; otherwise null if one is not a truth value; otherwise false."""
    return _one_is(True, _items(list_))


def _one_is(truth: bool, items: list[Value]) -> bool:
    if any(item is truth for item in items):
        return True
    if not all(isinstance(item, bool) for item in items):
        raise NoValue("not all items are true or false")
    return False


def _items(arguments: tuple[Value, ...]) -> list[Value]:
    if not arguments:
        raise NoValue("an argument is missing")
    if len(arguments) > 1:
        return list(arguments)
    if arguments[0] is None:
        raise NoValue("there is no list")
    return arguments[0] if isinstance(arguments[0], list) else [arguments[0]]


def _numbers(arguments: tuple[Value, ...]) -> list[Decimal]:
    items = _items(arguments)
    if not all(isinstance(item, Decimal) for item in items):
        raise NoValue("not all items are numbers")
    return items


def _before(run: Run, first: Value, second: Value) -> bool:
    run.step()
    verdict = less(run, first, second)
    if verdict is None:
        raise NoValue("the items have no order")
    return verdict
