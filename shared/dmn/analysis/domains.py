"""What may come in through a column: its types, and the allowed values of the clause and of its type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lark import Tree

from shared.dmn.model import InputClause, ItemDefinition, Model
from shared.feel import FeelError
from shared.feel.builtins import BUILT_INS
from shared.feel.parser import Node, parse_expression

_BASIC = {
    "number": "number", "integer": "number", "long": "number", "double": "number", "string": "string",
    "boolean": "boolean", "date": "date", "time": "time", "dateandtime": "date and time",
    "datetime": "date and time", "daysandtimeduration": "days and time duration",
    "daytimeduration": "days and time duration", "yearmonthduration": "years and months duration",
    "yearsandmonthsduration": "years and months duration",
}  # fmt: skip
_DEPTH = 20


@dataclass(frozen=True)
class Space:
    """The values of a column: FEEL types (empty: not said), unary tests they must pass, and whether they are
    lists, contexts or functions, which are not judged."""

    kinds: frozenset[str] = frozenset()
    limits: tuple[str, ...] = ()
    structured: bool = False


class Spaces:
    """The types of a model."""

    def __init__(self, model: Model) -> None:
        self._defined = {item.name: item for item in model.item_definitions}

    def of_column(self, clause: InputClause, types: Mapping[str, str | None]) -> Space:
        """The values of an input column; `types` are the types of the names that its text may use."""
        declared = self.of_type(clause.type_ref)
        path = self._of_path(clause.text, types)
        own = (clause.values,) if clause.values else ()
        limits = tuple(dict.fromkeys((*own, *declared.limits, *path.limits)))
        return Space(declared.kinds or path.kinds, limits, declared.structured or path.structured)

    def of_type(self, name: str | None) -> Space:
        """The values of a named type."""
        return self._merged(list(self._chain(name)))

    def _merged(self, chain: list[ItemDefinition | str]) -> Space:
        kinds: frozenset[str] = frozenset()
        limits: list[str] = []
        structured = False
        for link in chain:
            if isinstance(link, str):
                kinds = frozenset({link})
            else:
                limits += [text for text in (link.allowed, link.constraint) if text]
                structured |= link.collection or bool(link.components) or link.function is not None
        return Space(kinds, tuple(limits), structured)

    def _chain(self, name: str | None) -> Iterator[ItemDefinition | str]:
        """The item definitions that a type stands on, and at the end its built-in type, if it has one."""
        for _ in range(_DEPTH):
            if name is None:
                return
            item = self._defined.get(name) or self._defined.get(name.rpartition(":")[2])
            if item is None:
                yield from self._basic(name)
                return
            yield item
            name = item.type_ref

    def _basic(self, name: str) -> Iterable[str]:
        plain = name.rpartition(":")[2].replace(" ", "").lower()
        return [_BASIC[plain]] if plain in _BASIC else []

    def _of_path(self, text: str, types: Mapping[str, str | None]) -> Space:
        """The values of `name.entry.entry`, as far as the types say; nothing for other texts."""
        steps = path_of(text, types)
        if not steps or steps[0] not in types:
            return Space()
        chain = list(self._chain(types[steps[0]]))
        for step in steps[1:]:
            parts = [part for link in chain if isinstance(link, ItemDefinition) for part in link.components]
            entry = next((part for part in parts if part.name == step), None)
            if entry is None:
                return Space()
            chain = [entry, *self._chain(entry.type_ref)]
        return self._merged(chain)


def path_of(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """The steps of a text that is nothing but a name or a path; empty for any other text."""
    try:
        tree = parse_expression(text, frozenset(names) | BUILT_INS.keys())
    except FeelError:
        return ()
    found = _steps(tree.children[0])
    return tuple(found) if found else ()


def _steps(tree: Node | str) -> list[str] | None:
    if isinstance(tree, Tree) and tree.data == "name":
        return [str(tree.children[0])]
    if isinstance(tree, Tree) and tree.data == "path":
        before = _steps(tree.children[0])
        return before and [*before, str(tree.children[1])]
    return None
