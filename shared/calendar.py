"""Working days in China: which days count, and when a period counted in days ends.

Days are days in Asia/Shanghai; moments go in and come out as aware datetimes (results in UTC).
A period ends at 23:59:59 of its last day (`domain/process.md` §11; Civil Code art. 201, 203).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from importlib.metadata import version as package_version
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
_END_OF_DAY = time(23, 59, 59)
_ONE_DAY = timedelta(days=1)
_LONGEST_PERIOD = 36_600  # days: a hundred years; beyond that a number is a mistake, not a period

# (month, day) of the statutory holidays with a fixed date, for years without an official notice yet.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True)
class WorkCalendar:
    """Immutable calendar of working days; `version` names exactly this set of days."""

    version: str
    published_years: frozenset[int]
    exceptions: Mapping[date, bool]

    @classmethod
    def chinese(cls, overrides: Mapping[date, bool] | None = None) -> "WorkCalendar":
        """The State Council's published days; `overrides` (day -> is it a working day) win over them."""
        days = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True) | dict(overrides or {})
        published = frozenset(day.year for day in holidays)
        version = f"chinesecalendar-{package_version('chinesecalendar')}{_mark(overrides or {})}"
        return cls(version=version, published_years=published, exceptions=MappingProxyType(days))

    def is_provisional(self, year: int) -> bool:
        """True while no official notice for the year is known: then weekends and fixed dates decide."""
        return year not in self.published_years

    def is_working_day(self, day: date) -> bool:
        """True for a working day in Shanghai; make-up weekends count, statutory holidays do not."""
        day = shanghai_date(day)
        known = self.exceptions.get(day)
        if known is not None:
            return known
        if self.is_provisional(day.year) and (day.month, day.day) in _FIXED_HOLIDAYS:
            return False
        return day.weekday() < 5

    def after_working_days(self, start: datetime, count: int) -> datetime:
        """End of the `count`-th working day after the start day, which itself never counts.

        `count` 0 is the end of the start day, moved to a working day when it is none.
        Raises ValueError for a naive start, a negative count or one beyond a hundred years.
        """
        day = shanghai_date(_checked(start, count))
        if count == 0:
            return _end_of(self._rolled(day))
        while count:
            day = _next(day)
            count -= self.is_working_day(day)
        return _end_of(day)

    def after_days(self, start: datetime, count: int, roll: bool = True) -> datetime:
        """End of the `count`-th calendar day after the start day, moved to the next working day if `roll`.

        Raises ValueError like `after_working_days`.
        """
        try:
            day = shanghai_date(_checked(start, count)) + timedelta(days=count)
        except OverflowError:
            raise ValueError("the period ends after the year 9999") from None
        return _end_of(self._rolled(day) if roll else day)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days d have start's day < d <= end's day; 0 when end is not after start.

        Raises ValueError for a naive moment or more than a hundred years.
        """
        first, last = shanghai_date(start), shanghai_date(end)
        span = (last - first).days
        if span > _LONGEST_PERIOD:
            raise ValueError("more than a hundred years between the two days")
        return sum(self.is_working_day(last - timedelta(days=back)) for back in range(span))

    def moved_on(self, due: datetime, since: datetime, until: datetime) -> datetime:
        """When a period ends that was to end at `due` and stood still from `since` to `until`.

        The later of two: moved by the length of the pause, and on to a working day; moved by as many working
        days as lay inside. A pause of less than a day moves it by its length. What was due by then stays.
        """
        length = until - since
        if due <= since or length <= timedelta(0):
            return due
        if length < _ONE_DAY:
            return due + length
        by_length = _at_time_of(due + length, self._rolled(shanghai_date(due + length)))
        day = shanghai_date(due)
        for _ in range(self.working_days_between(since, until)):
            day = self._rolled(_next(day))
        return max(by_length, _at_time_of(due, day))

    def _rolled(self, day: date) -> date:
        while not self.is_working_day(day):
            day = _next(day)
        return day


def shanghai_date(moment: date) -> date:
    """The day in Shanghai of an aware datetime; a plain date stays. ValueError for a naive datetime."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SHANGHAI).date()


def _checked(start: datetime, count: int) -> datetime:
    if not 0 <= count <= _LONGEST_PERIOD:
        raise ValueError(f"a period of {count} days is not possible")
    return start


def _next(day: date) -> date:
    if day == date.max:
        raise ValueError("the period ends after the year 9999")
    return day + _ONE_DAY


def _end_of(day: date) -> datetime:
    return datetime.combine(day, _END_OF_DAY, SHANGHAI).astimezone(UTC)


def _at_time_of(moment: datetime, day: date) -> datetime:
    return datetime.combine(day, moment.astimezone(SHANGHAI).time(), SHANGHAI).astimezone(UTC)


def _mark(overrides: Mapping[date, bool]) -> str:
    lines: Iterable[str] = (f"{day.isoformat()}={working:d}" for day, working in sorted(overrides.items()))
    text = "\n".join(lines)
    return f"+{sha256(text.encode()).hexdigest()[:8]}" if text else ""
