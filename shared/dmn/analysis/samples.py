"""Values for examples: one between two others, and how a value is written. FEEL itself does the counting."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from shared.dmn.analysis.cells import Opaque
from shared.feel import Environment, FeelError, compile_expression
from shared.feel.values import Value

_PLACES = 80
"""Decimal places tried; fixed values nearer to one another than that have nothing between them."""

_ANY = {
    "number": "0",
    "date": '@"2024-01-01"',
    "time": '@"12:00:00"',
    "date and time": '@"2024-01-01T12:00:00"',
    "days and time duration": '@"P1D"',
    "years and months duration": '@"P1Y"',
}
_BELOW = {
    "number": ["high - 1", "if high > 0 then 0 else high * 2"],
    "date": ['high - @"P1D"'],
    "time": ['high - @"PT1H"', 'high - @"PT1M"', 'high - @"PT1S"', '@"00:00:00"'],
    "date and time": ['high - @"P1D"', 'high - @"PT1S"'],
    "days and time duration": ['high - @"P1D"'],
    "years and months duration": ['high - @"P1M"'],
}
_ABOVE = {
    "number": ["low + 1", "if low < 0 then 0 else low * 2"],
    "date": ['low + @"P1D"'],
    "time": ['low + @"PT1H"', 'low + @"PT1M"', 'low + @"PT1S"', '@"23:59:59.999999"'],
    "date and time": ['low + @"P1D"', 'low + @"PT1S"'],
    "days and time duration": ['low + @"P1D"'],
    "years and months duration": ['low + @"P1M"'],
}
_BETWEEN = {
    "date": ['low + @"P1D"'],
    "time": ['low + @"PT1H"', 'low + @"PT1M"', 'low + @"PT1S"', "low + (high - low) / 2"],
    "date and time": ['low + @"P1D"', 'low + @"PT1H"', 'low + @"PT1M"', "low + (high - low) / 2"],
    "days and time duration": ['low + @"P1D"', 'low + @"PT1H"', "low + (high - low) / 2"],
    "years and months duration": ['low + @"P1M"'],
}


def sample(kind: str, low: Value, high: Value, environment: Environment) -> Value:
    """A value of an ordered type between two others (None: no limit there); None when there is none."""
    if low is None and high is None:
        return _value(_ANY[kind], environment)
    if kind == "number" and low is not None and high is not None:
        return _number_between(low, high)
    choices = _BELOW[kind] if low is None else _ABOVE[kind] if high is None else _BETWEEN[kind]
    for text in choices:
        value = _value(text, environment, low=low, high=high)
        if value is not None and _lies_between(low, value, high, environment):
            return value
    return None


def compared(left: Value, right: Value, environment: Environment) -> int:
    """-1, 0 or 1 as `left` is before, level with or after `right`. Raises Opaque when FEEL has no order."""
    verdicts = (
        _value("left < right", environment, left=left, right=right),
        _value("left > right", environment, left=left, right=right),
    )
    if None in verdicts:
        raise Opaque
    return int(verdicts[1]) - int(verdicts[0])


def written(value: Value, environment: Environment) -> str:
    """The FEEL literal of a value that is no context or list."""
    return str(_value("string([value])", environment, value=value))[1:-1]


def _number_between(low: Decimal, high: Decimal) -> Decimal | None:
    """The shortest decimal there is: a whole number, else one with as few places as will do."""
    with localcontext(prec=200):
        for places in range(_PLACES):
            step = Decimal(1).scaleb(-places)
            next_up = (low / step).to_integral_value(ROUND_FLOOR) * step + step
            next_down = (high / step).to_integral_value(ROUND_CEILING) * step - step
            for number in (next_up, next_down):
                if low < number < high:
                    return number
    return None


def _lies_between(low: Value, value: Value, high: Value, environment: Environment) -> bool:
    above = low is None or compared(low, value, environment) < 0
    return above and (high is None or compared(value, high, environment) < 0)


def _value(text: str, environment: Environment, **variables: Value) -> Value:
    try:
        return compile_expression(text).evaluate(variables, environment)
    except FeelError:
        return None
