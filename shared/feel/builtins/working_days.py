"""Periods in working days and calendar days. Moments without a zone are Shanghai time; so are the results."""

from datetime import date, datetime, time
from decimal import Decimal

from shared.calendar import SHANGHAI, WorkCalendar
from shared.feel.builtins.signature import built_in
from shared.feel.errors import FeelError, NoValue
from shared.feel.scope import Run
from shared.feel.values import whole


@built_in("working days after")
def working_days_after(run: Run, start: date | datetime, days: Decimal) -> datetime:
    """23:59:59 of the n-th working day after the start day, e.g. `working days after(now(), 7)`."""
    return _calendar(run).after_working_days(_moment(start), _count(days)).astimezone(SHANGHAI)


@built_in("days after")
def days_after(run: Run, start: date | datetime, days: Decimal) -> datetime:
    """23:59:59 of the n-th calendar day after the start day, moved to the next working day."""
    return _calendar(run).after_days(_moment(start), _count(days)).astimezone(SHANGHAI)


@built_in("working days between")
def working_days_between(run: Run, start: date | datetime, end: date | datetime) -> Decimal:
    """How many working days come after the start day, up to and with the end day."""
    calendar, first, last = _calendar(run), _moment(start), _moment(end)
    run.step(max((last - first).days, 0))
    return Decimal(calendar.working_days_between(first, last))


@built_in("is working day")
def is_working_day(run: Run, day: date | datetime) -> bool:
    """Is it a working day, make-up days included?"""
    return _calendar(run).is_working_day(_moment(day))


def _calendar(run: Run) -> WorkCalendar:
    if run.environment.calendar is None:
        raise FeelError("there is no calendar here", "这里没有可用的工作日历")
    return run.environment.calendar


def _moment(day: date) -> datetime:
    moment = day if isinstance(day, datetime) else datetime.combine(day, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _count(days: Decimal) -> int:
    count = whole(days)
    if count is None:
        raise NoValue("the number of days must be whole")
    return count
