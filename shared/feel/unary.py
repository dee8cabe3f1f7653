"""Tests of one value: the right side of `in`, and the input cells of decision tables."""

from shared.feel import shortcuts
from shared.feel.comparison import any_of, compare, negated, passes
from shared.feel.compiler import Names, compile_node, compile_parts, node, parts, word
from shared.feel.parser import Node
from shared.feel.scope import Code, Constant, Frame
from shared.feel.shortcuts import Test
from shared.feel.values import Value

# A cell of one of these forms is a verdict of its own, such as `contains(name, "厂")`.
_VERDICTS = frozenset(
    {"compare", "between", "in_", "conjunction", "disjunction", "call", "some", "every", "instance_of"}
)


@node("in_")
def _in(tree: Node, names: Names) -> Code:
    subject, target = parts(tree)
    value = compile_node(subject, names)
    test = _some([_unwrapped(part) for part in parts(target)], names)
    return lambda frame: test(frame, value(frame))


def compile_tests(tree: Node, names: Names) -> Test:
    """The test that an input cell is; inside it `?` is the tested value."""
    if tree.data == "any_value":
        return lambda frame, value: True
    test = _some(parts(parts(tree)[0]), names, cell=True)
    return (lambda frame, value: negated(test(frame, value))) if tree.data == "no_test" else test


def _some(trees: list[Node], names: Names, cell: bool = False) -> Test:
    if len(trees) > 1 and all(tree.data in {"string", "number"} for tree in trees):
        at_once = shortcuts.test_of_any([compile_node(tree, names) for tree in trees])
        if at_once is not None:
            return at_once
    tests = [_test(tree, names, cell) for tree in trees]
    if len(tests) == 1:
        return tests[0]
    return lambda frame, value: any_of(test(frame, value) for test in tests)


def _test(tree: Node, names: Names, cell: bool = False) -> Test:
    inner = names.binding("?")
    if tree.data == "name" and word(tree) == "?":
        return lambda frame, value: True  # a value equals itself, also false and null
    if tree.data == "unary_compare":
        sign, (limit,) = word(tree), compile_parts(tree, inner)
        if isinstance(limit, Constant):
            return shortcuts.test_against(sign, limit)
        return lambda frame, value: compare(frame.run, sign, value, limit(frame.inside({"?": value})))
    code = compile_node(tree, inner)
    if isinstance(code, Constant):
        return shortcuts.test_of(code)
    asks = "?" in inner.used
    judges = cell and tree.data in _VERDICTS

    def check(frame: Frame, value: Value) -> bool | None:
        target = code(frame.inside({"?": value}) if asks else frame)
        if isinstance(target, bool) and (asks or (judges and not isinstance(value, bool))):
            return target
        return passes(frame.run, value, target)

    return check


def _unwrapped(tree: Node) -> Node:
    """`x in (< 5)` tests like `x in < 5`."""
    return parts(tree)[0] if tree.data == "open_range" else tree
