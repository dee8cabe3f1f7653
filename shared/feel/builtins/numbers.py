"""Numbers: rounding and simple mathematics. All of them exact to 34 digits."""

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from shared.feel.builtins.signature import built_in
from shared.feel.errors import NoValue
from shared.feel.values import NUMBERS, YearsMonths

_LEAST_SCALE, _GREATEST_SCALE = -6111, 6176
_NO_PLACES = Decimal(0)


def _rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """The number with `scale` digits after the point (before it, if negative)."""
    if not _LEAST_SCALE <= scale <= _GREATEST_SCALE:
        raise NoValue("the scale must lie between -6111 and 6176")
    places = int(scale)
    if number.adjusted() + places >= NUMBERS.prec:
        return number  # all its digits are kept anyway
    step = Decimal((0, (1,), -places))
    return NUMBERS.plus(number.quantize(step, rounding=rounding, context=NUMBERS))


@built_in("decimal")
def decimal(n: Decimal, scale: Decimal) -> Decimal:
    """Rounded half to even."""
    return _rounded(n, scale, ROUND_HALF_EVEN)


@built_in("floor")
def floor(n: Decimal, scale: Decimal = _NO_PLACES) -> Decimal:
    """Rounded towards minus infinity."""
    return _rounded(n, scale, ROUND_FLOOR)


@built_in("ceiling")
def ceiling(n: Decimal, scale: Decimal = _NO_PLACES) -> Decimal:
    """Rounded towards plus infinity."""
    return _rounded(n, scale, ROUND_CEILING)


@built_in("round up")
def round_up(n: Decimal, scale: Decimal) -> Decimal:
    """Rounded away from zero."""
    return _rounded(n, scale, ROUND_UP)


@built_in("round down")
def round_down(n: Decimal, scale: Decimal) -> Decimal:
    """Rounded towards zero."""
    return _rounded(n, scale, ROUND_DOWN)


@built_in("round half up")
def round_half_up(n: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, halves away from zero."""
    return _rounded(n, scale, ROUND_HALF_UP)


@built_in("round half down")
def round_half_down(n: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, halves towards zero."""
    return _rounded(n, scale, ROUND_HALF_DOWN)


@built_in("abs")
def abs_(n: Decimal) -> Decimal:
    """Without its sign."""
    return NUMBERS.abs(n)


@built_in("abs")
def abs_of_days(n: timedelta) -> timedelta:
    """The length of the duration."""
    return abs(n)


@built_in("abs")
def abs_of_months(n: YearsMonths) -> YearsMonths:
    """The length of the duration."""
    return YearsMonths(abs(n.total))


@built_in("modulo")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder with the sign of the divisor."""
    if divisor == 0:
        raise NoValue("division by zero")
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@built_in("sqrt")
def sqrt(number: Decimal) -> Decimal:
    """The square root."""
    return NUMBERS.sqrt(number)


@built_in("log")
def log(number: Decimal) -> Decimal:
    """The natural logarithm."""
    if number <= 0:
        raise NoValue("only positive numbers have a logarithm")
    return NUMBERS.ln(number)


@built_in("exp")
def exp(number: Decimal) -> Decimal:
    """The number e to that power."""
    return NUMBERS.exp(number)


@built_in("odd")
def odd(number: Decimal) -> bool:
    """Is the whole number odd?"""
    return _rest_of_two(number) != 0


@built_in("even")
def even(number: Decimal) -> bool:
    """Is the whole number even?"""
    return _rest_of_two(number) == 0


def _rest_of_two(number: Decimal) -> Decimal:
    rest = NUMBERS.remainder(number, Decimal(2))
    if rest != rest.to_integral_value():
        raise NoValue("the number must be whole")
    return rest
