"""`/v2/variables`: variables of processes, and those a user task sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields
from sqlalchemy.orm import Session

from services.workflow.finished.looking_back import including, including_owner, owners_between
from services.workflow.models import StoredVariable, Task
from services.workflow.paging import Asked, page_of
from services.workflow.problems import AmbiguousKey
from services.workflow.queries import scopes_seen
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.criteria import (
    EQUALITY,
    MEMBER,
    TEXT,
    Condition,
    Criteria,
    Criterion,
    KeyField,
    conditions,
)
from services.workflow.v2.door import MANAGERS, TENANT, blueprint, body_as
from services.workflow.v2.instances import managed_instance
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import Strict, asked_page, by_columns, found, search_orders, search_schema
from services.workflow.v2.shapes import answered, flag, key, operation, results_of, shape, text, without
from services.workflow.v2.task_filters import JsonText
from services.workflow.v2.user_tasks import visible_task
from services.workflow.v2.variable_keys import is_one_of, scopes_of, variable_key, variables_with
from services.workflow.visibility import visible_variables
from shared.errors import NotFound
from shared.web import current_person, logged_in, reading, requires

SHORTENED = 8191
"""Signs of a value that a search shows unless asked for all."""


class VariableSearchFilter(Strict):
    """What variables can be found by; values are written as JSON, e.g. `"\\"grant\\""`."""

    name = Criteria(fields.String(), TEXT)
    value = Criteria(JsonText(), EQUALITY)
    tenantId = fields.String()
    variableKey = Criteria(KeyField(), MEMBER)
    scopeKey = Criteria(KeyField(), EQUALITY)
    processInstanceKey = Criteria(KeyField(), EQUALITY)


class NameFilter(Strict):
    """What variables of a task can be found by."""

    name = Criteria(fields.String(), TEXT)


_COLUMNS: dict[str, Any] = {
    "name": StoredVariable.name, "scopeKey": StoredVariable.scope_key, "tenantId": sa.literal(TENANT),
    "processInstanceKey": StoredVariable.instance_key,
}  # fmt: skip
_SEARCH = search_schema(VariableSearchFilter, sorted(_COLUMNS))
_OF_TASK = search_schema(NameFilter, sorted(_COLUMNS))


FOUND_VARIABLE = shape(
    "FoundVariable", name=text(), value=text(), tenantId=text(), variableKey=key(), scopeKey=key(),
    processInstanceKey=key(), rootProcessInstanceKey=key(), isTruncated=flag(),
)  # fmt: skip
VARIABLE = without(FOUND_VARIABLE, "Variable", ["isTruncated"])
VARIABLES = results_of(FOUND_VARIABLE)
_WHOLE = ("truncateValues",)


@blueprint.post("/variables/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=VARIABLES, asks=_WHOLE)
def search_variables() -> Any:
    """Variables of the processes at the reader's organisations and below.

    Differs: `value` is compared as a value (no `$like`), `variableKey` by `$eq` and `$in`; not sorted by
    either; no filter by `isTruncated`. What was put away is found by its process, case or key only.
    """
    body = body_as(_SEARCH)
    visible = visible_variables(current_person(), MANAGERS)
    with reading() as session, including_named(session, body["filter"]) as session:
        return _page(session, visible.where(*_conditions(session, body["filter"])), body)


@blueprint.get("/variables/<int:key>")
@requires(*MANAGERS)
@operation(gives=VARIABLE)
def get_variable(key: int) -> Any:
    """One variable with its whole value.

    Differs: a key is a digest of scope and name; should two variables ever share one, 409 tells to search
    by name.
    """
    with reading() as session, _including_variable(session, key) as session:
        pairs = variables_with(session, key) if key <= LARGEST_KEY else []
        if not pairs:
            raise NotFound
        row = session.get_one(StoredVariable, pairs[0])
        managed_instance(session, row.instance_key)
        if len(pairs) > 1:
            raise AmbiguousKey
        return jsonify(_shown(row))


@blueprint.post("/user-tasks/<int:key>/variables/search")
@logged_in
@operation(takes=_OF_TASK, gives=VARIABLES, asks=_WHOLE)
def search_task_variables(key: int) -> Any:
    """The variables of every scope that a task sees, hidden ones too."""
    body = body_as(_OF_TASK)
    with reading() as session, including_owner(session, Task, key) as session:
        task = visible_task(session, key, current_person())
        scopes = scopes_seen(session, task.element_key, task.instance_key)
        query = sa.select(StoredVariable).where(StoredVariable.scope_key.in_(scopes))
        return _page(session, query.where(*_conditions(session, body["filter"])), body)


@blueprint.post("/user-tasks/<int:key>/effective-variables/search")
@logged_in
@operation(takes=_OF_TASK, gives=VARIABLES, asks=_WHOLE)
def search_effective_variables(key: int) -> Any:
    """The variables that a task sees: of each name the innermost.

    Differs: pages by cursor too.
    """
    body = body_as(_OF_TASK)
    with reading() as session, including_owner(session, Task, key) as session:
        task = visible_task(session, key, current_person())
        scopes = scopes_seen(session, task.element_key, task.instance_key)
        query = sa.select(StoredVariable).where(is_one_of(_innermost(session, scopes)))
        return _page(session, query.where(*_conditions(session, body["filter"])), body)


@contextmanager
def _including_variable(session: Session, key: int) -> Iterator[Session]:
    known = key > LARGEST_KEY or variables_with(session, key)
    with including(session, () if known else owners_between(session, *scopes_of(key))) as view:
        yield view


def _innermost(session: Session, scopes: list[int]) -> list[tuple[int, str]]:
    within = StoredVariable.scope_key.in_(scopes)
    named = session.execute(sa.select(StoredVariable.scope_key, StoredVariable.name).where(within)).all()
    depth = {scope: number for number, scope in enumerate(scopes)}
    outer_first = sorted(named, key=lambda row: -depth[row.scope_key])
    return [(scope, name) for name, scope in {row.name: row.scope_key for row in outer_first}.items()]


def _page(session: Session, query: sa.Select[tuple[StoredVariable]], body: dict[str, Any]) -> Any:
    orders = search_orders(body, by_columns(_COLUMNS), StoredVariable.scope_key, StoredVariable.name)
    page = page_of(session, query, orders, asked_page(body) if body["page"] else Asked())
    return jsonify(found(page, _shortened()))


def _conditions(session: Session, wanted: dict[str, Any]) -> list[Condition]:
    rules: list[Condition] = []
    for name, value in wanted.items():
        if name == "variableKey":
            rules += _by_keys(session, value)
        elif name == "value":
            rules += conditions(value, StoredVariable.value)
        elif name == "tenantId":
            rules.append(_COLUMNS[name] == value)
        else:
            rules += conditions(value, _COLUMNS[name])
    return rules


def _by_keys(session: Session, wanted: Criterion) -> list[Condition]:
    rules = []
    for _, value in wanted:
        keys = value if isinstance(value, list) else [value]
        rules.append(is_one_of(pair for key in set(keys) for pair in variables_with(session, key)))
    return rules


def _shortened() -> Callable[[StoredVariable], dict[str, Any]]:
    whole = not answered("truncateValues", default=True)

    def shown(row: StoredVariable) -> dict[str, Any]:
        result = _shown(row)
        shortened = len(result["value"]) > SHORTENED and not whole
        value = result["value"][:SHORTENED] if shortened else result["value"]
        return {**result, "value": value, "isTruncated": shortened}

    return shown


def _shown(row: StoredVariable) -> dict[str, Any]:
    return {
        "name": row.name, "value": json.dumps(row.value, ensure_ascii=False), "tenantId": TENANT,
        "variableKey": str(variable_key(row.scope_key, row.name)), "scopeKey": str(row.scope_key),
        "processInstanceKey": str(row.instance_key), "rootProcessInstanceKey": str(row.instance_key),
    }  # fmt: skip
