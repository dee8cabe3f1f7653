"""The types of a model: does a value conform, and what is it converted to (DMN 1.5 §7.3.3, §10.3.2.9.4)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from shared.feel.compiler import TypeTest
from shared.feel.errors import FeelError
from shared.feel.moments import first_moment
from shared.feel.scope import Environment, Frame, Run
from shared.feel.values import Value, kind

Shape: TypeAlias = Callable[[Run, Value], bool]

_KINDS = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    "list": "list",
    "context": "context",
    "range": "range",
    "function": "function",
    # names of Java and of older modellers that stand for FEEL's only kind of number
    "integer": "number",
    "long": "number",
    "double": "number",
}


class Mismatch(Exception):
    """A value neither conforms to a type nor can be converted to it."""


@dataclass(frozen=True, eq=False)
class ItemType:
    """A type; `item` is that of the items of a list, `result` that of the results of a function."""

    name: str
    shape: Shape
    item: "ItemType | None" = None
    result: "ItemType | None" = None

    def fits(self, run: Run, value: Value) -> bool:
        """Does the value conform? Null conforms to every type."""
        return value is None or self.shape(run, value)

    def coerce(self, run: Run, value: Value) -> Value:
        """The value, or what it is implicitly converted to. Raises Mismatch."""
        if value is None or self.shape(run, value):
            return value
        if isinstance(value, list) and len(value) == 1 and self.fits(run, value[0]):
            return value[0]
        if self.item is not None and not isinstance(value, list) and self.shape(run, [value]):
            return [value]
        if self.name == "date and time" and kind(value) == "date":
            return first_moment(value)
        raise Mismatch

    def __str__(self) -> str:
        return self.name


def _anything(run: Run, value: Value) -> bool:
    return True


ANY = ItemType("Any", _anything)


def simple_type(name: str) -> ItemType | None:
    """A type of FEEL by its name in FEEL or in DMN; None for other names."""
    if name == "Any":
        return ANY
    wanted = _KINDS.get(name)
    if wanted is None:
        return None
    return ItemType(wanted, lambda run, value: kind(value) == wanted)


def list_of(item: ItemType, name: str) -> ItemType:
    """The type of lists whose items conform to a type."""

    def shape(run: Run, value: Value) -> bool:
        if not isinstance(value, list):
            return False
        run.step(len(value))
        return all(item.fits(run, each) for each in value)

    return ItemType(name, shape, item=item)


def context_of(components: Mapping[str, ItemType], name: str) -> ItemType:
    """The type of contexts that have at least these entries."""

    def shape(run: Run, value: Value) -> bool:
        return isinstance(value, dict) and all(
            key in value and component.fits(run, value[key]) for key, component in components.items()
        )

    return ItemType(name, shape)


def narrowed(base: ItemType, allows: Callable[[Frame, Value], bool | None], name: str) -> ItemType:
    """The type of those values of a type that pass tests."""

    def shape(run: Run, value: Value) -> bool:
        return base.shape(run, value) and allows(Frame(run, {}, None), value) is True

    return ItemType(name, shape, base.item, base.result)


def renamed(base: ItemType, name: str) -> ItemType:
    """The same type under the name of its definition; types of FEEL keep theirs."""
    return base if base.name in _KINDS else ItemType(name, base.shape, base.item, base.result)


class TypeTests(Mapping[str, TypeTest]):
    """Types as `instance of` and parameters of FEEL functions want them."""

    def __init__(self, named: Callable[[str], ItemType | None], names: Callable[[], Iterator[str]]) -> None:
        self._named = named
        self._names = names

    def __getitem__(self, name: str) -> TypeTest:
        found = self._named(name)
        if found is None:
            raise KeyError(name)
        return lambda value: _conforms(found, value)

    def __iter__(self) -> Iterator[str]:
        return self._names()

    def __len__(self) -> int:
        return sum(1 for _ in self._names())


def _conforms(its_type: ItemType, value: Value) -> bool:
    """A test of the value alone, with an allowance of its own: `instance of` has no frame at hand."""
    try:
        return its_type.shape(Run(Environment(now=_no_time), {}), value)
    except FeelError:
        return False


def _no_time() -> datetime:
    raise FeelError("a type cannot depend on the time", "类型不能取决于当前时间")
