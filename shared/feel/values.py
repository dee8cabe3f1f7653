"""What FEEL computes with, and how values of Python become values of FEEL.

| FEEL | Python |
| --- | --- |
| number | Decimal, 34 digits |
| string, boolean, null | str, bool, None |
| date, time, date and time | date, time, datetime (naive or aware), or those of moments.py |
| days and time duration | timedelta |
| years and months duration | YearsMonths |
| list, context | list, dict with str keys |
| range, function | Range, Function |
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import TYPE_CHECKING, Any, TypeAlias

from shared.feel import limits
from shared.feel.errors import FeelError
from shared.feel.moments import FarDate, FarMoment, FineTime

if TYPE_CHECKING:
    from shared.feel.scope import Run

Value: TypeAlias = Any
"""A FEEL value; see the table above."""

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""IEEE 754-2008 decimal128, as DMN demands."""


@dataclass(frozen=True, order=True)
class YearsMonths:
    """A duration in whole months (13 = one year and one month); may be negative."""

    total: int

    @property
    def years(self) -> int:
        """Whole years, with the sign of the duration."""
        return self._signed(abs(self.total) // 12)

    @property
    def months(self) -> int:
        """Months beyond the whole years, with the sign of the duration."""
        return self._signed(abs(self.total) % 12)

    def _signed(self, count: int) -> int:
        return -count if self.total < 0 else count


@dataclass(frozen=True)
class Range:
    """Values from `low` to `high`; None is an open end, as in `(< 5)`."""

    low: Value
    high: Value
    low_included: bool
    high_included: bool


class Function(ABC):
    """What can be called: a built-in, or a function written in FEEL."""

    name: str

    @abstractmethod
    def invoke(self, run: "Run", arguments: Sequence[Value]) -> Value:
        """The result for arguments by position."""

    @abstractmethod
    def invoke_named(self, run: "Run", arguments: Mapping[str, Value]) -> Value:
        """The result for arguments by name."""


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    datetime: "date and time",
    time: "time",
    FarDate: "date",
    FarMoment: "date and time",
    FineTime: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}


def kind(value: Value) -> str:
    """The FEEL name of the value's type."""
    known = _KINDS.get(type(value))
    if known:
        return known
    if isinstance(value, datetime):
        return "date and time"
    return "function"


def whole(value: Value) -> int | None:
    """The value as an int when it is a number without fraction and of a sane size; otherwise None."""
    if type(value) is not Decimal or abs(value) > 10**18 or value != value.to_integral_value():
        return None
    return int(value)


def from_python(value: object) -> Value:
    """The FEEL value of a Python or JSON value; lists and mappings are copied, never kept.

    Numbers are rounded to 34 digits. Raises FeelError for what FEEL does not know or what is too large.
    """
    plain = PLAIN.get(type(value))
    return _Import().convert(value, limits.DEPTH) if plain is None else plain(value)


_OTHERS = (date, time, timedelta, FarDate, FineTime, FarMoment, YearsMonths, Range, Function)


class _Import:
    def __init__(self) -> None:
        self.left = limits.NODES

    def convert(self, value: object, depth: int) -> Value:
        self.left -= 1
        if self.left < 0 or depth < 0:
            raise FeelError("a value is too large", "数据太多或者嵌套太深")
        plain = PLAIN.get(type(value))
        if plain is not None:
            return plain(value)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int | float | Decimal):
            return _number(value)
        if isinstance(value, Mapping):
            return {_key(key): self.convert(item, depth - 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return self._list(value, depth)
        if isinstance(value, _OTHERS):
            return value
        name = type(value).__name__
        raise FeelError(f"FEEL has no values of the type {name}", f"表达式不认识类型为 {name} 的变量")

    def _list(self, items: Sequence[object], depth: int) -> list[Value]:
        if len(items) > limits.LIST:
            raise FeelError("a list is too long", f"列表超过 {limits.LIST} 项")
        return [self.convert(item, depth - 1) for item in items]


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise FeelError("a context has keys that are no texts", "数据里有不是文字的键")
    return str.__str__(key)


def _number(value: float | Decimal) -> Decimal:
    try:
        if isinstance(value, float):
            value = Decimal(repr(float(value))) if math.isfinite(value) else Decimal("NaN")
        number = NUMBERS.create_decimal(value)
    except (DecimalException, ValueError):
        number = Decimal("NaN")
    if not number.is_finite():
        raise FeelError("a number is infinite or too large", "数值无效或者太大")
    return number


def _same(value: Any) -> Value:
    return value


def _whole(value: Any) -> Decimal:
    return Decimal(value) if -_DIGITS < value < _DIGITS else _number(value)


_DIGITS = 10**34
PLAIN: dict[type, Callable[[Any], Value]] = {
    **dict.fromkeys((type(None), bool, str, date, datetime, time, timedelta, YearsMonths), _same),
    int: _whole,
    float: _number,
    Decimal: _number,
}
"""How values without parts become FEEL values; raise FeelError."""
