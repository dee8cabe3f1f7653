"""The requirement graph (DMN 1.5 §6): which element needs which, across models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from shared.dmn.errors import Problem
from shared.dmn.merging import merged
from shared.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    InputData,
    Model,
)
from shared.dmn.type_book import TypeBook

Key: TypeAlias = tuple[str, str]
"""Namespace and id (or, for elements without one, name) of an element."""
Element: TypeAlias = InputData | Decision | BusinessKnowledgeModel | DecisionService


@dataclass(frozen=True)
class Need:
    """What an element requires: the name it is known by there, inside `alias` when it is imported."""

    alias: str
    name: str
    key: Key


class Unit:
    """A model with those it imports, by the names they have here."""

    def __init__(self, model: Model, problems: list[Problem]) -> None:
        self.model = model
        self.imports: dict[str, Unit] = {}
        self.types = TypeBook(model, problems)
        own: tuple[Element, ...] = (
            *model.inputs, *model.decisions, *model.knowledge_models, *model.services
        )  # fmt: skip
        self.elements = {one.id or one.name: one for one in own}

    def add_import(self, alias: str, unit: "Unit") -> None:
        """Import a model; models may import one another."""
        self.imports[alias] = unit
        self.types.add_import(alias, unit.types)

    def key(self, element: Element) -> Key:
        """The key of an element of this model."""
        return (self.model.namespace, element.id or element.name)

    def find(self, href: str) -> tuple[str, "Unit", Element] | None:
        """The element that a href names (`#id` here, `namespace#id` also in an imported model), with its
        model and the name of that model here, "" for this one."""
        namespace, _, identifier = href.rpartition("#")
        for alias, unit in (("", self), *self.imports.items()):
            if namespace == unit.model.namespace or (not namespace and unit is self):
                element = unit.elements.get(identifier)
                return None if element is None else (alias, unit, element)
        return None

    def declared(self) -> frozenset[str]:
        """The names that only those elements see that require them."""
        own = frozenset(element.variable.name for element in self.elements.values())
        return own.union(self.imports)


def link(model: Model, imported: Mapping[str, Model], problems: list[Problem]) -> Unit:
    """The model with its imports, theirs included; `imported` are models by namespace."""
    return _link(model, {**imported, model.namespace: model}, problems, {})


def _link(model: Model, known: Mapping[str, Model], problems: list[Problem], linked: dict[str, Unit]) -> Unit:
    whole = merged(model, known)
    unit = linked[model.namespace] = Unit(whole, problems)
    for one in (*whole.imports, *model.imports):
        target = known.get(one.namespace)
        if target is None and "DMN" in one.import_type:
            message = f"the imported model {one.name} is not there"
            problems.append(Problem(one.id, "imports", message, f"没有找到引用的模型“{one.name}”"))
        elif target is not None and one.name:
            other = linked.get(one.namespace) or _link(target, known, problems, linked)
            unit.add_import(one.name, other)
    return unit
