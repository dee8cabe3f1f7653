"""How each built-in function is called, read from the annotations of the Python function behind it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from shared.feel.builtins import BUILT_INS
from shared.feel.moments import FarDate, FarMoment, FineTime
from shared.feel.values import Function, Range, YearsMonths

_NAMES: dict[Any, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    FarDate: "date",
    datetime: "date and time",
    FarMoment: "date and time",
    time: "time",
    FineTime: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
    Any: "Any",
}


def signatures(name: str) -> list[str]:
    """One line per form of the function: `substring(string: string, length?: number) → string`."""
    return [f"{name}({', '.join(_parameters(form))}) → {_result(form.body)}" for form in _forms(name)]


def _forms(name: str) -> list[Any]:
    forms: list[Any] = getattr(BUILT_INS[name], "forms")  # noqa: B009 (only built-ins have forms)
    return forms


def _parameters(form: Any) -> list[str]:
    fixed = [f"{one.name}{'?' * one.optional}: {_types(one.types)}" for one in form.parameters]
    return fixed if form.rest is None else [*fixed, f"{form.rest.name}: {_types(form.rest.types)}, …"]


def _result(body: Callable[..., Any]) -> str:
    hint = get_type_hints(body)["return"]
    choices = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    return _types(tuple(get_origin(choice) or choice for choice in choices))


def _types(types: tuple[Any, ...]) -> str:
    return " or ".join(dict.fromkeys(_NAMES[one] for one in types if one is not NoneType))
