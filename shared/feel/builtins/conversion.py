"""From one kind to another: `string`, `number`, `date`, `time`, `date and time`, `duration`."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from shared.feel import temporal
from shared.feel.builtins.signature import built_in
from shared.feel.comparison import less
from shared.feel.errors import NoValue
from shared.feel.moments import (
    Clock,
    Day,
    FarDate,
    FarMoment,
    FineTime,
    Moment,
    clock_of,
    day_of,
    make_date,
    make_moment,
    make_time,
)
from shared.feel.scope import Run
from shared.feel.values import NUMBERS, Range, Value, YearsMonths, kind, whole
from shared.feel.writing import to_string

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_PLAIN = "."
_RANGE = re.compile(r"\s*([\[(\]])\s*(\S.*?)\s*\.\.\s*(\S.*?)\s*([\])\[])\s*", re.DOTALL)
_TEXT = re.compile(r'"([^"]*)"')
_MOMENT = re.compile(r'@"([^"]+)"|(?:date|time|date and time|duration)\("([^"]+)"\)')


@built_in("string")
def string(run: Run, from_: Value) -> str | None:
    """The value as text; null stays null."""
    return None if from_ is None else to_string(run, from_)


@built_in("number")
def number(
    from_: str, grouping_separator: str | None = None, decimal_separator: str | None = None
) -> Decimal:
    """The number a text says, written with these separators."""
    grouping, point = grouping_separator or "", decimal_separator or _PLAIN
    if grouping not in {"", " ", ",", "."} or point not in {",", "."} or grouping == point:
        raise NoValue("these separators are not possible")
    plain = (from_.replace(grouping, "") if grouping else from_).replace(point, _PLAIN)
    if len(plain) > 100 or not _NUMBER.fullmatch(plain):
        raise NoValue("the text is not a number")
    return NUMBERS.create_decimal(plain)


@built_in("number")
def number_itself(from_: Decimal) -> Decimal:
    """A number stays what it is."""
    return from_


@built_in("date")
def date_from_text(from_: str) -> Day:
    """The day a text says."""
    return temporal.read_date(from_)


@built_in("date")
def date_of(from_: date | datetime | FarDate | FarMoment) -> Day:
    """The day of a date and time, in its own zone."""
    return day_of(from_)


@built_in("date")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Day:
    """The day with these numbers."""
    return make_date(_whole(year), _whole(month), _whole(day))


@built_in("time")
def time_from_text(from_: str) -> Clock:
    """The time a text says."""
    return temporal.read_time(from_)


@built_in("time")
def time_of(from_: date | datetime | FarDate | FarMoment | time | FineTime) -> Clock:
    """The time of a date and time; a date begins at 0:00 UTC."""
    if isinstance(from_, datetime | FarMoment):
        return clock_of(from_)
    return from_ if isinstance(from_, time | FineTime) else time(tzinfo=UTC)


@built_in("time")
def time_from_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> Clock:
    """The time with these numbers and this distance from UTC."""
    seconds, fraction = divmod(second, 1)
    zone = None if offset is None else timezone(offset)
    return make_time(_whole(hour), _whole(minute), int(seconds), int(fraction * 10**9), zone)


@built_in("date and time")
def moment_from_text(from_: str) -> Moment:
    """The moment a text says."""
    return temporal.read_date_time(from_)


@built_in("date and time")
def moment_itself(from_: datetime | FarMoment) -> Moment:
    """A date and time stays what it is."""
    return from_


@built_in("date and time")
def moment_from_parts(date: date | datetime | FarDate | FarMoment, time: time | FineTime) -> Moment:
    """That time on that day."""
    return make_moment(day_of(date), time)


@built_in("duration")
def duration(from_: str) -> timedelta | YearsMonths:
    """The duration a text says."""
    return temporal.read_duration(from_)


@built_in("duration")
def duration_itself(from_: timedelta | YearsMonths) -> timedelta | YearsMonths:
    """A duration stays what it is."""
    return from_


@built_in("years and months duration")
def years_and_months_duration(
    from_: date | datetime | FarDate | FarMoment, to: date | datetime | FarDate | FarMoment
) -> YearsMonths:
    """The whole months from one day to another."""
    first, last = day_of(from_), day_of(to)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)


@built_in("range")
def range_from_text(run: Run, from_: str) -> Range:
    """The range a text says, its ends written as literals: `[18..21]`, `(@"2024-01-01"..@"2024-02-01"]`."""
    parts = _RANGE.fullmatch(from_)
    if not parts:
        raise NoValue("the text is not a range")
    low, high = _end(parts[2]), _end(parts[3])
    if kind(low) != kind(high) or less(run, high, low) is not False:
        raise NoValue("a range needs two ends of one kind in ascending order")
    return Range(low, high, parts[1] == "[", parts[4] == "]")


def _end(text: str) -> Value:
    if quoted := _TEXT.fullmatch(text):
        return quoted[1]
    if moment := _MOMENT.fullmatch(text):
        return temporal.read_any(moment[1] or moment[2])
    return number(text)


def _whole(value: Decimal) -> int:
    count = whole(value)
    if count is None:
        raise NoValue("the number must be whole")
    return count
