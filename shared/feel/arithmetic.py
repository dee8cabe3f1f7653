"""The operators + - * / ** on every pair of kinds that FEEL gives a meaning."""

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal, DecimalException
from typing import TypeAlias

from shared.feel import limits
from shared.feel.errors import FeelError, NoValue
from shared.feel.moments import (
    Clock,
    Day,
    Moment,
    add_length,
    add_months,
    add_to_time,
    clock_of,
    day_of,
    first_moment,
    instant,
    make_moment,
    time_of_day,
)
from shared.feel.scope import Run
from shared.feel.values import NUMBERS, Value, YearsMonths, kind

_MICROSECOND = timedelta(microseconds=1)
_Operation: TypeAlias = Callable[[Value, Value], Value]


def calculate(run: Run, sign: str, left: Value, right: Value) -> Value:
    """The result of `left sign right`; null (with a warning) where it has none."""
    kinds = (kind(left), kind(right))
    operation = _OPERATIONS[sign].get(kinds)
    if operation is None:
        run.warn(f"{kinds[0]} {sign} {kinds[1]} has no meaning")
        return None
    if kinds == ("string", "string"):
        run.new_string(len(left) + len(right))
    try:
        return operation(left, right)
    except (DecimalException, ArithmeticError, NoValue) as error:
        run.warn(f"{kinds[0]} {sign} {kinds[1]}: {_reason(error)}")
        return None


def opposite(run: Run, value: Value) -> Value:
    """The value with the other sign; null (with a warning) for what has no sign."""
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, timedelta):
        return calculate(run, "-", timedelta(), value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.total)
    run.warn(f"a {kind(value)} has no sign")
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, NoValue):
        return str(error)
    return "division by zero" if isinstance(error, ZeroDivisionError) else "the result is not possible"


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > limits.EXPONENT:
        raise FeelError("an exponent is too large", f"乘方的指数超过 {limits.EXPONENT}")
    return NUMBERS.power(base, exponent)


def _later(moment: Moment, length: timedelta) -> Moment:
    return add_length(moment, length)


def _earlier(moment: Moment, length: timedelta) -> Moment:
    return add_length(moment, -length)


def _months_later(moment: Moment, months: YearsMonths) -> Moment:
    return make_moment(add_months(day_of(moment), months.total), clock_of(moment))


def _months_earlier(moment: Moment, months: YearsMonths) -> Moment:
    return _months_later(moment, YearsMonths(-months.total))


def _month_days_later(day: Day, months: YearsMonths) -> Day:
    return add_months(day, months.total)


def _month_days_earlier(day: Day, months: YearsMonths) -> Day:
    return add_months(day, -months.total)


def _day_later(day: Day, length: timedelta) -> Day:
    return day_of(add_length(make_moment(day, time()), length))


def _day_earlier(day: Day, length: timedelta) -> Day:
    return _day_later(day, -length)


def _time_earlier(clock: Clock, length: timedelta) -> Clock:
    return add_to_time(clock, -length)


def _between_moments(later: Moment, earlier: Moment) -> timedelta:
    _check_zones(later, earlier)
    return timedelta(microseconds=(instant(later) - instant(earlier)) // 1_000)


def _check_zones(later: Moment | Clock, earlier: Moment | Clock) -> None:
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        raise NoValue("only one of the two has a time zone")


def _from_moment_to_day(later: Day, earlier: Moment) -> timedelta:
    return _between_moments(first_moment(later), earlier)


def _from_day_to_moment(later: Moment, earlier: Day) -> timedelta:
    return _between_moments(later, first_moment(earlier))


def _between_days(later: Day, earlier: Day) -> timedelta:
    return timedelta(days=later.toordinal() - earlier.toordinal())


def _between_times(later: Clock, earlier: Clock) -> timedelta:
    _check_zones(later, earlier)
    return timedelta(microseconds=(time_of_day(later) - time_of_day(earlier)) // 1_000)


def _times(length: timedelta, factor: Decimal) -> timedelta:
    return timedelta(microseconds=int(NUMBERS.multiply(_microseconds(length), factor)))


def _parts(length: timedelta, divisor: Decimal) -> timedelta:
    return timedelta(microseconds=int(NUMBERS.divide(_microseconds(length), divisor)))


def _months_times(months: YearsMonths, factor: Decimal) -> YearsMonths:
    return _months(NUMBERS.multiply(Decimal(months.total), factor))


def _months_parts(months: YearsMonths, divisor: Decimal) -> YearsMonths:
    return _months(NUMBERS.divide(Decimal(months.total), divisor))


def _months(count: Decimal) -> YearsMonths:
    if abs(count) > 10**12:
        raise NoValue("the duration is too long")
    return YearsMonths(int(count))


def _microseconds(length: timedelta) -> Decimal:
    return Decimal(length // _MICROSECOND)


_NUMBERS = ("number", "number")
_DAYS = "days and time duration"
_MONTHS = "years and months duration"
_MOMENT = "date and time"

_OPERATIONS: dict[str, dict[tuple[str, str], _Operation]] = {
    "+": {
        _NUMBERS: NUMBERS.add,
        ("string", "string"): lambda left, right: left + right,
        (_DAYS, _DAYS): lambda left, right: left + right,
        (_MONTHS, _MONTHS): lambda left, right: YearsMonths(left.total + right.total),
        (_MOMENT, _DAYS): _later,
        (_DAYS, _MOMENT): lambda left, right: _later(right, left),
        (_MOMENT, _MONTHS): _months_later,
        (_MONTHS, _MOMENT): lambda left, right: _months_later(right, left),
        ("date", _DAYS): _day_later,
        (_DAYS, "date"): lambda left, right: _day_later(right, left),
        ("date", _MONTHS): _month_days_later,
        (_MONTHS, "date"): lambda left, right: _month_days_later(right, left),
        ("time", _DAYS): add_to_time,
        (_DAYS, "time"): lambda left, right: add_to_time(right, left),
    },
    "-": {
        _NUMBERS: NUMBERS.subtract,
        (_DAYS, _DAYS): lambda left, right: left - right,
        (_MONTHS, _MONTHS): lambda left, right: YearsMonths(left.total - right.total),
        (_MOMENT, _DAYS): _earlier,
        (_MOMENT, _MONTHS): _months_earlier,
        ("date", _DAYS): _day_earlier,
        ("date", _MONTHS): _month_days_earlier,
        ("time", _DAYS): _time_earlier,
        (_MOMENT, _MOMENT): _between_moments,
        ("date", "date"): _between_days,
        ("date", _MOMENT): _from_moment_to_day,
        (_MOMENT, "date"): _from_day_to_moment,
        ("time", "time"): _between_times,
    },
    "*": {
        _NUMBERS: NUMBERS.multiply,
        (_DAYS, "number"): _times,
        ("number", _DAYS): lambda left, right: _times(right, left),
        (_MONTHS, "number"): _months_times,
        ("number", _MONTHS): lambda left, right: _months_times(right, left),
    },
    "/": {
        _NUMBERS: NUMBERS.divide,
        (_DAYS, "number"): _parts,
        (_MONTHS, "number"): _months_parts,
        (_DAYS, _DAYS): lambda left, right: NUMBERS.divide(_microseconds(left), _microseconds(right)),
        (_MONTHS, _MONTHS): lambda left, right: NUMBERS.divide(Decimal(left.total), Decimal(right.total)),
    },
    "**": {_NUMBERS: _power},
}
