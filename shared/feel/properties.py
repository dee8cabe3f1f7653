"""The properties that dates, times, durations and ranges have: `today().year`, `(now() - start).days`."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shared.feel.moments import Clock, FarMoment, Moment, nanoseconds
from shared.feel.scope import MISSING
from shared.feel.values import Value, kind


def property_of(value: Value, name: str) -> Value:
    """The property's value, or MISSING."""
    read = _PROPERTIES.get(kind(value), {}).get(name)
    return MISSING if read is None else read(value)


def _signed(length: timedelta, part: Callable[[timedelta], int]) -> Decimal:
    count = part(abs(length))
    return Decimal(-count if length < timedelta() else count)


def _seconds(length: timedelta) -> Decimal:
    size = abs(length)
    seconds = Decimal(size.seconds % 60) + Decimal(size.microseconds) / 1_000_000
    return -seconds if length < timedelta() else seconds


def _second(moment: Clock | Moment) -> Decimal:
    return Decimal(_clock(moment).second) + Decimal(nanoseconds(moment)) / 10**9


def _clock(moment: Any) -> Any:
    return moment.clock if isinstance(moment, FarMoment) else moment


def _zone_name(moment: Clock | Moment) -> str | None:
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None


def _number(name: str) -> Callable[[Any], Decimal]:
    return lambda value: Decimal(getattr(value, name))


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": _number("year"),
    "month": _number("month"),
    "day": _number("day"),
    "weekday": lambda day: Decimal((day.toordinal() - 1) % 7 + 1),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda moment: Decimal(_clock(moment).hour),
    "minute": lambda moment: Decimal(_clock(moment).minute),
    "second": _second,
    "time offset": lambda moment: moment.utcoffset(),
    "timezone": _zone_name,
}
_PROPERTIES: dict[str, dict[str, Callable[[Any], Value]]] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": _DATE | _TIME,
    "years and months duration": {"years": _number("years"), "months": _number("months")},
    "days and time duration": {
        "days": lambda length: _signed(length, lambda size: size.days),
        "hours": lambda length: _signed(length, lambda size: size.seconds // 3600),
        "minutes": lambda length: _signed(length, lambda size: size.seconds // 60 % 60),
        "seconds": _seconds,
    },
    "range": {
        "start": lambda space: space.low,
        "end": lambda space: space.high,
        "start included": lambda space: space.low_included,
        "end included": lambda space: space.high_included,
    },
}
