"""What the expressions of a DMN file say, as plain frozen values; elements and files are in model.py.

Texts are FEEL, stripped; `id` is the XML id or None. Clauses are of DMN 1.5 (OMG formal/2024-01-01).
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Variable:
    """A name with the name of its type (§7.3.2); also a formal parameter and a column of a relation."""

    name: str
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Literal:
    """A FEEL expression (§7.3.6); `language` is the URI of another language, None for FEEL."""

    text: str
    type_ref: str | None = None
    language: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class InputClause:
    """An input column (§8.3.2); `values` are unary tests that every input must pass."""

    label: str
    text: str
    type_ref: str | None = None
    values: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class OutputClause:
    """An output column; `values` in falling priority; `default` is an expression."""

    name: str
    label: str
    type_ref: str | None = None
    values: str | None = None
    default: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Rule:
    """A row: input cells are unary tests, output cells expressions, annotations plain text."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""
    id: str | None = None


@dataclass(frozen=True)
class DecisionTable:
    """A decision table (§8). `hit_policy`: UNIQUE, FIRST, PRIORITY, ANY, COLLECT, RULE ORDER, OUTPUT ORDER;
    `aggregation`: "", SUM, MIN, MAX or COUNT."""

    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Entry:
    """An entry of a context; without a name it is the context's result."""

    name: str | None
    type_ref: str | None
    body: "Boxed | None"
    id: str | None = None


@dataclass(frozen=True)
class Context:
    """A boxed context (§10.2.1.4): each entry sees those before it."""

    entries: tuple[Entry, ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class BoxedList:
    """A boxed list (§10.2.1.5)."""

    items: tuple["Boxed | None", ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Relation:
    """A list of contexts with the same keys (§10.2.1.6)."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple["Boxed | None", ...], ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Binding:
    """An argument of a boxed invocation."""

    name: str
    type_ref: str | None
    body: "Boxed | None"
    id: str | None = None


@dataclass(frozen=True)
class Invocation:
    """A boxed invocation (§10.2.1.3)."""

    function: "Boxed | None"
    bindings: tuple[Binding, ...]
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class FunctionDefinition:
    """A boxed function (§10.2.1.7); `kind`: FEEL, JAVA or PMML."""

    parameters: tuple[Variable, ...]
    body: "Boxed | None"
    kind: str = "FEEL"
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Conditional:
    """A boxed conditional (§10.2.1.8)."""

    test: "Boxed | None"
    then: "Boxed | None"
    otherwise: "Boxed | None"
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Filter:
    """A boxed filter (§10.2.1.9): `match` sees each item's entries and the item itself as `item`."""

    source: "Boxed | None"
    match: "Boxed | None"
    type_ref: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Iteration:
    """A boxed iterator (§10.2.1.10); `kind`: for, some or every."""

    kind: str
    variable: str
    source: "Boxed | None"
    body: "Boxed | None"
    variable_type: str | None = None
    type_ref: str | None = None
    id: str | None = None


Boxed: TypeAlias = (
    Literal
    | DecisionTable
    | Context
    | BoxedList
    | Relation
    | Invocation
    | FunctionDefinition
    | Conditional
    | Filter
    | Iteration
)
"""Any expression of a model."""
