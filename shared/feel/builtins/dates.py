"""What a day is called and where it stands in its month and year (names in English, as DMN says)."""

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal

from shared.feel.builtins.signature import built_in

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
def day_of_year(date: date | datetime) -> Decimal:
    """1 to 366."""
    return Decimal(date.timetuple().tm_yday)


@built_in("day of week")
def day_of_week(date: date | datetime) -> str:
    """`Monday` to `Sunday`."""
    return _DAYS[date.weekday()]


@built_in("month of year")
def month_of_year(date: date | datetime) -> str:
    """`January` to `December`."""
    return _MONTHS[date.month - 1]


@built_in("week of year")
def week_of_year(date: date | datetime) -> Decimal:
    """The ISO week, 1 to 53."""
    return Decimal(date.isocalendar().week)


@built_in("last day of month")
def last_day_of_month(date: date | datetime) -> date:
    """The last day of that month."""
    return _day(date).replace(day=monthrange(date.year, date.month)[1])


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
