"""The door to FEEL: texts in, things that can be evaluated out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from shared.feel import calls, logic, loops, structures, unary
from shared.feel.builtins import BUILT_INS
from shared.feel.compiler import NO_TYPES, Names, Types, compile_node, parts
from shared.feel.errors import FeelError, FeelSyntaxError
from shared.feel.parser import parse_expression, parse_unary_tests
from shared.feel.scope import Code, Environment, begin
from shared.feel.shortcuts import Test
from shared.feel.unary import compile_tests
from shared.feel.values import Value, from_python

__all__ = [
    "Expression",
    "UnaryTests",
    "calls",
    "compile_expression",
    "compile_unary_tests",
    "logic",
    "loops",
    "structures",
    "unary",
]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Expression:
    """A compiled expression; `variables` are the root names it refers to (in a filter also those that
    may turn out to be entries of the items)."""

    text: str
    variables: frozenset[str]
    code: Code = field(repr=False, compare=False)
    """The closure, for engines that evaluate many expressions in one run: `scope.begin` makes its frame,
    `feel_error` says what to raise for what it raises."""

    def evaluate(self, variables: Mapping[str, object], environment: Environment) -> Value:
        """The value. Null, with a reason in `environment.warnings`, for what FEEL cannot compute.

        Raises FeelError and nothing else: when a limit is passed, when a variable holds what FEEL does not
        know, and with `missing="error"` when a variable is not there. `variables` are never changed.
        """
        try:
            value = self.code(begin(variables, environment))
            return value if value is True or value is False else from_python(value)
        except Exception as error:
            # The promise to callers is FeelError and nothing else, so that a faulty expression ends as
            # an incident of its own case.
            raise feel_error(error) from None


@dataclass(frozen=True)
class UnaryTests:
    """A compiled input cell of a decision table."""

    text: str
    variables: frozenset[str]
    test: Test = field(repr=False, compare=False)
    """The closure, as in `Expression.code`."""

    def matches(self, value: object, variables: Mapping[str, object], environment: Environment) -> bool:
        """Does the value pass? Null counts as no. Raises FeelError like `Expression.evaluate`."""
        try:
            return self.test(begin(variables, environment), from_python(value)) is True
        except Exception as error:
            # as in Expression.evaluate
            raise feel_error(error) from None


def compile_expression(text: str, names: Iterable[str] = (), types: Types = NO_TYPES) -> Expression:
    """The expression of a text, with or without a leading `=`; compiled once, then kept.

    `names` are variables whose names hold operators or keywords (`first-name`); `types` are types beyond
    those of FEEL, and expressions that know such types are not kept. Raises FeelSyntaxError.
    """
    known = frozenset(names)
    if types is not NO_TYPES:
        return _compiled_expression(text, known, types)
    return _short_expression(text, known) if len(text) <= _SHORT else _long_expression(text, known)


def compile_unary_tests(text: str, names: Iterable[str] = (), types: Types = NO_TYPES) -> UnaryTests:
    """The tests of a decision table's input cell, such as `"a", "b"`, `< 60` or `not([1..3])`.

    An empty cell and `-` accept every value. Raises FeelSyntaxError.
    """
    known = frozenset(names)
    if types is not NO_TYPES:
        return _compiled_tests(text, known, types)
    return _short_tests(text, known) if len(text) <= _SHORT else _long_tests(text, known)


def _compiled_expression(text: str, names: frozenset[str], types: Types = NO_TYPES) -> Expression:
    tree = parse_expression(text, names | BUILT_INS.keys())
    found = Names(types=types)
    code = _shallow(lambda: compile_node(parts(tree)[0], found))
    return Expression(text, frozenset(found.used), code)


def _compiled_tests(text: str, names: frozenset[str], types: Types = NO_TYPES) -> UnaryTests:
    tree = parse_unary_tests(text, names | BUILT_INS.keys())
    found = Names(types=types)
    test = _shallow(lambda: compile_tests(tree, found))
    return UnaryTests(text, frozenset(found.used), test)


# A long text compiles to much: few of them are kept, so that hostile ones cannot fill the memory.
_SHORT = 300
_short_expression, _short_tests = lru_cache(4096)(_compiled_expression), lru_cache(4096)(_compiled_tests)
_long_expression, _long_tests = lru_cache(64)(_compiled_expression), lru_cache(64)(_compiled_tests)


def _shallow(compiled: Callable[[], _Result]) -> _Result:
    """Depth is limited, but the caller may have used up Python's own stack already."""
    try:
        return compiled()
    except RecursionError:
        raise FeelSyntaxError(0, "the expression is nested too deeply", "表达式嵌套太深") from None


def feel_error(error: Exception) -> FeelError:
    """What an evaluation raises instead of `error`: FeelError stays, any other becomes one.

    The text of an unknown error may hold personal values: it is dropped.
    """
    if isinstance(error, FeelError):
        return error
    if isinstance(error, RecursionError):
        return FeelError("the expression is nested too deeply", "表达式嵌套太深")
    name = type(error).__name__
    return FeelError(f"internal error in FEEL: {name}", f"表达式计算出错：{name}")
