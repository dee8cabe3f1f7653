"""The texts of dates, times and durations: reading and writing them.

Years of up to nine digits; fractions of a second to the nanosecond, those of durations to the microsecond.
Reading raises NoValue.
"""

import re
from datetime import UTC, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from shared.feel.errors import NoValue
from shared.feel.moments import Clock, Day, Moment, clock_of, make_date, make_moment, make_time, nanoseconds
from shared.feel.values import YearsMonths

_DATE = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+/-]*)?"
)
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile(f"T?{_TIME}", re.ASCII)
_DATE_TIME = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_YEARS_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-?)P(?=\d|T\d)(?:(\d{1,12})D)?"
    r"(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12}(?:\.\d*)?)S)?)?",
    re.ASCII,
)

_GREATEST_OFFSET = timedelta(hours=14)


def read_date(text: str) -> Day:
    """`2024-02-29`."""
    return _date(_match(_DATE_ONLY, text, "date"))


def read_time(text: str) -> Clock:
    """`09:30:00`, seconds and zone optional: `Z`, `+08:00` or `@Asia/Shanghai`."""
    return _time(_match(_TIME_ONLY, text, "time"))


def read_date_time(text: str) -> Moment:
    """`2024-02-29T09:30:00+08:00`; a date alone means its first moment."""
    if _DATE_ONLY.fullmatch(text):
        return make_moment(read_date(text), time())
    parts = _match(_DATE_TIME, text, "date and time")
    return make_moment(_date(parts), _time(parts))


def read_duration(text: str) -> timedelta | YearsMonths:
    """`P1DT2H3M4.5S` or `P1Y2M`, with a minus sign in front if negative."""
    if months := _YEARS_MONTHS.fullmatch(text):
        total = int(months[2] or 0) * 12 + int(months[3] or 0)
        return YearsMonths(-total if months[1] else total)
    parts = _match(_DAYS_TIME, text, "duration")
    days, hours, minutes = (int(part or 0) for part in parts.group(2, 3, 4))
    seconds, _, fraction = (parts[5] or "0").partition(".")
    try:
        length = timedelta(days, int(seconds), _microseconds(fraction), 0, minutes, hours)
        return -length if parts[1] else length
    except OverflowError:
        raise NoValue("the duration is too long") from None


def read_any(text: str) -> Day | Moment | Clock | timedelta | YearsMonths:
    """What an at-literal such as `@"2024-02-29"` says."""
    if _DATE_ONLY.fullmatch(text):
        return read_date(text)
    if _DATE_TIME.fullmatch(text):
        return read_date_time(text)
    if text.startswith(("P", "-P")):
        return read_duration(text)
    return read_time(text)


def write_time(moment: Clock | Moment) -> str:
    """The text of a time, or of the time part of a date and time, with its zone."""
    clock = moment if isinstance(moment, Clock) else clock_of(moment)
    text = f"{clock.hour:02}:{clock.minute:02}:{clock.second:02}"
    if fraction := nanoseconds(clock):
        text += f".{fraction:09}".rstrip("0")
    if isinstance(clock.tzinfo, ZoneInfo):
        return f"{text}@{clock.tzinfo.key}"
    offset = clock.utcoffset()
    if offset is None:
        return text
    return text + (_offset(offset) if offset else "Z")


def write_date(day: Day | Moment) -> str:
    """The text of a day, or of the day of a date and time."""
    sign = "-" if day.year < 0 else ""
    return f"{sign}{abs(day.year):04}-{day.month:02}-{day.day:02}"


def write_date_time(moment: Moment) -> str:
    """The text of a date and time."""
    return f"{write_date(moment)}T{write_time(moment)}"


def write_duration(length: timedelta | YearsMonths) -> str:
    """The text of a duration."""
    if isinstance(length, YearsMonths):
        parts = [(abs(length.years), "Y"), (abs(length.months), "M")]
        text = "P" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0M")
        return "-" + text if length.total < 0 else text
    size = abs(length)
    minutes, seconds = divmod(size.seconds, 60)
    fraction = f".{size.microseconds:06}".rstrip("0") if size.microseconds else ""
    clock = [(f"{minutes // 60}", "H"), (f"{minutes % 60}", "M"), (f"{seconds}{fraction}", "S")]
    tail = "".join(count + unit for count, unit in clock if count != "0")
    head = f"{size.days}D" if size.days else ""
    text = f"P{head}T{tail}" if tail else f"P{head or 'T0S'}"
    return "-" + text if length < timedelta() else text


def _match(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if not match:
        raise NoValue(f"the text is not a {what}")
    return match


def _date(parts: re.Match[str]) -> Day:
    return make_date(int(parts["year"]), int(parts["month"]), int(parts["day"]))


def _time(parts: re.Match[str]) -> Clock:
    nanosecond = int((parts["fraction"] or "")[:9].ljust(9, "0"))
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    return make_time(hour, minute, second, nanosecond, _zone(parts["zone"]))


def _zone(text: str | None) -> tzinfo | None:
    if text is None or text == "Z":
        return UTC if text else None
    if text.startswith("@"):
        if text[1:] not in _zone_names():
            raise NoValue("there is no such time zone")
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    size = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    if size > _GREATEST_OFFSET or minutes > 59 or any(second > 59 for second in seconds):
        raise NoValue("there is no such time zone offset")
    return timezone(-size if text[0] == "-" else size)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _microseconds(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))


def _offset(offset: timedelta) -> str:
    size = abs(offset) // timedelta(seconds=1)
    sign = "-" if offset < timedelta() else "+"
    seconds = f":{size % 60:02}" if size % 60 else ""
    return f"{sign}{size // 3600:02}:{size // 60 % 60:02}{seconds}"
