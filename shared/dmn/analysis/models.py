"""All findings on a model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations

from shared.dmn.analysis.coverage import Coverage, Related
from shared.dmn.analysis.domains import Spaces, path_of
from shared.dmn.analysis.finding import Finding
from shared.dmn.analysis.grid import Reader, normal
from shared.dmn.analysis.scopes import Element, Requirements, Scope, boxes
from shared.dmn.analysis.texts import Author, Text, texts_of
from shared.dmn.model import Boxed, DecisionTable, ItemDefinition, Model
from shared.feel import Environment, FeelError, compile_expression

_NOWHERE = Environment(now=lambda: datetime(2000, 1, 1, tzinfo=UTC))


def analyse(model: Model, environment: Environment | None = None) -> tuple[Finding, ...]:
    """What an author should know of a model, in the order of the model; errors refuse its deployment.

    With an environment that has a policy, cells such as `>= policy("a.b")` are judged by that policy; without
    one, and for all else that depends on variables, the rows concerned are named as not judged.
    """
    return tuple(_Analysis(model, environment or _NOWHERE).findings())


class _Analysis:
    def __init__(self, model: Model, environment: Environment) -> None:
        self.model = model
        self.environment = replace(environment, missing="null", warnings=[])
        self.requirements = Requirements(model)
        self.spaces = Spaces(model)
        elements: tuple[Element, ...] = (
            *model.inputs,
            *model.decisions,
            *model.knowledge_models,
            *model.services,
        )
        self.author = Author(frozenset(one.name for one in elements), bool(model.inputs))

    def findings(self) -> Iterator[Finding]:
        for item in self.model.item_definitions:
            yield from self._types(item, item.id)
        for decision in self.model.decisions:
            sources = self.requirements.sources(decision)
            yield from self._body(decision.body, self.requirements.scope(decision), sources)
        for knowledge in self.model.knowledge_models:
            yield from self._body(knowledge.function, self.requirements.scope(knowledge), {})

    def _types(self, item: ItemDefinition, place: str | None) -> Iterator[Finding]:
        where, where_zh = f"values of the type {item.name}: ", f"类型“{item.name}”允许的值："
        for text in (item.allowed, item.constraint):
            told = Text(text or "", place, where, where_zh, None, True)
            yield from self.author.check(told, Scope({}, place))
        for component in item.components:
            yield from self._types(component, component.id or place)

    def _body(
        self, body: Boxed | None, scope: Scope, sources: Mapping[str, frozenset[str]]
    ) -> Iterator[Finding]:
        for box, seen in boxes(body, scope):
            faults = [fault for text in texts_of(box, seen) for fault in self.author.check(text, seen)]
            yield from faults
            if isinstance(box, DecisionTable):
                reader = Reader(self.spaces, seen.names, self.environment)
                yield from Coverage(box, reader, seen.place, _related(box, seen, sources)).findings()


def _related(table: DecisionTable, scope: Scope, sources: Mapping[str, frozenset[str]]) -> Related:
    """Pairs of column texts of which one may limit the other."""
    texts = {normal(clause.text): _Origin.of(clause.text, scope, sources) for clause in table.inputs}
    pairs = combinations(texts.items(), 2)
    return frozenset(frozenset({left, right}) for (left, one), (right, two) in pairs if one.limits(two))


@dataclass(frozen=True)
class _Origin:
    """Where a column's value comes from: its path, if it is one, and the names and elements behind it."""

    path: tuple[str, ...]
    behind: frozenset[str]

    @classmethod
    def of(cls, text: str, scope: Scope, sources: Mapping[str, frozenset[str]]) -> "_Origin":
        try:
            used = compile_expression(text, frozenset(scope.names)).variables
        except FeelError:
            return cls((), frozenset())
        behind = used.union(*(sources.get(name, frozenset()) for name in used))
        return cls(path_of(text, scope.names), behind)

    def limits(self, other: "_Origin") -> bool:
        """Entries of one context that lie beside one another are taken as free."""
        shorter = min(len(self.path), len(other.path))
        beside = self.path[:shorter] != other.path[:shorter] and self.path[:1] == other.path[:1]
        return not beside and bool(self.behind & other.behind)
