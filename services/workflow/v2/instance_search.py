"""`/v2/process-instances/search`: processes found by who runs them, and how far each has come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate

from services.workflow.finished.looking_back import including
from services.workflow.models import ElementInstance, Incident, Instance, Job, ModelVersion
from services.workflow.models.instances import ACTIVE, COMPLETED, TERMINATED
from services.workflow.models.records import RAISED
from services.workflow.models.waits import FAILED
from services.workflow.paging import nulls_last, page_of
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
    one_of,
)
from services.workflow.v2.door import TENANT, blueprint, body_as
from services.workflow.v2.incidents import INCIDENT_SEARCH, INCIDENTS, incidents_where, says
from services.workflow.v2.instances import INSTANCE, instance_results, managed_instance
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import (
    MOST_PARTS,
    Strict,
    asked_page,
    listed,
    search_orders,
    search_schema,
)
from services.workflow.v2.shapes import many, number, operation, results_of, shape, text
from services.workflow.v2.task_filters import VariableFilter, has_variable
from services.workflow.visibility import visible_instances
from shared.web import Person, current_person, needs, reading

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
_OF_ELEMENTS: dict[str, Any] = {
    "elementId": ElementInstance.element_id,
    "elementInstanceState": ElementInstance.status,
}
_SORTS = (
    "businessId", "endDate", "processDefinitionId", "processDefinitionKey", "processDefinitionName",
    "processDefinitionVersion", "processInstanceKey", "startDate", "state", "tenantId",
)  # fmt: skip
_SEARCH = search_schema(InstanceFilter, list(_SORTS))


STATISTICS = shape(
    "ElementStatistics", elementId=text(), active=number(), canceled=number(), incidents=number(),
    completed=number(),
)  # fmt: skip


@blueprint.post("/process-instances/search")
@needs("workflow.instance.read")
@operation(takes=_SEARCH, gives=results_of(INSTANCE))
def search_instances() -> Any:
    """Running and ended processes at the reader's organisations and below.

    Differs: called processes are part of the instance that calls them, not instances of their own.
    No filter by batch operation or the hash of an error. Elements and variables of what was put away are
    looked at only where its key or case is named.
    """
    body = body_as(_SEARCH)
    query = chosen_instances(current_person(), body["filter"], "workflow.instance.read")
    with reading() as session, including_named(session, body["filter"]) as session:
        page = page_of(session, query, _orders(body), asked_page(body))
        return jsonify(listed(page, instance_results(session, page.rows)))


@blueprint.get("/process-instances/<int:key>/statistics/element-instances")
@needs("workflow.instance.read")
@operation(gives=shape("ElementStatisticsList", items=many(STATISTICS)))
def instance_statistics(key: int) -> Any:
    """How often each element of a process is active, ended, stuck."""
    with reading() as session, including(session, [key]) as session:
        managed_instance(session, key)
        rows = session.execute(_counts(key)).all()
    names = ("elementId", "active", "canceled", "incidents", "completed")
    return jsonify(items=[dict(zip(names, row, strict=True)) for row in rows])


@blueprint.post("/process-instances/<int:key>/incidents/search")
@needs("workflow.incident.read")
@operation(takes=INCIDENT_SEARCH, gives=INCIDENTS)
def search_instance_incidents(key: int) -> Any:
    """Incidents of one process, those of the processes it calls too."""
    with reading() as session:
        managed_instance(session, key)
    return incidents_where(Incident.instance_key == key, of=key)


def chosen_instances(person: Person, wanted: dict[str, Any], action: str) -> sa.Select[tuple[Instance]]:
    """Those of the processes at the person's organisations that a loaded filter finds."""
    visible = visible_instances(person, action)
    joined = visible.join(ModelVersion, ModelVersion.key == Instance.definition_key)
    return joined.where(*_conditions(wanted))


def narrows(wanted: dict[str, Any]) -> bool:
    """Whether a loaded filter leaves something out on purpose: empty lists and objects do not."""
    return any(
        bool(value) and all(map(narrows, value)) if name == "alternatives" else value != []
        for name, value in wanted.items()
    )


def _orders(body: dict[str, Any]) -> list[Any]:
    descending = {s["field"]: s["order"] == "DESC" for s in body["sort"]}
    columns = {
        **_COLUMNS,
        "endDate": nulls_last(Instance.ended_at, descending.get("endDate", False)),
        "businessId": sa.func.coalesce(Instance.case_id, sa.literal(NO_CASE, sa.Uuid())),
    }
    return search_orders(body, columns, Instance.key)


def _conditions(wanted: dict[str, Any]) -> list[Condition]:
    found: list[Condition] = []
    elements = {name: wanted[name] for name in _OF_ELEMENTS.keys() & wanted.keys()}
    for name, value in wanted.items():
        if name in _COLUMNS:
            found += conditions(value, _COLUMNS[name])
        elif name == "variables":
            found += [has_variable(Instance.key, variable) for variable in value]
        elif name == "alternatives":
            found.append(one_of(map(_conditions, value)))
        elif name not in elements:
            found += _SPECIAL[name](value)
    return [*found, _has_element(elements)] if elements else found


def _has_element(wanted: dict[str, Any]) -> Condition:
    rules = [rule for name, value in wanted.items() for rule in conditions(value, _OF_ELEMENTS[name])]
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


def _counts(key: int) -> sa.Select[Any]:
    def times(condition: Condition) -> Any:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    stuck = sa.exists().where(Incident.element_key == ElementInstance.key, Incident.status == RAISED)
    of_element = sa.select(
        ElementInstance.element_id, times(ElementInstance.status == ACTIVE),
        times(ElementInstance.status == TERMINATED), times(stuck), times(ElementInstance.status == COMPLETED),
    )  # fmt: skip
    grouped = of_element.where(ElementInstance.instance_key == key).group_by(ElementInstance.element_id)
    return grouped.order_by(ElementInstance.element_id)
