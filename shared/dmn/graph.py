"""The requirement graph (DMN 1.5 §6): which element needs which, across models."""

from collections.abc import Iterator, Mapping
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
    """A model with the models it imports: `imports` are these with the names they are known by, "" for none."""

    def __init__(self, model: Model, problems: list[Problem]) -> None:
        self.model = model
        self.imports: list[tuple[str, Unit]] = []
        self.types = TypeBook(model, problems)
        own = (*model.inputs, *model.decisions, *model.knowledge_models, *model.services)
        self.elements: dict[str, Element] = {one.id or one.name: one for one in own}

    def add_import(self, alias: str, unit: "Unit") -> None:
        """Import a model; models may import one another."""
        self.imports.append((alias, unit))
        self.types.add_import(alias, unit.types)

    def key(self, element: Element) -> Key:
        """The key of an element of this model."""
        return (self.model.namespace, element.id or element.name)

    def find(self, href: str) -> tuple[str, "Unit", Element] | None:
        """The element that a href names, with its model and the model's name here.

        `namespace#id` is in that model; `#id` is here or in what is imported without a name (§6.3.3).
        """
        namespace, _, identifier = href.rpartition("#")
        for alias, unit in self.reach():
            wanted = unit.model.namespace == namespace if namespace else not alias
            found = unit.elements.get(identifier) if wanted else None
            if found is not None:
                return alias, unit, found
        return None

    def reach(self) -> Iterator[tuple[str, "Unit"]]:
        """This model and those it imports, with their names here; a model imported without a name brings
        along what it imports itself."""
        seen: set[tuple[str, str]] = set()
        waiting: list[tuple[str, Unit]] = [("", self)]
        while waiting:
            alias, unit = waiting.pop(0)
            if (alias, unit.model.namespace) not in seen:
                seen.add((alias, unit.model.namespace))
                yield alias, unit
                waiting += unit.imports if not alias else []

    def declared(self) -> frozenset[str]:
        """The names that only those elements see that require them."""
        own = frozenset(element.variable.name for element in self.elements.values())
        return own | {alias for alias, _ in self.imports if alias}


def link(model: Model, imported: Mapping[str, Model], problems: list[Problem]) -> Unit:
    """The model with its imports, theirs included; `imported` are models by namespace."""
    return _link(model, {**imported, model.namespace: model}, problems, {})


def _link(model: Model, known: Mapping[str, Model], problems: list[Problem], linked: dict[str, Unit]) -> Unit:
    unit = linked[model.namespace] = Unit(model, problems)
    for one in model.imports:
        target = known.get(one.namespace)
        if target is not None:
            other = linked.get(one.namespace) or _link(target, known, problems, linked)
            unit.add_import(one.name, other)
        elif "DMN" in one.import_type:
            message = f"the imported model {one.name} is not there"
            problems.append(Problem(one.id, "imports", message, f"没有找到引用的模型“{one.name}”"))
    return unit
