"""Every operation of the Camunda 8 API v2, as a foreign client knows them; those not offered answer 501.

The list is `camunda_operations.csv`, written by `make reference` from the installed client.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import Rule

from shared.errors import Problem
from shared.web import needs

LIST = Path(__file__).parent / "camunda_operations.csv"
PAGE = "docs/api.md"
_NOT_OFFERED = "v2.not-offered-"


class NotOffered(Problem):
    """This operation of the Camunda 8 API is not offered here."""

    status = 501
    zh = "本系统不提供这项操作。"


@dataclass(frozen=True)
class Operation:
    """One operation: its name there, method, and path below `/v2` with `{names}` of parameters."""

    name: str
    method: str
    path: str

    @property
    def shape(self) -> tuple[str, str]:
        """What tells it from others, whatever its parameters are called."""
        return self.method, re.sub(r"\{.*?\}", "{}", self.path)


@cache
def known_operations() -> tuple[Operation, ...]:
    """Every operation there is, in the order of paths."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return tuple(Operation(**row) for row in csv.DictReader(file))


def offered_routes(app: Flask) -> Iterator[tuple[Operation, Rule]]:
    """What the app offers below `/v2`, named as there, or by its function where it is ours alone."""
    names = {operation.shape: operation.name for operation in known_operations()}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("v2.") and not rule.endpoint.startswith(_NOT_OFFERED):
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            for route in (Operation("", method, path) for path in _paths(rule) for method in methods):
                yield Operation(names.get(route.shape) or _own_name(rule), route.method, route.path), rule


def missing_operations(app: Flask) -> list[Operation]:
    """What the app does not offer."""
    offered = {operation.shape for operation, _ in offered_routes(app)}
    return [operation for operation in known_operations() if operation.shape not in offered]


def answer_the_rest(state: BlueprintSetupState) -> None:
    """Routes for all that is not offered, so that clients are told which operation it is."""
    for operation in missing_operations(state.app):  # type: ignore[arg-type]
        path = re.sub(r"\{(.*?)\}", r"<\1>", operation.path)
        endpoint = _NOT_OFFERED.removeprefix("v2.") + operation.name
        state.add_url_rule(path, endpoint, _refusing(operation), methods=[operation.method])


def _refusing(operation: Operation) -> Any:
    @needs("workflow.system.read")
    def refuse(**_: str) -> Any:
        """Say that this is not offered."""
        raise NotOffered(
            f"本系统不提供 {operation.name} 操作，已提供的操作见 {PAGE}。",
            operation=operation.name, documentation=PAGE,
        )  # fmt: skip

    return refuse


def _paths(rule: Rule) -> list[str]:
    """Its path, or one for each word when it ends with a choice of words."""
    choice = re.search(r"<any\((.*?)\):\w+>", rule.rule)
    words = choice[1].split(",") if choice else [""]
    written = [rule.rule.replace(choice[0], word) if choice else rule.rule for word in words]
    return [re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path.removeprefix("/v2")) for path in written]


def _own_name(rule: Rule) -> str:
    first, *rest = rule.endpoint.rpartition(".")[2].split("_")
    return first + "".join(part.title() for part in rest)
