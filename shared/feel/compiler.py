"""Syntax trees to closures: each kind of node has one function, registered here by the module it lives in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from lark import Tree

from shared.feel.errors import FeelError
from shared.feel.parser import Node
from shared.feel.scope import Code, Frame
from shared.feel.values import Value

TypeTest: TypeAlias = Callable[[Value], bool]
"""Is a value, never null, of a type?"""
Types: TypeAlias = Mapping[str, TypeTest]
"""The types of a model by name; `imported.tPerson` for those of an imported one."""

NO_TYPES: Types = MappingProxyType({})


class Names:
    """The names known at one place of an expression while it is compiled.

    `used` are the names referred to there; those that no enclosing part binds reach the outermost Names.
    """

    def __init__(
        self, bound: frozenset[str] = frozenset(), outer: "Names | None" = None, types: Types = NO_TYPES
    ) -> None:
        self.bound = bound
        self.outer = outer
        self.types = types
        self.used: set[str] = set()

    def binding(self, *names: str) -> "Names":
        """What a part sees that may also use `names`."""
        return Names(frozenset(names), self, self.types)

    def use(self, name: str) -> None:
        """Note that the expression refers to a name."""
        self.used.add(name)
        if self.outer is not None and name not in self.bound:
            self.outer.use(name)

    def binds(self, name: str) -> bool:
        """Is the name bound inside the expression, so that it is no variable?"""
        return name in self.bound or (self.outer is not None and self.outer.binds(name))


_Compile: TypeAlias = Callable[[Node, Names], Code]
_NODES: dict[str, _Compile] = {}
_LIMITED = frozenset({"call", "for_", "some", "every", "filter", "additive", "power", "instance_of"})
"""Kinds of nodes whose work can pass a limit."""


def node(*kinds: str) -> Callable[[_Compile], _Compile]:
    """Register the function that compiles these kinds of nodes."""

    def register(function: _Compile) -> _Compile:
        _NODES.update(dict.fromkeys(kinds, function))
        return function

    return register


def compile_node(tree: Node, names: Names) -> Code:
    """The closure of one node of the tree."""
    code = _NODES[tree.data](tree, names)
    return _placed(code, start(tree)) if tree.data in _LIMITED else code


def _placed(code: Code, place: int) -> Code:
    """Code whose errors tell where it stands."""

    def placed(frame: Frame) -> Value:
        try:
            return code(frame)
        except FeelError as error:
            error.happened_at(place)
            raise

    return placed


def start(tree: Node) -> int:
    """Where the first token that the tree keeps stands in the text."""
    first = tree.children[0] if tree.children else None
    if isinstance(first, Tree):
        return start(first)
    return (first.start_pos or 0) if first else 0


def parts(tree: Node) -> list[Node]:
    """The children that are nodes, without tokens."""
    return [child for child in tree.children if not isinstance(child, str)]


def compile_parts(tree: Node, names: Names) -> list[Code]:
    """The closures of the children that are nodes."""
    return [compile_node(child, names) for child in parts(tree)]


def word(tree: Node, index: int = 0) -> str:
    """The text of a child that is a token."""
    return str(tree.children[index])


def position(tree: Node) -> int:
    """Where a node that begins with a token stands in the text."""
    token: Any = tree.children[0]
    return int(token.start_pos or 0)
