"""The names that an expression of a model may use, and walking through all its boxes with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from shared.dmn.model import (
    Boxed,
    BoxedList,
    BusinessKnowledgeModel,
    Conditional,
    Context,
    Decision,
    DecisionService,
    DecisionTable,
    Filter,
    FunctionDefinition,
    InputData,
    Invocation,
    Iteration,
    Literal,
    Model,
    Relation,
)

Names: TypeAlias = Mapping[str, str | None]
"""Names with the names of their types."""

Element: TypeAlias = InputData | Decision | BusinessKnowledgeModel | DecisionService


@dataclass(frozen=True)
class Scope:
    """What is visible at one place. `place`: id of the nearest element that has one; `open_names`: other
    names may be there too, because a filter shows the entries of its items."""

    names: Names
    place: str | None
    open_names: bool = False

    def inside(self, element_id: str | None, names: Names | None = None, open_names: bool = False) -> "Scope":
        """The scope of a part that may also use `names`."""
        more = {**self.names, **(names or {})}
        return Scope(more, element_id or self.place, self.open_names or open_names)


@dataclass(frozen=True)
class Requirements:
    """The elements of a model by href, and what depends on what."""

    model: Model
    _named: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        model = self.model
        elements: tuple[Element, ...] = (
            *model.inputs,
            *model.decisions,
            *model.knowledge_models,
            *model.services,
        )
        for element in elements:
            if element.id:
                name = element.variable.name or element.name
                self._named[element.id] = (name, element.variable.type_ref)

    def scope(self, owner: Decision | BusinessKnowledgeModel) -> Scope:
        """What the owner's body sees."""
        hrefs = (*owner.information, *owner.knowledge) if isinstance(owner, Decision) else owner.knowledge
        names = dict(self._named[self.local(href)] for href in hrefs if self.local(href) in self._named)
        names |= {one.name: None for one in self.model.imports}
        if isinstance(owner, BusinessKnowledgeModel):
            names[owner.name] = None
        return Scope(names, owner.id)

    def local(self, href: str) -> str:
        """The id that a href of this model names; the whole href when it points to another model."""
        namespace, _, element_id = href.rpartition("#")
        return element_id if namespace in {"", self.model.namespace} else href

    def sources(self, owner: Decision) -> Mapping[str, frozenset[str]]:
        """For each name of the owner's requirements the ids of what its value comes from, with its own."""
        found = {}
        for href in owner.information:
            element_id = self.local(href)
            name = self._named.get(element_id, (element_id, None))[0]
            found[name] = self._behind(element_id, frozenset())
        return found

    def _behind(self, element_id: str, seen: frozenset[str]) -> frozenset[str]:
        decision = next((one for one in self.model.decisions if one.id == element_id), None)
        if decision is None or element_id in seen:
            return frozenset({element_id})
        inner = (self._behind(self.local(href), seen | {element_id}) for href in decision.information)
        return frozenset({element_id}).union(*inner)


def boxes(body: Boxed | None, scope: Scope) -> Iterator[tuple[Literal | DecisionTable, Scope]]:
    """All literal expressions and decision tables in a body, each with what it sees."""
    if body is None:
        return
    here = scope.inside(body.id)
    if isinstance(body, Literal | DecisionTable):
        yield body, here
    elif isinstance(body, Context):
        yield from _context(body, here)
    elif isinstance(body, FunctionDefinition):
        if body.kind == "FEEL":
            yield from boxes(
                body.body, here.inside(None, {one.name: one.type_ref for one in body.parameters})
            )
    elif isinstance(body, Filter):
        yield from boxes(body.source, here)
        yield from boxes(body.match, here.inside(None, {"item": None}, open_names=True))
    elif isinstance(body, Iteration):
        yield from boxes(body.source, here)
        own = {body.variable: body.variable_type} | ({"partial": None} if body.kind == "for" else {})
        yield from boxes(body.body, here.inside(None, own))
    else:
        yield from _plain(body, here)


def _context(body: Context, scope: Scope) -> Iterator[tuple[Literal | DecisionTable, Scope]]:
    for entry in body.entries:
        yield from boxes(entry.body, scope.inside(entry.id))
        if entry.name:
            scope = replace(scope, names={**scope.names, entry.name: entry.type_ref})


def _plain(
    body: BoxedList | Relation | Invocation | Conditional, scope: Scope
) -> Iterator[tuple[Literal | DecisionTable, Scope]]:
    """Boxes whose parts see what they themselves see."""
    parts: tuple[Boxed | None, ...]
    if isinstance(body, BoxedList):
        parts = body.items
    elif isinstance(body, Relation):
        parts = tuple(cell for row in body.rows for cell in row)
    elif isinstance(body, Conditional):
        parts = (body.test, body.then, body.otherwise)
    else:
        yield from boxes(body.function, scope)
        for binding in body.bindings:
            yield from boxes(binding.body, scope.inside(binding.id))
        return
    for part in parts:
        yield from boxes(part, scope)
