"""When a timer is due: ISO 8601 dates, durations and repeating intervals, reckoned from a given moment.

The engine never looks at a clock; the host passes the moment in and fires the timer when it is due.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(\d*)/(P.+)", re.ASCII)
_LONGEST = timedelta(days=36_600)


class TimerInvalid(ValueError):
    """The text is not a date with time zone, a duration, or a repeating interval."""


@dataclass(frozen=True)
class Due:
    """The next moment, how often it comes again after that (None: for ever), and the interval."""

    at: datetime
    again: int | None = 0
    every: str | None = None


def first_due(kind: str, value: object, now: datetime) -> Due:
    """The first moment of a timer whose text came out as `value`."""
    if not isinstance(value, str):
        raise TimerInvalid(f"a {kind} is needed")
    if kind == "date":
        return Due(_moment(value))
    if kind == "duration":
        return Due(after(now, value))
    again, every = _cycle(value)
    return Due(after(now, every), again, every)


def next_due(due: Due) -> Due | None:
    """The moment after this one, counted from the last due moment so that nothing drifts."""
    if due.every is None or due.again == 0:
        return None
    again = None if due.again is None else due.again - 1
    return Due(after(due.at, due.every), again, due.every)


def after(start: datetime, duration: str) -> datetime:
    """`start` plus an ISO 8601 duration; months are calendar months, clamped to the month's last day."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()[1:]):
        raise TimerInvalid(f"{duration!r} is not a duration")
    sign = -1 if match[1] else 1
    years, months, weeks, days, hours, minutes = (int(match[i] or 0) for i in range(2, 8))
    try:
        rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=float(match[8] or 0))
        if rest > _LONGEST:
            raise TimerInvalid(f"{duration!r} is too long")
        return _plus_months(start, sign * (12 * years + months)) + sign * rest
    except (OverflowError, ValueError) as error:
        raise TimerInvalid(f"{duration!r} is too long") from error


def check_literal(kind: str, text: str) -> None:
    """Raise `TimerInvalid` for a literal that can never work."""
    due = first_due(kind, text, datetime(2000, 1, 1, tzinfo=UTC))
    if kind == "cycle" and due.at <= datetime(2000, 1, 1, tzinfo=UTC):
        raise TimerInvalid("an interval must be positive")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimerInvalid(f"{text!r} is not a date and time") from error
    if moment.tzinfo is None:
        raise TimerInvalid(f"{text!r} has no time zone")
    return moment.astimezone(UTC)


def _cycle(text: str) -> tuple[int | None, str]:
    match = _CYCLE.fullmatch(text)
    if match is None or match[1] == "0":
        raise TimerInvalid(f"{text!r} is not a repeating interval")
    return (int(match[1]) - 1 if match[1] else None), match[2]


def _plus_months(start: datetime, months: int) -> datetime:
    if not months:
        return start
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
