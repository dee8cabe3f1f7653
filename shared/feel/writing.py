"""FEEL values as text (the built-in `string`), and as JSON for where variables are stored."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.feel import limits
from shared.feel.errors import FeelError
from shared.feel.moments import FarDate, FarMoment, FineTime
from shared.feel.scope import Run
from shared.feel.strings import quote
from shared.feel.temporal import write_date, write_date_time, write_duration, write_time
from shared.feel.values import Range, Value, YearsMonths

_WHOLE_DIGITS = 34


def to_string(run: Run, value: Value) -> str:
    """The text of a value that is not null; texts inside lists and contexts are quoted."""
    if isinstance(value, str):
        return value
    pieces: list[str] = []
    length = 0
    for piece in _pieces(run, value):
        length += len(piece)
        run.check_string(length)
        pieces.append(piece)
    return "".join(pieces)


def to_json(value: Value) -> Any:
    """The value for a JSON column: whole numbers as int, other numbers as float, dates and durations as
    ISO text (the zone name of a date and time becomes its offset), lists and contexts likewise.

    A number with a fraction keeps 15 to 17 significant digits, as in Zeebe; texts are read back as texts,
    so expressions turn them into dates with `date(…)` and its like. Raises FeelError for ranges,
    functions and values that are too large. `from_python` leads back.
    """
    return _Export().convert(value, limits.DEPTH)


def write_number(number: Decimal) -> str:
    """Plain digits without exponent and without needless zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class _Export:
    def __init__(self) -> None:
        self.left = limits.NODES

    def convert(self, value: Value, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth < 0:
            raise FeelError("the value is too large to be stored", "结果太大，无法保存")
        if isinstance(value, list):
            return [self.convert(item, depth - 1) for item in value]
        if isinstance(value, dict):
            return {key: self.convert(item, depth - 1) for key, item in value.items()}
        if isinstance(value, Decimal):
            return _json_number(value)
        if value is None or isinstance(value, bool | str):
            return value
        return _json_text(value)


def _json_number(number: Decimal) -> int | float:
    if number == number.to_integral_value() and number.adjusted() < _WHOLE_DIGITS:
        return int(number)
    nearest = float(number)
    if nearest in (float("inf"), float("-inf")):
        raise FeelError("the number is too large to be stored", "数值太大，无法保存")
    return nearest


def _json_text(value: Value) -> str:
    if isinstance(value, datetime):
        text = value.isoformat()
        return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
    text_or_none = _temporal(value)
    if text_or_none is None:
        raise FeelError("ranges and functions cannot be stored", "区间和函数不能保存为变量")
    return text_or_none


def _pieces(run: Run, value: Value, nested: bool = False) -> Iterator[str]:
    run.step()
    if isinstance(value, list):
        yield from _sequence(run, value)
    elif isinstance(value, dict):
        yield from _entries(run, value)
    elif isinstance(value, Range):
        yield "[" if value.low_included else "("
        yield from _pieces(run, value.low, nested=True)
        yield ".."
        yield from _pieces(run, value.high, nested=True)
        yield "]" if value.high_included else ")"
    else:
        yield _scalar(value, nested)


def _sequence(run: Run, items: list[Value]) -> Iterator[str]:
    yield "["
    for number, item in enumerate(items):
        yield ", " if number else ""
        yield from _pieces(run, item, nested=True)
    yield "]"


def _entries(run: Run, entries: dict[str, Value]) -> Iterator[str]:
    yield "{"
    for number, (key, item) in enumerate(entries.items()):
        yield ", " if number else ""
        yield f"{key if key.replace(' ', '_').isidentifier() else quote(key)}: "
        yield from _pieces(run, item, nested=True)
    yield "}"


def _scalar(value: Value, nested: bool) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, str):
        return quote(value)
    text = _temporal(value)
    if text is None:
        return "function"
    return f'@"{text}"' if nested else text


def _temporal(value: Value) -> str | None:
    if isinstance(value, datetime | FarMoment):
        return write_date_time(value)
    if isinstance(value, date | FarDate):
        return write_date(value)
    if isinstance(value, time | FineTime):
        return write_time(value)
    if isinstance(value, timedelta | YearsMonths):
        return write_duration(value)
    return None
