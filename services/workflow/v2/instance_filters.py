"""What processes can be found and ordered by."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import fields, validate

from services.workflow.models import ElementInstance, Incident, Instance, Job, ModelVersion
from services.workflow.models.instances import ACTIVE, COMPLETED, TERMINATED
from services.workflow.models.records import RAISED
from services.workflow.models.waits import FAILED
from services.workflow.paging import Order, nulls_last, plainly
from services.workflow.v2.criteria import (
    EQUALITY,
    NO_CASE,
    RANGE,
    TEXT,
    CaseField,
    Condition,
    Criteria,
    KeyField,
    Moment,
    conditions,
    made_when,
    named_states,
    one_of,
)
from services.workflow.v2.door import TENANT
from services.workflow.v2.incidents import says
from services.workflow.v2.searching import (
    MOST_PARTS,
    Strict,
    apart,
    search_orders,
)
from services.workflow.v2.task_filters import VariableFilter, has_variable

STATES = ("ACTIVE", "COMPLETED", "SUSPENDED", "TERMINATED")
_STATE = fields.String(validate=validate.OneOf(STATES))
_ELEMENT_STATE = fields.String(validate=validate.OneOf((ACTIVE, COMPLETED, TERMINATED)))
_VERSION = fields.Integer(strict=True, validate=validate.Range(-(2**31), 2**31 - 1))


class InstanceFields(Strict):
    """The filters of one group."""

    processDefinitionId = Criteria(fields.String(), TEXT)
    processDefinitionName = Criteria(fields.String(), TEXT)
    processDefinitionVersion = Criteria(_VERSION, RANGE)
    processDefinitionVersionTag = Criteria(fields.String(), TEXT)
    processDefinitionKey = Criteria(KeyField(), EQUALITY)
    startDate = Criteria(Moment(), RANGE)
    endDate = Criteria(Moment(), RANGE)
    suspendedDate = Criteria(Moment(), RANGE)
    state = Criteria(_STATE, TEXT)
    hasIncident = fields.Boolean()
    tenantId = Criteria(fields.String(), TEXT)
    variables = fields.List(fields.Nested(VariableFilter), validate=MOST_PARTS)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    parentProcessInstanceKey = Criteria(KeyField(), EQUALITY)
    parentElementInstanceKey = Criteria(KeyField(), EQUALITY)
    errorMessage = Criteria(fields.String(), TEXT)
    hasRetriesLeft = fields.Boolean()
    elementInstanceState = Criteria(_ELEMENT_STATE, TEXT)
    elementId = Criteria(fields.String(), TEXT)
    hasElementInstanceIncident = fields.Boolean()
    tags = fields.List(fields.String())
    businessId = Criteria(CaseField(), EQUALITY)


class InstanceFilter(InstanceFields):
    """All of these, and one of the groups in `$or`."""

    alternatives = fields.List(fields.Nested(InstanceFields), data_key="$or", validate=MOST_PARTS)


_SHOWN_STATE = sa.case((Instance.suspended_at.is_not(None), "SUSPENDED"), else_=Instance.status)
_COLUMNS: dict[str, Any] = {
    "processDefinitionId": Instance.process_id, "processDefinitionName": ModelVersion.name,
    "processDefinitionVersion": Instance.version, "processDefinitionVersionTag": sa.null(),
    "processDefinitionKey": Instance.definition_key, "startDate": Instance.started_at,
    "endDate": Instance.ended_at, "suspendedDate": Instance.suspended_at, "state": _SHOWN_STATE,
    "tenantId": sa.literal(TENANT),
    "processInstanceKey": Instance.key, "parentProcessInstanceKey": sa.null(),
    "parentElementInstanceKey": sa.null(), "businessId": Instance.case_id,
}  # fmt: skip
_OF_ELEMENTS = ("elementId", "elementInstanceState")
SORTS = (
    "businessId", "endDate", "processDefinitionId", "processDefinitionKey", "processDefinitionName",
    "processDefinitionVersion", "processInstanceKey", "startDate", "state", "tenantId",
)  # fmt: skip


def narrows(wanted: dict[str, Any]) -> bool:
    """Whether a loaded filter leaves something out on purpose: empty lists and objects do not."""
    return any(
        bool(value) and all(map(narrows, value)) if name == "alternatives" else value != []
        for name, value in wanted.items()
    )


def instance_orders(body: dict[str, Any]) -> list[Order]:
    """The orders of a loaded body. What is few among many that are over is ordered as its index finds it."""
    few = body["filter"].keys() & {*_OF_ELEMENTS}
    orders = search_orders(body, _order, apart(Instance.key) if few else Instance.key, made="startDate")
    if _one_status(body["filter"].get("state", [])) and len(orders) == 1:
        return [Order(Instance.status, orders[0].descending), *orders]
    return orders


def _one_status(wanted: Any) -> bool:
    return len(wanted) == 1 and wanted[0][0] == "$eq" and wanted[0][1] != "SUSPENDED"


def _order(field: str, descending: bool) -> Order:
    if field == "endDate":
        return Order(nulls_last(Instance.ended_at, descending), descending)
    if field == "businessId":
        return Order(sa.func.coalesce(Instance.case_id, sa.literal(NO_CASE, sa.Uuid())), descending)
    return Order(_COLUMNS[field], descending)


def instance_conditions(wanted: dict[str, Any]) -> list[Condition]:
    """A loaded filter as conditions on processes and their versions."""
    found: list[Condition] = []
    elements = {name: wanted[name] for name in _OF_ELEMENTS if name in wanted}
    for name, value in wanted.items():
        if name == "state":
            found += [_in_states(operator, given) for operator, given in value]
        elif name == "startDate":
            found += made_when(value, Instance.started_at, Instance.key)
        elif name in _COLUMNS:
            found += conditions(value, _COLUMNS[name])
        elif name == "variables":
            found += [has_variable(Instance.key, variable) for variable in value]
        elif name == "alternatives":
            found.append(one_of(map(instance_conditions, value)))
        elif name not in elements:
            found += _SPECIAL[name](value)
    return [*found, _has_element(elements)] if elements else found


def _in_states(operator: str, given: Any) -> Condition:
    """As an index on the status knows them, where they are named."""
    if operator not in ("$eq", "$in"):
        return conditions([(operator, given)], _SHOWN_STATE)[0]
    if _one_status([(operator, given)]):
        return Instance.status.between(plainly(given), plainly(given)) & Instance.suspended_at.is_(None)
    names = given if operator == "$in" else [given]
    running = Instance.status.in_([plainly(name) for name in names if name != "SUSPENDED"])
    stopped = Instance.suspended_at.is_not(None)
    return sa.or_(running & ~stopped, stopped) if "SUSPENDED" in names else running & ~stopped


def _has_element(wanted: dict[str, Any]) -> Condition:
    rules = conditions(wanted.get("elementId", []), ElementInstance.element_id)
    rules += named_states(wanted.get("elementInstanceState", []), ElementInstance.status)
    return sa.exists().where(ElementInstance.instance_key == Instance.key, *rules)


def _either(condition: Condition, wanted: bool) -> list[Condition]:
    return [condition if wanted else ~condition]


def _open_incident(*more: Condition) -> Condition:
    return sa.exists().where(Incident.instance_key == Instance.key, Incident.status == RAISED, *more)


_SPECIAL: dict[str, Any] = {
    "hasIncident": lambda wanted: _either(_open_incident(), wanted),
    "errorMessage": lambda wanted: [_open_incident(*says(wanted))],
    "hasElementInstanceIncident": lambda wanted: _either(
        _open_incident(Incident.element_key.is_not(None)), wanted
    ),
    "hasRetriesLeft": lambda wanted: [
        sa.exists().where(
            Job.instance_key == Instance.key, Job.status.in_(("BACKING_OFF", FAILED)),
            Job.retries > 0 if wanted else Job.retries <= 0,
        )
    ],
    "tags": lambda wanted: [sa.false()] if wanted else [],  # no process here has a tag
}  # fmt: skip
