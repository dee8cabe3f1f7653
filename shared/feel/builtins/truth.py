"""Truth values and identity."""

from zoneinfo import ZoneInfo

from shared.feel.builtins.signature import built_in
from shared.feel.comparison import equal, negated
from shared.feel.moments import Clock, Moment
from shared.feel.scope import Run
from shared.feel.values import Value, kind


@built_in("not")
def not_(negand: bool | None) -> bool | None:
    """The other truth value."""
    return negated(negand)


@built_in("is")
def is_(run: Run, value1: Value = None, value2: Value = None) -> bool:
    """Are both of the same kind and equal, time zones included?"""
    if kind(value1) != kind(value2) or _zone(value1) != _zone(value2):
        return False
    return equal(run, value1, value2) is True


@built_in("get or else")
def get_or_else(value: Value, default: Value) -> Value:
    """The value, or the default where it is null."""
    return default if value is None else value


def _zone(value: Value) -> object:
    if not isinstance(value, Clock | Moment):
        return None
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else value.utcoffset()
