"""What an author's text refers to, for those who check models before anything is evaluated."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lark import Token, Tree

from shared.feel.parser import Node

_MAY_BE_ABSENT = frozenset({"is defined", "get or else"})
"""Functions that are asked about what may not be there."""


@dataclass(frozen=True)
class Mention:
    """A name that nothing inside the expression binds; `position` counts characters from 0, `called`: it
    stands where a function is wanted."""

    name: str
    position: int
    called: bool = False


def mentions(tree: Node, bound: frozenset[str] = frozenset()) -> Iterator[Mention]:
    """The names that a tree from parser.py takes from outside, in the order of the text.

    Left out are names in the condition of a filter, which may be entries of the items, and what is asked
    about with `is defined` and `get or else`.
    """
    special = _SPECIAL.get(str(tree.data))
    if special:
        yield from special(tree, bound)
        return
    for child in tree.children:
        if isinstance(child, Tree):
            yield from mentions(child, bound)


def _name(tree: Node, bound: frozenset[str]) -> Iterator[Mention]:
    token = tree.children[0]
    if isinstance(token, Token) and str(token) not in bound:
        yield Mention(str(token), token.start_pos or 0)


def _filter(tree: Node, bound: frozenset[str]) -> Iterator[Mention]:
    yield from mentions(_nodes(tree)[0], bound)


def _loop(tree: Node, bound: frozenset[str]) -> Iterator[Mention]:
    *iterators, body = _nodes(tree)
    for iterator in iterators:
        yield from mentions(iterator, bound)
        bound |= {str(iterator.children[0])}
    yield from mentions(body, bound | {"partial"} if tree.data == "for_" else bound)


def _function(tree: Node, bound: frozenset[str]) -> Iterator[Mention]:
    *parameters, body = _nodes(tree)
    yield from mentions(body, bound.union(str(parameter.children[0]) for parameter in parameters))


def _context(tree: Node, bound: frozenset[str]) -> Iterator[Mention]:
    for entry in _nodes(tree):
        yield from mentions(entry, bound)
        bound |= {str(entry.children[0])}


def _call(tree: Node, bound: frozenset[str]) -> Iterator[Mention]:
    callee, *groups = _nodes(tree)
    if callee.data == "name":
        own = bound | {"is defined"}  # a form of the language rather than a function
        yield from (Mention(one.name, one.position, called=True) for one in _name(callee, own))
    else:
        yield from mentions(callee, bound)
    skipped = 1 if callee.children[0] in _MAY_BE_ABSENT else 0
    arguments = [part for group in groups for part in _nodes(group)]
    for argument in arguments[skipped:]:
        yield from mentions(argument, bound)


def _nodes(tree: Node) -> list[Node]:
    return [child for child in tree.children if isinstance(child, Tree)]


_SPECIAL: dict[str, Callable[[Node, frozenset[str]], Iterator[Mention]]] = {
    "name": _name,
    "filter": _filter,
    "for_": _loop,
    "some": _loop,
    "every": _loop,
    "function": _function,
    "context": _context,
    "call": _call,
}
