"""What user tasks can be found and ordered by."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import ValidationError, fields, validate

from services.workflow.models import StoredVariable, Task
from services.workflow.paging import Order, nulls_last
from services.workflow.v2.criteria import (
    EQUALITY,
    MEMBER,
    NO_CASE,
    RANGE,
    TEXT,
    CaseField,
    Condition,
    Criteria,
    KeyField,
    Moment,
    conditions,
    contains,
    made_when,
    named_states,
    one_of,
)
from services.workflow.v2.door import TENANT
from services.workflow.v2.searching import MOST_PARTS, Strict
from shared.json_values import read_json

TASK_STATES = (
    "CREATING", "CREATED", "ASSIGNING", "UPDATING", "COMPLETING", "COMPLETED", "CANCELING", "CANCELED",
    "FAILED",
)  # fmt: skip


class JsonText(fields.String):
    """A variable's value, written as JSON in a text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        try:
            found = read_json(super()._deserialize(value, attr, data, **settings))
        except ValueError as error:
            raise ValidationError('变量的值要写成 JSON，例如 "\\"grant\\""') from error
        return sa.literal(found, StoredVariable.value.type)


class VariableFilter(Strict):
    """A variable with this value."""

    name = fields.String(required=True)
    value = Criteria(JsonText(), EQUALITY, required=True)


class TaskFields(Strict):
    """The filters of one group."""

    state = Criteria(fields.String(validate=validate.OneOf(TASK_STATES)), EQUALITY)
    assignee = Criteria(fields.String(), TEXT)
    businessId = Criteria(CaseField(), EQUALITY)
    priority = Criteria(fields.Integer(strict=True, validate=validate.Range(-(2**31), 2**31 - 1)), RANGE)
    elementId = Criteria(fields.String(), EQUALITY)
    name = Criteria(fields.String(), TEXT)
    candidateGroup = Criteria(fields.String(), MEMBER)
    candidateUser = Criteria(fields.String(), MEMBER)
    tenantId = Criteria(fields.String(), TEXT)
    processDefinitionId = Criteria(fields.String(), TEXT)
    creationDate = Criteria(Moment(), RANGE)
    completionDate = Criteria(Moment(), RANGE)
    followUpDate = Criteria(Moment(), RANGE)
    dueDate = Criteria(Moment(), RANGE)
    userTaskKey = Criteria(KeyField(), EQUALITY)
    processDefinitionKey = Criteria(KeyField(), EQUALITY)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    elementInstanceKey = Criteria(KeyField(), EQUALITY)
    processInstanceVariables = fields.List(fields.Nested(VariableFilter), validate=MOST_PARTS)
    localVariables = fields.List(fields.Nested(VariableFilter), validate=MOST_PARTS)
    tags = fields.List(fields.String())


class TaskFilter(TaskFields):
    """All of these, and one of the groups in `$or`."""

    alternatives = fields.List(fields.Nested(TaskFields), data_key="$or", validate=MOST_PARTS)


_COLUMNS: dict[str, Any] = {
    "state": Task.status, "assignee": Task.assignee, "businessId": Task.case_id, "priority": Task.priority,
    "elementId": Task.element_id, "name": Task.name, "tenantId": sa.literal(TENANT),
    "processDefinitionId": Task.process_id, "creationDate": Task.created_at,
    "completionDate": Task.completed_at, "followUpDate": Task.follow_up, "dueDate": Task.due,
    "userTaskKey": Task.key, "processDefinitionKey": Task.definition_key,
    "processInstanceKey": Task.instance_key, "elementInstanceKey": Task.element_key,
}  # fmt: skip
_LISTS = {"candidateGroup": Task.candidate_groups, "candidateUser": Task.candidate_users}
_SCOPES = {"processInstanceVariables": Task.instance_key, "localVariables": Task.element_key}
SORTS = ("businessId", "completionDate", "creationDate", "dueDate", "followUpDate", "name", "priority")


def task_conditions(wanted: dict[str, Any]) -> list[Condition]:
    """A loaded filter as conditions."""
    found: list[Condition] = []
    for name, value in wanted.items():
        if name == "state":
            found += named_states(value, Task.status)
        elif name == "creationDate":
            found += made_when(value, Task.created_at, Task.key)
        elif name in _COLUMNS:
            found += conditions(value, _COLUMNS[name])
        elif name in _LISTS:
            found += contains(value, _LISTS[name])
        elif name in _SCOPES:
            found += [has_variable(_SCOPES[name], variable) for variable in value]
        elif name == "tags":
            found += [sa.false()] if value else []  # no task here has a tag
        else:
            found.append(one_of(map(task_conditions, value)))
    return found


def task_order(field: str, descending: bool) -> Order:
    """The order by one field; tasks without a value come last."""
    if field in ("completionDate", "followUpDate", "dueDate"):
        return Order(nulls_last(_COLUMNS[field], descending), descending)
    if field == "businessId":
        return Order(sa.func.coalesce(Task.case_id, sa.literal(NO_CASE, sa.Uuid())), descending)
    return Order(_COLUMNS[field], descending)


def has_variable(scope: Any, wanted: dict[str, Any]) -> Condition:
    """Whether the scope with this key has a variable with this name and value."""
    named = sa.and_(StoredVariable.scope_key == scope, StoredVariable.name == wanted["name"])
    return sa.exists().where(named, *conditions(wanted["value"], StoredVariable.value))
