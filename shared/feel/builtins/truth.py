"""Truth values and identity."""

from shared.feel.builtins.signature import built_in
from shared.feel.comparison import equal, negated
from shared.feel.scope import Run
from shared.feel.values import Value, kind


@built_in("not")
def not_(negand: bool | None) -> bool | None:
    """The other truth value."""
    return negated(negand)


@built_in("is")
def is_(run: Run, value1: Value, value2: Value) -> bool:
    """Are both of the same kind and equal, time zones included?"""
    if kind(value1) != kind(value2):
        return False
    zones = (getattr(value1, "tzinfo", None), getattr(value2, "tzinfo", None))
    return equal(run, value1, value2) is True and (zones[0] is None) == (zones[1] is None)


@built_in("get or else")
def get_or_else(value: Value, default: Value) -> Value:
    """The value, or the default where it is null."""
    return default if value is None else value
