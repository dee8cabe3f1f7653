"""Dates, times and moments on one time line, also those that Python's own types cannot hold.

Python knows the years 1 to 9999 and microseconds; FEEL knows years of nine digits and nanoseconds. What fits
into Python's types stays there; only the rest is a FarDate, a FineTime or a FarMoment, with the same
attributes as far as FEEL needs them. `make_*` choose; they raise NoValue for what is no day or no time.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

from shared.calendar import SHANGHAI
from shared.feel.errors import NoValue

GREATEST_YEAR = 999_999_999
_SECOND = 10**9
_DAY = 86_400 * _SECOND
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097  # the Gregorian calendar repeats itself
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class FarDate:
    """A day of a year before 1 or after 9999; year 0 is the year before year 1."""

    year: int
    month: int
    day: int

    def toordinal(self) -> int:
        """The day's number, 1 being 0001-01-01."""
        cycles = (self.year - _CYCLE_YEARS) // _CYCLE_YEARS
        near = date(self.year - cycles * _CYCLE_YEARS, self.month, self.day)
        return near.toordinal() + cycles * _CYCLE_DAYS

    def near(self) -> date:
        """A day in Python's years with the same place in the calendar."""
        cycle = 9_200 if self.year > 0 else _CYCLE_YEARS
        return date(cycle + self.year % _CYCLE_YEARS, self.month, self.day)


@dataclass(frozen=True)
class FineTime:
    """A time of day with nanoseconds that are no whole microseconds."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None

    def utcoffset(self) -> timedelta | None:
        """The distance from UTC; None where there is none or where it depends on the day."""
        return self.tzinfo.utcoffset(None) if self.tzinfo else None


Day: TypeAlias = date | FarDate
Clock: TypeAlias = time | FineTime


@dataclass(frozen=True)
class FarMoment:
    """A date and time of which the date or the time is none of Python's."""

    day_of: Day
    clock: Clock

    @property
    def year(self) -> int:
        """The year."""
        return self.day_of.year

    @property
    def month(self) -> int:
        """1 to 12."""
        return self.day_of.month

    @property
    def day(self) -> int:
        """The day of the month."""
        return self.day_of.day

    @property
    def tzinfo(self) -> tzinfo | None:
        """The zone."""
        return self.clock.tzinfo

    def toordinal(self) -> int:
        """The number of its day."""
        return self.day_of.toordinal()

    def utcoffset(self) -> timedelta | None:
        """The distance from UTC, of zones with rules as they are at the same place of the calendar."""
        near = self.day_of.near() if isinstance(self.day_of, FarDate) else self.day_of
        clock = self.clock
        moment = datetime(near.year, near.month, near.day, clock.hour, clock.minute, clock.second)
        return moment.replace(tzinfo=clock.tzinfo).utcoffset()


Moment: TypeAlias = datetime | FarMoment


def make_date(year: int, month: int, day: int) -> Day:
    """The day with these numbers."""
    if abs(year) > GREATEST_YEAR or not 1 <= month <= 12 or not 1 <= day <= _days_in(year, month):
        raise NoValue("there is no such day")
    return date(year, month, day) if 1 <= year <= 9_999 else FarDate(year, month, day)


def make_time(hour: int, minute: int, second: int, nanosecond: int, zone: tzinfo | None) -> Clock:
    """The time with these numbers."""
    try:
        plain = time(hour, minute, second, nanosecond // 1_000, tzinfo=zone)
    except ValueError:
        raise NoValue("there is no such time") from None
    return FineTime(hour, minute, second, nanosecond, zone) if nanosecond % 1_000 else plain


def make_moment(day: Day, clock: Clock) -> Moment:
    """That time on that day."""
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return FarMoment(day, clock)


def day_of(moment: Day | Moment) -> Day:
    """The day of a moment, in its own zone; a day is its own."""
    if isinstance(moment, FarMoment):
        return moment.day_of
    return moment.date() if isinstance(moment, datetime) else moment


def clock_of(moment: Moment) -> Clock:
    """The time of a moment with its zone."""
    return moment.clock if isinstance(moment, FarMoment) else moment.timetz()


def nanoseconds(clock: Clock | Moment) -> int:
    """The part of a second that has passed, in nanoseconds."""
    if isinstance(clock, FarMoment):
        return nanoseconds(clock.clock)
    return clock.nanosecond if isinstance(clock, FineTime) else clock.microsecond * 1_000


def first_moment(day: Day) -> Moment:
    """Where a day meets a moment, DMN takes its midnight in UTC."""
    return make_moment(day, time(tzinfo=UTC))


def instant(moment: Moment) -> int:
    """The moment's place on the time line in nanoseconds; a moment without a zone is Shanghai time."""
    offset = moment.utcoffset()
    if offset is None and isinstance(moment, datetime):
        offset = moment.replace(tzinfo=SHANGHAI).utcoffset()
    elif offset is None and isinstance(moment, FarMoment):
        offset = timedelta(hours=8)
    return _local(moment) - _length(offset or timedelta())


def time_of_day(clock: Clock) -> int:
    """Nanoseconds since midnight in UTC; a time without a zone is Shanghai time."""
    day = date(2000, 1, 1)  # for zones whose distance from UTC depends on the day
    return instant(make_moment(day, clock)) - day.toordinal() * _DAY


def day_with(number: int) -> Day:
    """The day with that number; see `FarDate.toordinal`."""
    cycles, rest = divmod(number - 1, _CYCLE_DAYS)
    near = date.fromordinal(rest + 1)
    return make_date(near.year + cycles * _CYCLE_YEARS, near.month, near.day)


def add_months(day: Day, count: int) -> Day:
    """The same day `count` months on, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if abs(year) > GREATEST_YEAR:
        raise NoValue("the date lies too far away")
    return make_date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def add_length(moment: Moment, length: timedelta) -> Moment:
    """The moment that much later on the time line, in the same zone."""
    zone = moment.tzinfo
    if isinstance(moment, datetime):
        try:
            return moment + length if zone is None else (moment.astimezone(UTC) + length).astimezone(zone)
        except OverflowError:
            pass  # Python's years end here; FEEL's go on
    if zone is None:
        return _moment(_local(moment) + _length(length), None)
    place = instant(moment) + _length(length)
    return _moment(place + _length(_offset_at(place, zone)), zone)


def add_to_time(clock: Clock, length: timedelta) -> Clock:
    """The time that much later, beginning again at midnight."""
    since_midnight = _local(FarMoment(date.min, clock)) + _length(length)
    return _clock(since_midnight % _DAY, clock.tzinfo)


def _offset_at(place: int, zone: tzinfo) -> timedelta:
    number, since_midnight = divmod(place, _DAY)
    day, seconds = day_with(number), since_midnight // _SECOND
    near = (
        day
        if isinstance(day, date) and 1 < day.year < 9_999
        else FarDate(day.year, day.month, day.day).near()
    )
    moment = datetime.combine(near, time(tzinfo=UTC)) + timedelta(seconds=seconds)
    return moment.astimezone(zone).utcoffset() or timedelta()


def _local(moment: Moment) -> int:
    """The place on the time line that the moment would have in UTC."""
    clock = moment.clock if isinstance(moment, FarMoment) else moment
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return moment.toordinal() * _DAY + seconds * _SECOND + nanoseconds(clock)


def _moment(local: int, zone: tzinfo | None) -> Moment:
    number, rest = divmod(local, _DAY)
    return make_moment(day_with(number), _clock(rest, zone))


def _clock(since_midnight: int, zone: tzinfo | None) -> Clock:
    seconds, nanosecond = divmod(since_midnight, _SECOND)
    return make_time(seconds // 3_600, seconds // 60 % 60, seconds % 60, nanosecond, zone)


def _length(length: timedelta) -> int:
    return length // _MICROSECOND * 1_000


def _days_in(year: int, month: int) -> int:
    return monthrange(_CYCLE_YEARS + year % _CYCLE_YEARS, month)[1]
