"""Evaluates the shipped tables: variables and policy settings in, decision and fired rows out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

from shared.calendar import WorkCalendar
from shared.dmn import Decisions, Evaluation, compile_model
from shared.dmn.model import DecisionTable, Model, Rule
from shared.dmn.reading import read_model
from shared.feel import Environment, to_json
from shared.policy import Policy, load_policy
from tests.workflows.diagram import WORKFLOWS

FILES = sorted((WORKFLOWS / "decisions").glob("*.dmn"))
NAMES = [path.stem for path in FILES]
NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)

Facts = Mapping[str, Any]
"""What a table is asked about: variables by name, and policy settings by their dotted path."""


@cache
def model(name: str) -> Model:
    """The model of a file, or the one that holds a decision of that id."""
    models = (read_model(path.read_bytes()) for path in FILES if path.stem == name or name not in NAMES)
    return next(found for found in models if name in {decision.id for decision in found.decisions})


@cache
def compiled(name: str) -> Decisions:
    return compile_model(model(name))


def tables(name: str) -> dict[str, DecisionTable]:
    """The decision tables of a file by the id of their decision."""
    bodies = {decision.id or "": decision.body for decision in model(name).decisions}
    return {id_: body for id_, body in bodies.items() if isinstance(body, DecisionTable)}


def rules(name: str) -> dict[str, Rule]:
    """Every row of a file by its id."""
    return {rule.id or "": rule for table in tables(name).values() for rule in table.rules}


def clauses(rule: Rule) -> list[str]:
    """The clauses that the row's annotation names, before its colon."""
    return rule.description.partition("：")[0].split("、")


def evaluate(name: str, decision: str, facts: Facts) -> Evaluation:
    """The decision for these facts; whatever the table reads and `facts` leave out is null."""
    settings = {path: value for path, value in facts.items() if "." in path}
    variables = {entry.name: facts.get(entry.name) for entry in model(name).inputs}
    assert set(facts) <= set(settings) | set(variables), "a fact that the table never reads"
    environment = Environment(
        now=lambda: NOON, calendar=WorkCalendar.chinese(), policy=policy(json.dumps(settings))
    )
    evaluation = compiled(name).evaluate(decision, variables, environment)
    assert evaluation.failed is None, evaluation.failed
    return evaluation


def decide(name: str, decision: str, facts: Facts) -> Any:
    """The decision's value in JSON's words; numbers of the tables are exact enough for float."""
    return to_json(evaluate(name, decision, facts).value)


def fired(name: str, facts: Facts) -> set[str]:
    """The ids of all rows that apply to these facts, over all tables of the file."""
    records = [record for id_ in tables(name) for record in evaluate(name, id_, facts).decisions]
    return {rule.id or "" for record in records for rule in record.rules}


@cache
def policy(settings: str) -> Policy:
    """The shipped policy with settings (a JSON object by dotted path) changed, checked like any profile."""
    profile: dict[str, Any] = {}
    for path, value in json.loads(settings).items():
        *groups, key = path.split(".")
        place = profile
        for group in groups:
            place = place.setdefault(group, {})
        place[key] = value
    with TemporaryDirectory() as folder:
        for shipped in ("base.yaml", "schema.yaml"):
            copy(WORKFLOWS / "policies" / shipped, folder)
        (Path(folder) / "here.yaml").write_text(json.dumps(profile), encoding="utf-8")
        return load_policy(Path(folder), "here")
