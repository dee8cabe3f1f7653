"""Making a decision: its value, and how every decision it needed came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.decisions.library import DecisionProgram, ids_within, program_of
from services.workflow.models import DecisionDefinition, DecisionRequirements
from shared.dmn import DecisionRecord, Evaluation, Problem, RuleRecord
from shared.dmn.model import Decision, DecisionTable
from shared.feel import Environment, FeelError, to_json

NOT_KEPT = "（不能保存的值）"
"""Stands in a record for a function or a range, which JSON does not have."""


@dataclass(frozen=True)
class Made:
    """One decision as it was made. `rules`: id, row (from 1), what the row says, its outputs."""

    definition: DecisionDefinition
    inputs: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    result: Any
    failure: str | None


@dataclass(frozen=True)
class Report:
    """An evaluation: the decision asked for, its value or why it failed, and all decisions in order."""

    root: DecisionDefinition
    made: tuple[Made, ...]
    value: Any
    failure: str | None

    @property
    def failed(self) -> DecisionDefinition | None:
        """The decision at which the evaluation failed."""
        return next((made.definition for made in self.made if made.failure is not None), None)


def make_decision(
    session: Session, root: DecisionDefinition, variables: Mapping[str, Any], environment: Environment
) -> Report:
    """Evaluate a decision; what goes wrong is told in the report. `variables` are never changed."""
    program = program_of(session, root.requirements_key)
    definitions = _definitions(session, root)
    evaluation = program.decisions.evaluate(root.decision_id, variables, environment)
    try:
        value = None if evaluation.failed else to_json(evaluation.value)
    except FeelError as error:  # a range, a function, or too much to keep
        unfit = Problem(root.decision_id, root.name, error.message, error.message_zh)
        evaluation, value = replace(evaluation, failed=unfit), None
    failure = None if evaluation.failed is None else _reason(evaluation.failed)
    return Report(root, _made(program, definitions, root, evaluation), value, failure)


def _definitions(session: Session, root: DecisionDefinition) -> dict[tuple[str, str], DecisionDefinition]:
    """All decisions of the file and of those it imports, by id and name; the file's own come first."""
    imports = session.get_one(DecisionRequirements, root.requirements_key).imports
    keys = [*imports.values(), root.requirements_key]
    rows = session.scalars(sa.select(DecisionDefinition).where(DecisionDefinition.requirements_key.in_(keys)))
    in_order = sorted(rows, key=lambda row: row.requirements_key == root.requirements_key)
    return {(row.decision_id, row.name): row for row in in_order}


def _made(
    program: DecisionProgram,
    definitions: Mapping[tuple[str, str], DecisionDefinition],
    root: DecisionDefinition,
    evaluation: Evaluation,
) -> tuple[Made, ...]:
    bodies = {(d.id, d.name): d for model in (*program.imported, program.model) for d in model.decisions}
    made = [
        _as_made(record, definitions[record.id or "", record.name], bodies[record.id, record.name])
        for record in evaluation.decisions
    ]
    if evaluation.failed is None:
        return tuple(made)
    guilty = _guilty(definitions, bodies.values(), root, evaluation.failed)
    failure = _reason(evaluation.failed)
    if all(one.definition is not guilty for one in made):  # it was stopped before it came to a value
        return (*made, Made(guilty, [], [], None, failure))
    return tuple(replace(one, failure=failure) if one.definition is guilty else one for one in made)


def _guilty(
    definitions: Mapping[tuple[str, str], DecisionDefinition],
    decisions: Iterable[Decision],
    root: DecisionDefinition,
    problem: Problem,
) -> DecisionDefinition:
    """The decision in which the problem lies; the one asked for when it lies in none, but in a function."""
    for decision in decisions:
        if problem.element_id is not None and problem.element_id in ids_within(decision):
            return definitions[decision.id or "", decision.name]
    return root


def _as_made(record: DecisionRecord, definition: DecisionDefinition, decision: Decision) -> Made:
    table = decision.body if isinstance(decision.body, DecisionTable) else None
    inputs = [{"id": i.id or "", "name": i.name, "value": _storable(i.value)} for i in record.inputs]
    rules = [_rule(rule, table) for rule in record.rules]
    return Made(definition, inputs, rules, _storable(record.value), None)


def _rule(rule: RuleRecord, table: DecisionTable | None) -> dict[str, Any]:
    outputs = [{"id": o.id or "", "name": o.name, "value": _storable(o.value)} for o in rule.outputs]
    says = _says(table, rule.index) if table is not None else ""
    return {"id": rule.id or "", "row": rule.index, "says": says, "outputs": outputs}


def _says(table: DecisionTable, index: int) -> str:
    """What the author wrote beside the row."""
    row = table.rules[index - 1]
    return "；".join(text for text in (*row.annotations, row.description) if text)


def _storable(value: Any) -> Any:
    try:
        return to_json(value)
    except FeelError:
        return NOT_KEPT


def _reason(problem: Problem) -> str:
    return f"{problem.path}：{problem.message_zh}" if problem.path else problem.message_zh
