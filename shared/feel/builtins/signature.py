"""How a Python function becomes a FEEL built-in: its annotations are the FEEL types of its parameters.

`def substring(string: str, start_position: Decimal, length: Decimal | None = None)` is called as
`substring("abc", 2)` or `substring(string: "abc", start position: 2)`. One name may have several such
forms; the first that the arguments fit is taken. An argument that is a list of one fitting item is
unwrapped, and a single item is wrapped where a list is wanted. Arguments that fit no form give null.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import DecimalException
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from shared.feel.errors import NoValue
from shared.feel.scope import Run
from shared.feel.values import Function, Value

BUILT_INS: dict[str, Function] = {}

_F = TypeVar("_F", bound=Callable[..., Value])
_TEXT_PER_STEP = 64


class _Unfit(Exception):
    """The arguments do not fit this form of the function."""


def built_in(*names: str) -> Callable[[_F], _F]:
    """Register the function under its FEEL names, as one more form where a name exists."""

    def register(function: _F) -> _F:
        for name in names:
            known = BUILT_INS.setdefault(name, _BuiltIn(name))
            assert isinstance(known, _BuiltIn)
            known.forms.append(_form(function))
        return function

    return register


@dataclass(frozen=True)
class _Parameter:
    name: str
    keyword: str
    types: tuple[Any, ...]
    optional: bool
    anything: bool
    exact: frozenset[type]

    def fit(self, value: Value) -> Value:
        """The value as the function wants it; raises _Unfit."""
        if type(value) in self.exact or self._accepts(value):
            return value
        if isinstance(value, list) and len(value) == 1 and self._accepts(value[0]):
            return value[0]
        if list in self.types and value is not None:
            return [value]
        raise _Unfit

    def _accepts(self, value: Value) -> bool:
        return self.anything or any(_is(value, its_type) for its_type in self.types)


@dataclass(frozen=True)
class _Form:
    body: Callable[..., Value]
    parameters: tuple[_Parameter, ...]
    rest: _Parameter | None
    wants_run: bool
    needed: int

    def arrange(self, values: Sequence[Value]) -> list[Value]:
        """Arguments by position as the function wants them; raises _Unfit."""
        count = len(self.parameters)
        if len(values) < self.needed or (len(values) > count and self.rest is None):
            raise _Unfit
        arranged = [own.fit(value) for own, value in zip(self.parameters, values, strict=False)]
        if self.rest is not None:
            arranged += map(self.rest.fit, values[count:])
        return arranged

    def arrange_named(self, values: Mapping[str, Value]) -> tuple[list[Value], dict[str, Value]]:
        """Arguments by name as the function wants them, by position and keyword; raises _Unfit."""
        if self.rest is not None and values.keys() == {self.rest.name}:
            return [self.rest.fit(value) for value in values.values()], {}
        known = {parameter.name: parameter for parameter in self.parameters}
        needed = {parameter.name for parameter in self.parameters if not parameter.optional}
        if not needed <= values.keys() <= known.keys():
            raise _Unfit
        return [], {known[name].keyword: known[name].fit(value) for name, value in values.items()}


@dataclass(eq=False)
class _BuiltIn(Function):
    name: str
    forms: list[_Form] = field(default_factory=list)

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        run.step(_weight(arguments))
        for form in self.forms:
            try:
                fitting = form.arrange(arguments)
            except _Unfit:
                continue
            return self._result(run, form, fitting, {})
        return self._no_form(run)

    def invoke_named(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        run.step(_weight(arguments.values()))
        for form in self.forms:
            try:
                by_place, by_name = form.arrange_named(arguments)
            except _Unfit:
                continue
            return self._result(run, form, by_place, by_name)
        return self._no_form(run)

    def _no_form(self, run: Run) -> None:
        run.warn(f"{self.name}: the arguments do not fit")

    def _result(self, run: Run, form: _Form, values: list[Value], named: dict[str, Value]) -> Value:
        try:
            result = form.body(run, *values, **named) if form.wants_run else form.body(*values, **named)
        except NoValue as error:
            run.warn(f"{self.name}: {error}")
            return None
        except (DecimalException, ArithmeticError, ValueError):
            # Their texts may hold values of variables, so none of it is kept.
            run.warn(f"{self.name}: the result is not possible")
            return None
        if isinstance(result, list):
            run.check_list(len(result))
        elif isinstance(result, str):
            run.new_string(len(result))
        return result


def _form(function: Callable[..., Value]) -> _Form:
    hints = get_type_hints(function)
    signature = list(inspect.signature(function).parameters.values())
    wants_run = bool(signature) and hints.get(signature[0].name) is Run
    own = signature[1:] if wants_run else signature
    rest = [_parameter(one, hints) for one in own if one.kind is inspect.Parameter.VAR_POSITIONAL]
    plain = [_parameter(one, hints) for one in own if one.kind is not inspect.Parameter.VAR_POSITIONAL]
    needed = sum(not parameter.optional for parameter in plain)
    return _Form(function, tuple(plain), rest[0] if rest else None, wants_run, needed)


def _parameter(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> _Parameter:
    hint = hints[parameter.name]
    choices = get_args(hint) if get_origin(hint) is UnionType else (hint,)
    types = tuple(get_origin(choice) or choice for choice in choices)
    name = parameter.name.rstrip("_").replace("_", " ")
    optional = parameter.default is not inspect.Parameter.empty
    exact = frozenset(one for one in types if isinstance(one, type))
    return _Parameter(name, parameter.name, types, optional, Any in types, exact)


def _is(value: Value, its_type: Any) -> bool:
    if its_type is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, its_type)


def _weight(values: Iterable[Value]) -> int:
    weight = 1
    for value in values:
        if isinstance(value, str):
            weight += len(value) // _TEXT_PER_STEP
        elif isinstance(value, list | dict):
            weight += len(value)
    return weight
