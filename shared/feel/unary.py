"""Tests of one value: the right side of `in`, and the input cells of decision tables."""

from collections.abc import Callable
from typing import TypeAlias

from shared.feel.comparison import any_of, compare, negated, passes
from shared.feel.compiler import Names, compile_node, compile_parts, node, parts, word
from shared.feel.parser import Node
from shared.feel.scope import Code, Frame
from shared.feel.values import Value

Test: TypeAlias = Callable[[Frame, Value], bool | None]
"""Does a value pass, seen from a frame?"""

# A cell of one of these forms is a verdict of its own, such as `contains(name, "厂")`.
_VERDICTS = frozenset(
    {"compare", "between", "in_", "conjunction", "disjunction", "call", "some", "every", "instance_of"}
)


@node("in_")
def _in(tree: Node, names: Names) -> Code:
    subject, target = parts(tree)
    value = compile_node(subject, names)
    tests = [_test(_unwrapped(part), names) for part in parts(target)]
    return lambda frame: _some(frame, value(frame), tests)


def compile_tests(tree: Node, names: Names) -> Test:
    """The test that an input cell is; inside it `?` is the tested value."""
    if tree.data == "any_value":
        return lambda frame, value: True
    tests = [_test(part, names, cell=True) for part in parts(parts(tree)[0])]
    if tree.data == "no_test":
        return lambda frame, value: negated(_some(frame, value, tests))
    return lambda frame, value: _some(frame, value, tests)


def _some(frame: Frame, value: Value, tests: list[Test]) -> bool | None:
    return any_of(test(frame, value) for test in tests)


def _test(tree: Node, names: Names, cell: bool = False) -> Test:
    inner = names.binding("?")
    if tree.data == "unary_compare":
        sign, (limit,) = word(tree), compile_parts(tree, inner)
        return lambda frame, value: compare(frame.run, sign, value, limit(frame.inside({"?": value})))
    code = compile_node(tree, inner)
    asks = "?" in inner.used
    judges = cell and tree.data in _VERDICTS

    def check(frame: Frame, value: Value) -> bool | None:
        target = code(frame.inside({"?": value}))
        if isinstance(target, bool) and (asks or (judges and not isinstance(value, bool))):
            return target
        return passes(frame.run, value, target)

    return check


def _unwrapped(tree: Node) -> Node:
    """`x in (< 5)` tests like `x in < 5`."""
    return parts(tree)[0] if tree.data == "open_range" else tree
