"""Dates, times and durations: reading and writing their texts, and counting with them.

Years 1 to 9999; fractions of a second to the microsecond. Reading raises NoValue.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from shared.feel.errors import NoValue
from shared.feel.values import YearsMonths

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
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


def read_date(text: str) -> date:
    """`2024-02-29`."""
    return _date(_match(_DATE_ONLY, text, "date"))


def read_time(text: str) -> time:
    """`09:30:00`, seconds and zone optional: `Z`, `+08:00` or `@Asia/Shanghai`."""
    return _time(_match(_TIME_ONLY, text, "time"))


def read_date_time(text: str) -> datetime:
    """`2024-02-29T09:30:00+08:00`; a date alone means its first moment."""
    if _DATE_ONLY.fullmatch(text):
        return datetime.combine(read_date(text), time())
    parts = _match(_DATE_TIME, text, "date and time")
    return datetime.combine(_date(parts), _time(parts))


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


def read_any(text: str) -> date | time | timedelta | YearsMonths:
    """What an at-literal such as `@"2024-02-29"` says."""
    if _DATE_ONLY.fullmatch(text):
        return read_date(text)
    if _DATE_TIME.fullmatch(text):
        return read_date_time(text)
    if text.startswith(("P", "-P")):
        return read_duration(text)
    return read_time(text)


def write_time(moment: time | datetime) -> str:
    """The text of a time, or of the time part of a date and time, with its zone."""
    text = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    if moment.microsecond:
        text += f".{moment.microsecond:06}".rstrip("0")
    if isinstance(moment.tzinfo, ZoneInfo):
        return f"{text}@{moment.tzinfo.key}"
    offset = moment.utcoffset()
    if offset is None:
        return text
    return text + (_offset(offset) if offset else "Z")


def write_date_time(moment: datetime) -> str:
    """The text of a date and time."""
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}T{write_time(moment)}"


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


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or that month's last day when it is shorter; keeps a time of day."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise NoValue("the date lies outside the years 1 to 9999")
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def add_length(moment: datetime, length: timedelta) -> datetime:
    """The moment that much later on the time line, in the same zone."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _match(pattern: re.Pattern[str], text: str, what: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if not match:
        raise NoValue(f"the text is not a {what}")
    return match


def _date(parts: re.Match[str]) -> date:
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        raise NoValue("there is no such day") from None


def _time(parts: re.Match[str]) -> time:
    second, fraction = int(parts["second"] or 0), _microseconds(parts["fraction"] or "")
    try:
        zone = _zone(parts["zone"])
        return time(int(parts["hour"]), int(parts["minute"]), second, fraction, tzinfo=zone)
    except ValueError:
        raise NoValue("there is no such time") from None


def _zone(text: str | None) -> tzinfo | None:
    if text is None or text == "Z":
        return UTC if text else None
    if text.startswith("@"):
        if text[1:] not in _zone_names():
            raise NoValue("there is no such time zone")
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 14 or minutes > 59 or any(second > 59 for second in seconds):
        raise NoValue("there is no such time zone offset")
    size = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
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
