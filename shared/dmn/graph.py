"""The requirement graph (DMN 1.5 §6): which element needs which, across models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from shared.dmn.errors import Problem
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
    """A model with the models it imports."""

    def __init__(self, model: Model, imported: Mapping[str, "Unit"], problems: list[Problem]) -> None:
        self.model = model
        self.imported = imported
        self.types = TypeBook(model, {alias: unit.types for alias, unit in imported.items()}, problems)
        own = (*model.inputs, *model.decisions, *model.knowledge_models, *model.services)
        self.elements: dict[str, Element] = {one.id or one.name: one for one in own}
        self.aliases = {unit.model.namespace: alias for alias, unit in imported.items()}

    def key(self, element: Element) -> Key:
        """The key of an element of this model."""
        return (self.model.namespace, element.id or element.name)

    def find(self, href: str) -> tuple["Unit", Element] | None:
        """The element that a href names: `#id`, or `namespace#id` for this model or an imported one."""
        namespace, _, identifier = href.rpartition("#")
        if namespace in {"", self.model.namespace}:
            found = self.elements.get(identifier)
            return None if found is None else (self, found)
        alias = self.aliases.get(namespace)
        if alias is None:
            return None
        unit = self.imported[alias]
        found = unit.elements.get(identifier)
        return None if found is None else (unit, found)

    def need(self, unit: "Unit", element: Element) -> Need:
        """An element of this model or an imported one, as elements here require it."""
        alias = "" if unit is self else self.aliases[unit.model.namespace]
        return Need(alias, element.variable.name, unit.key(element))

    def declared(self) -> frozenset[str]:
        """The names that only those elements see that require them."""
        own = frozenset(element.variable.name for element in self.elements.values())
        return own | {alias for alias in self.imported if alias}


def link(model: Model, imported: Mapping[str, Model], problems: list[Problem]) -> Unit:
    """The model with its imports, theirs included; `imported` are models by namespace."""
    return _link(model, imported, problems, {})


def _link(
    model: Model, imported: Mapping[str, Model], problems: list[Problem], linked: dict[str, Unit | None]
) -> Unit:
    linked[model.namespace] = None  # under way
    units: dict[str, Unit] = {}
    for one in model.imports:
        target = imported.get(one.namespace)
        if target is None:
            if "DMN" in one.import_type:
                message = f"the imported model {one.name} is not there"
                problems.append(Problem(one.id, "imports", message, f"没有找到引用的模型“{one.name}”"))
            continue
        if one.namespace not in linked:
            _link(target, imported, problems, linked)
        unit = linked[one.namespace]
        if unit is None:
            problems.append(Problem(one.id, "imports", "models import one another", "模型互相引用"))
            continue
        units[one.name] = unit
    unit = Unit(model, units, problems)
    linked[model.namespace] = unit
    return unit
