"""Imports without a name (DMN 1.5 §6.3.3): what they hold becomes part of the importing model.

Where names meet, the importing model wins, also for the elements that came with the import.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from shared.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, InputData, Model

_AnyPart: TypeAlias = InputData | Decision | BusinessKnowledgeModel | DecisionService
_Part = TypeVar("_Part", InputData, Decision, BusinessKnowledgeModel, DecisionService)


def merged(model: Model, known: Mapping[str, Model]) -> Model:
    """The model with all that it imports without a name, and what is imported there in the same way."""
    sources = list(_sources(model, known))
    if len(sources) == 1:
        return model
    merge = _Merge(model, {source.namespace for source in sources})
    for source in sources:
        merge.register(source)
    return replace(
        model,
        imports=tuple(
            {one.name: one for source in reversed(sources) for one in source.imports if one.name}.values()
        ),
        item_definitions=tuple(
            {one.name: one for source in reversed(sources) for one in source.item_definitions}.values()
        ),
        inputs=merge.parts([(source, source.inputs) for source in sources]),
        decisions=merge.parts([(source, source.decisions) for source in sources]),
        knowledge_models=merge.parts([(source, source.knowledge_models) for source in sources]),
        services=merge.parts([(source, source.services) for source in sources]),
    )


def _sources(model: Model, known: Mapping[str, Model]) -> Iterator[Model]:
    seen: set[str] = set()
    waiting = [model]
    while waiting:
        source = waiting.pop(0)
        if source.namespace not in seen:
            seen.add(source.namespace)
            yield source
            nameless = (one.namespace for one in source.imports if not one.name)
            waiting += [known[namespace] for namespace in nameless if namespace in known]


@dataclass
class _Merge:
    """Which element stands for which: `ids` by namespace and id, `owners` by name."""

    main: Model
    namespaces: set[str]
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)

    def register(self, source: Model) -> None:
        """Take in the elements of a model; those whose name is taken are stood for by its owner."""
        parts: tuple[_AnyPart, ...] = (
            *source.inputs, *source.decisions, *source.knowledge_models, *source.services
        )  # fmt: skip
        for one in parts:
            own = (source.namespace, one.id or one.name)
            owner = self.owners.setdefault(one.name, own)
            self.ids[own] = self.ids.get(owner) or self._free(own)

    def parts(self, groups: list[tuple[Model, tuple[_Part, ...]]]) -> tuple[_Part, ...]:
        """The elements that keep their names, with hrefs that lead to where the names lead."""
        return tuple(
            self._moved(part, source.namespace)
            for source, own in groups
            for part in own
            if self.owners[part.name] == (source.namespace, part.id or part.name)
        )

    def _free(self, own: tuple[str, str]) -> str:
        namespace, identifier = own
        return f"{namespace}#{identifier}" if identifier in self.ids.values() else identifier

    def _moved(self, part: _Part, namespace: str) -> _Part:
        changes: dict[str, object] = {"id": self.ids[namespace, part.id or part.name]}
        for name, value in vars(part).items():
            if name in _REFERENCES:
                changes[name] = tuple(self._href(href, namespace) for href in value)
        return replace(part, **changes)  # type: ignore[arg-type]

    def _href(self, href: str, namespace: str) -> str:
        target, _, identifier = href.rpartition("#")
        target = target or namespace
        if target not in self.namespaces:
            return href
        found = self.ids.get((target, identifier)) or next(
            (new for (_, old), new in self.ids.items() if old == identifier), identifier
        )
        return f"#{found}"


_REFERENCES = {
    "information", "knowledge", "outputs", "encapsulated", "input_decisions", "input_data",
}  # fmt: skip
