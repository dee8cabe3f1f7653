"""What a DMN file says, as plain frozen values: no XML, nothing compiled, nothing checked.

Names are as written with single spaces between words; `id` is the XML id or None. The expressions are in
logic.py and known here too. Clauses are of DMN 1.5 (OMG formal/2024-01-01).
"""

from dataclasses import dataclass

from shared.dmn.logic import (
    Binding,
    Boxed,
    BoxedList,
    Conditional,
    Context,
    DecisionTable,
    Entry,
    Filter,
    FunctionDefinition,
    InputClause,
    Invocation,
    Iteration,
    Literal,
    OutputClause,
    Relation,
    Rule,
    Variable,
)

__all__ = [
    "Binding",
    "Boxed",
    "BoxedList",
    "BusinessKnowledgeModel",
    "Conditional",
    "Context",
    "Decision",
    "DecisionService",
    "DecisionTable",
    "Entry",
    "Filter",
    "FunctionDefinition",
    "FunctionItem",
    "Import",
    "InputClause",
    "InputData",
    "Invocation",
    "ItemDefinition",
    "Iteration",
    "Literal",
    "Model",
    "OutputClause",
    "Relation",
    "Rule",
    "Variable",
]


@dataclass(frozen=True)
class InputData:
    """What the outside gives (§6.3.11)."""

    name: str
    variable: Variable
    id: str | None = None


@dataclass(frozen=True)
class Decision:
    """A decision (§6.3.7); `information` and `knowledge` are hrefs: `#id` or `namespace#id`."""

    name: str
    variable: Variable
    information: tuple[str, ...]
    knowledge: tuple[str, ...]
    body: Boxed | None
    question: str = ""
    allowed_answers: str = ""
    id: str | None = None


@dataclass(frozen=True)
class BusinessKnowledgeModel:
    """A function that decisions share (§6.3.9)."""

    name: str
    variable: Variable
    knowledge: tuple[str, ...]
    function: FunctionDefinition | None
    id: str | None = None


@dataclass(frozen=True)
class DecisionService:
    """A part of the graph that can be called (§6.3.10); all tuples are hrefs."""

    name: str
    variable: Variable
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]
    id: str | None = None


@dataclass(frozen=True)
class FunctionItem:
    """The type of a function (§7.3.4)."""

    parameters: tuple[Variable, ...]
    result: str | None


@dataclass(frozen=True)
class ItemDefinition:
    """A type (§7.3.3): another type narrowed by `allowed` (for a collection: its items), or components.

    `constraint` are unary tests on the value as a whole, also on a collection (typeConstraint, DMN 1.4).
    """

    name: str
    type_ref: str | None = None
    collection: bool = False
    allowed: str | None = None
    components: tuple["ItemDefinition", ...] = ()
    function: FunctionItem | None = None
    constraint: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Import:
    """Another model (or a PMML file) whose elements are reached as `name.element` (§6.3.3)."""

    namespace: str
    name: str
    import_type: str
    id: str | None = None


@dataclass(frozen=True)
class Model:
    """A DMN file."""

    namespace: str
    name: str
    imports: tuple[Import, ...] = ()
    item_definitions: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge_models: tuple[BusinessKnowledgeModel, ...] = ()
    services: tuple[DecisionService, ...] = ()
    id: str | None = None
