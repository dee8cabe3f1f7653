"""What a day is called and where it stands in its month and year (names in English, as DMN says)."""

from datetime import date, datetime
from decimal import Decimal

from shared.feel.builtins.signature import built_in
from shared.feel.moments import Day, FarDate, FarMoment, add_months, day_of, make_date

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@built_in("day of year")
def day_of_year(date: date | datetime | FarDate | FarMoment) -> Decimal:
    """1 to 366."""
    return Decimal(_near(date).timetuple().tm_yday)


@built_in("day of week")
def day_of_week(date: date | datetime | FarDate | FarMoment) -> str:
    """`Monday` to `Sunday`."""
    return _DAYS[_near(date).weekday()]


@built_in("month of year")
def month_of_year(date: date | datetime | FarDate | FarMoment) -> str:
    """`January` to `December`."""
    return _MONTHS[date.month - 1]


@built_in("week of year")
def week_of_year(date: date | datetime | FarDate | FarMoment) -> Decimal:
    """The ISO week, 1 to 53."""
    return Decimal(_near(date).isocalendar().week)


@built_in("last day of month")
def last_day_of_month(date: date | datetime | FarDate | FarMoment) -> Day:
    """The last day of that month."""
    return add_months(make_date(date.year, 1, 31), date.month - 1)


def _near(moment: date | FarDate | FarMoment) -> date:
    """The day itself, or one with the same place in its week, month and year."""
    day = day_of(moment)
    return day.near() if isinstance(day, FarDate) else day
