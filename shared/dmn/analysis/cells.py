"""Input cells as the analysis sees them: the fixed values they compare with, or that they cannot be judged.

Judged are comparisons with fixed values, ranges, lists, `not(…)` and the same written with `?`, `and`, `or`,
`between` and `in`. Whether a value passes a cell is always asked from the engine itself.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lark import Token, Tree

from shared.feel import Environment, FeelError, Range, UnaryTests, compile_expression, compile_unary_tests
from shared.feel.builtins import BUILT_INS
from shared.feel.parser import parse_unary_tests
from shared.feel.strings import quote
from shared.feel.values import Value, kind

Node = Tree[Token]

_CHANGING = frozenset(
    {
        "now",
        "today",
        "policy",
        "is working day",
        "working days after",
        "working days between",
        "random number",
    }
)
_SIMPLE = frozenset({"number", "at_literal", "true", "false", "null"})
_RANGES = {
    "range_closed_closed": "[{}..{}]",
    "range_closed_open": "[{}..{})",
    "range_open_closed": "({}..{}]",
    "range_open_open": "({}..{})",
}
_FACTS = frozenset({"number", "string", "boolean", "null"})
_ORDERED = frozenset(
    {"number", "date", "time", "date and time", "days and time duration", "years and months duration"}
)


class Opaque(Exception):
    """The text is not of the kind that can be judged."""


@dataclass(frozen=True)
class Cell:
    """A cell that can be judged. `values`: what it compares with, without null; `tests_null`: does null
    stand in it; `senseless`: a fixed value in it that cannot be computed, such as `[5..1]`."""

    tests: UnaryTests
    values: tuple[Value, ...]
    tests_null: bool
    senseless: str | None

    @property
    def kinds(self) -> frozenset[str]:
        """The types of the fixed values."""
        return frozenset(kind(value) for value in self.values)

    @property
    def asks(self) -> bool:
        """Does the cell ask anything of the value?"""
        return bool(self.values or self.tests_null or self.senseless)

    def accepts(self, value: Value, environment: Environment) -> bool:
        """Does the value pass? What the engine cannot answer is no."""
        try:
            return self.tests.matches(value, {}, environment)
        except FeelError:
            return False


def read_cell(text: str, names: Iterable[str], environment: Environment) -> Cell:
    """The cell of a text. Raises Opaque, also for texts that are not FEEL."""
    reader = _Reader(environment)
    try:
        tree = parse_unary_tests(text, frozenset(names) | BUILT_INS.keys())
        tests = compile_unary_tests(text, frozenset(names))
        for part in _nodes(tree):
            for test in _nodes(part):
                reader.test(test)
    except FeelError:
        raise Opaque from None
    return Cell(tests, tuple(reader.values), reader.tests_null, reader.senseless)


class _Reader:
    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.values: list[Value] = []
        self.tests_null = False
        self.senseless: str | None = None

    def test(self, tree: Node) -> None:
        if _asks(tree):
            self._verdict(tree)
        elif tree.data == "unary_compare":
            self._fixed(_nodes(tree)[0], ordered=str(tree.children[0]) not in {"=", "!="})
        else:
            self._fixed(tree)

    def _verdict(self, tree: Node) -> None:
        """A condition on `?`, such as `? > 3 and ? < 5`."""
        judge: Callable[[Node], None] | None = {
            "conjunction": self._verdicts, "disjunction": self._verdicts, "compare": self._compare,
            "between": self._between, "in_": self._in, "call": self._negation,
        }.get(str(tree.data))  # fmt: skip
        if judge is None:
            raise Opaque
        judge(tree)

    def _verdicts(self, tree: Node) -> None:
        for part in _nodes(tree):
            if not _asks(part):
                raise Opaque
            self._verdict(part)

    def _compare(self, tree: Node) -> None:
        left, right = _nodes(tree)
        ordered = str(tree.children[1]) not in {"=", "!="}
        self._fixed(right if _is_question(left) else left, ordered)
        if not (_is_question(left) or _is_question(right)):
            raise Opaque

    def _between(self, tree: Node) -> None:
        subject, *ends = _nodes(tree)
        if not _is_question(subject):
            raise Opaque
        for end in ends:
            self._fixed(end, ordered=True)

    def _in(self, tree: Node) -> None:
        subject, target = _nodes(tree)
        if not _is_question(subject):
            raise Opaque
        for test in _nodes(target):
            self.test(_nodes(test)[0] if test.data == "open_range" else test)

    def _negation(self, tree: Node) -> None:
        callee, *groups = _nodes(tree)
        arguments = [part for group in groups for part in _nodes(group)]
        if callee.children != ["not"] or len(arguments) != 1 or not _asks(arguments[0]):
            raise Opaque
        self._verdict(arguments[0])

    def _fixed(self, tree: Node, ordered: bool = False) -> None:
        text = rendered(tree, self.environment)
        value = compile_expression(text).evaluate({}, self.environment)
        if value is None and text != "null":
            self.senseless = text
        else:
            self._note(value, ordered)

    def _note(self, value: Value, ordered: bool) -> None:
        if value is None:
            self.tests_null = True
        elif isinstance(value, Range):
            for end in (value.low, value.high):
                if end is not None:
                    self._note(end, ordered=(value.low, value.high).count(end) < 2)
        elif isinstance(value, list):
            for item in value:
                self._note(item, ordered)
        elif kind(value) in _ORDERED or (kind(value) in _FACTS and not ordered):
            self.values.append(value)
        else:
            raise Opaque


def rendered(tree: Node, environment: Environment) -> str:
    """A fixed value as FEEL text. Raises Opaque for what depends on variables or on the moment."""
    kind_of_node = str(tree.data)
    if kind_of_node in _SIMPLE:
        return str(tree.children[0]) if tree.children else kind_of_node
    if kind_of_node == "string":
        return quote(str(tree.children[0]))
    if kind_of_node == "call":
        return _rendered_call(tree, environment)
    inner = [rendered(part, environment) for part in _nodes(tree)]
    if kind_of_node in _RANGES:
        return _RANGES[kind_of_node].format(*inner)
    if kind_of_node == "negate":
        return f"-{inner[0]}"
    if kind_of_node in {"unary_compare", "open_range"}:
        return f"({tree.children[0]} {inner[0]})" if kind_of_node == "unary_compare" else inner[0]
    if kind_of_node == "list":
        return f"[{', '.join(inner)}]"
    if kind_of_node in {"additive", "multiplicative"}:
        return f"({' '.join(_signs_between(tree, iter(inner)))})"
    raise Opaque


def _signs_between(tree: Node, operands: Iterator[str]) -> Iterator[str]:
    for child in tree.children:
        yield next(operands) if isinstance(child, Tree) else str(child)


def _rendered_call(tree: Node, environment: Environment) -> str:
    callee, *groups = _nodes(tree)
    name = str(callee.children[0]) if callee.data == "name" else ""
    allowed = name in BUILT_INS and (name not in _CHANGING or (name == "policy" and environment.policy))
    if not allowed or any(group.data != "positional" for group in groups):
        raise Opaque
    arguments = [rendered(part, environment) for group in groups for part in _nodes(group)]
    return f"{name}({', '.join(arguments)})"


def _nodes(tree: Node) -> list[Node]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _is_question(tree: Node) -> bool:
    return tree.data == "name" and tree.children == ["?"]


def _asks(tree: Node) -> bool:
    return any(_is_question(part) for part in tree.iter_subtrees())
