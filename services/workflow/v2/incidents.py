"""`/v2/incidents`: found, looked at and tried again by who manages the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate

from services.workflow.finished.looking_back import including_owner, refusing_when_over
from services.workflow.models import Incident
from services.workflow.paging import Order, page_of
from services.workflow.problems import IncidentOver
from services.workflow.v2.criteria import (
    EQUALITY,
    RANGE,
    TEXT,
    Condition,
    Criteria,
    Criterion,
    KeyField,
    Moment,
    conditions,
    made_when,
    named_states,
)
from services.workflow.v2.door import MANAGERS, NO_CONTENT, TENANT, blueprint, body_as
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import Strict, asked_page, found, search_orders, search_schema
from services.workflow.v2.shapes import key, moment, operation, results_of, shape, text
from services.workflow.v2.texts import instant
from services.workflow.visibility import incident_for, visible_incidents
from services.workflow.waiting.incidents import retry_incident
from shared.web import current_person, reading, requires, transaction

ERROR_TYPES = (
    "AD_HOC_SUB_PROCESS_NO_RETRIES", "CALLED_DECISION_ERROR", "CALLED_ELEMENT_ERROR", "CONDITION_ERROR",
    "DECISION_EVALUATION_ERROR", "EXECUTION_LISTENER_NO_RETRIES", "EXTRACT_VALUE_ERROR", "FORM_NOT_FOUND",
    "IO_MAPPING_ERROR", "JOB_NO_RETRIES", "MESSAGE_SIZE_EXCEEDED", "RESOURCE_NOT_FOUND",
    "SECRET_RESOLUTION_ERROR", "TASK_LISTENER_NO_RETRIES", "UNHANDLED_ERROR_EVENT", "UNKNOWN", "UNSPECIFIED",
)  # fmt: skip
"""The kinds its clients can read; what is ours alone is UNKNOWN to them."""
STATES = ("ACTIVE", "MIGRATED", "PENDING", "RESOLVED", "UNKNOWN")


class IncidentFilter(Strict):
    """What incidents can be found by."""

    processDefinitionId = Criteria(fields.String(), TEXT)
    errorType = Criteria(fields.String(validate=validate.OneOf(ERROR_TYPES)), EQUALITY)
    errorMessage = Criteria(fields.String(), TEXT)
    elementId = Criteria(fields.String(), TEXT)
    creationTime = Criteria(Moment(), RANGE)
    state = Criteria(fields.String(validate=validate.OneOf(STATES)), EQUALITY)
    tenantId = Criteria(fields.String(), TEXT)
    incidentKey = Criteria(KeyField(), EQUALITY)
    processDefinitionKey = Criteria(KeyField(), EQUALITY)
    processInstanceKey = Criteria(KeyField(), EQUALITY)
    elementInstanceKey = Criteria(KeyField(), EQUALITY)
    jobKey = Criteria(KeyField(), EQUALITY)


class ResolutionSchema(Strict):
    """A number of the caller's own; nothing is done with it."""

    operationReference = fields.Integer(strict=True, validate=validate.Range(min=1))


_COLUMNS: dict[str, Any] = {
    "processDefinitionId": Incident.process_id, "elementId": Incident.element_id,
    "errorType": sa.case((Incident.kind.in_(ERROR_TYPES), Incident.kind), else_="UNKNOWN"),
    "creationTime": Incident.raised_at, "state": Incident.status, "tenantId": sa.literal(TENANT),
    "incidentKey": Incident.key, "processDefinitionKey": Incident.definition_key,
    "processInstanceKey": Incident.instance_key, "jobKey": Incident.job_key,
    "elementInstanceKey": sa.func.coalesce(Incident.element_key, Incident.instance_key),
}  # fmt: skip
INCIDENT_SEARCH = search_schema(IncidentFilter, sorted(_COLUMNS))
_RESOLUTION = ResolutionSchema()


INCIDENT = shape(
    "Incident", processDefinitionId=text(), elementId=text(), errorMessage=text(),
    errorType=text(*ERROR_TYPES), state=text(*STATES), creationTime=moment(), tenantId=text(),
    incidentKey=key(), processDefinitionKey=key(), processInstanceKey=key(), rootProcessInstanceKey=key(),
    elementInstanceKey=key(), jobKey=key(nullable=True),
)  # fmt: skip
INCIDENTS = results_of(INCIDENT)


@blueprint.post("/incidents/search")
@requires(*MANAGERS)
@operation(takes=INCIDENT_SEARCH, gives=INCIDENTS)
def search_incidents() -> Any:
    """Open and resolved incidents at the reader's organisations and below.

    Differs: `errorMessage` is found by a part of it, whatever the case of letters; kinds that are ours
    alone are `UNKNOWN`. What was put away is found by its process, case or key only.
    """
    return incidents_where()


def incidents_where(*more: Condition, of: int | None = None) -> Any:
    """The answer to a search for visible incidents, those of these conditions, perhaps `of` one process."""
    body = body_as(INCIDENT_SEARCH)
    query = visible_incidents(current_person(), MANAGERS).where(*_filtered(body["filter"]), *more)
    orders = search_orders(body, _order, Incident.key, made="creationTime")
    named = body["filter"] if of is None else {"processInstanceKey": of}
    with reading() as session, including_named(session, named) as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(found(page, _shown))


@blueprint.get("/incidents/<int:key>")
@requires(*MANAGERS)
@operation(gives=INCIDENT)
def get_incident(key: int) -> Any:
    """One incident."""
    with reading() as session, including_owner(session, Incident, key) as session:
        return jsonify(_shown(incident_for(session, key, current_person(), MANAGERS)))


@blueprint.post("/incidents/<int:key>/resolution")
@requires(*MANAGERS)
@operation(takes=_RESOLUTION)
def resolve_incident(key: int) -> Any:
    """Try again where it stopped; what fails again is a new incident.

    Differs: a second retry of the same incident answers 409.
    """
    body_as(_RESOLUTION)
    person = current_person()
    with (
        transaction() as work,
        refusing_when_over(
            work.session, key, IncidentOver, lambda session: incident_for(session, key, person, MANAGERS)
        ),
    ):
        incident_for(work.session, key, person, MANAGERS)
        retry_incident(work, key, str(person.id))
    return NO_CONTENT


def _filtered(wanted: dict[str, Criterion]) -> list[Condition]:
    rules = says(wanted.get("errorMessage", []))
    for name in wanted.keys() & _COLUMNS.keys():
        if name == "state":
            rules += named_states(wanted[name], Incident.status)
        elif name == "creationTime":
            rules += made_when(wanted[name], Incident.raised_at, Incident.key)
        else:
            rules += conditions(wanted[name], _COLUMNS[name])
    return rules


def says(wanted: Criterion) -> list[Condition]:
    """The filter on the message of an incident."""
    return [_PHRASES[sign](value) for sign, value in wanted]


def _says(phrase: str) -> Condition:
    return Incident.reason.icontains(phrase, autoescape=True)


_PHRASES: dict[str, Callable[[Any], Condition]] = {  # a message is found by a part of it
    "$eq": _says,
    "$neq": lambda phrase: ~_says(phrase),
    "$in": lambda phrases: sa.or_(sa.false(), *map(_says, phrases)),
    "$notIn": lambda phrases: sa.and_(sa.true(), *(~_says(phrase) for phrase in phrases)),
    "$exists": lambda wanted: sa.true() if wanted else sa.false(),
    "$like": lambda pattern: conditions([("$like", f"*{pattern}*")], Incident.reason)[0],
}


def _order(field: str, descending: bool) -> Order:
    if field == "jobKey":
        return Order(sa.func.coalesce(Incident.job_key, 0), descending)
    return Order(_COLUMNS[field], descending)


def _shown(row: Incident) -> dict[str, Any]:
    return {
        "processDefinitionId": row.process_id, "elementId": row.element_id, "errorMessage": row.reason,
        "errorType": row.kind if row.kind in ERROR_TYPES else "UNKNOWN", "state": row.status,
        "creationTime": instant(row.raised_at), "tenantId": TENANT, "incidentKey": str(row.key),
        "processDefinitionKey": str(row.definition_key), "processInstanceKey": str(row.instance_key),
        "rootProcessInstanceKey": str(row.instance_key),
        "elementInstanceKey": str(row.element_key or row.instance_key),
        "jobKey": str(row.job_key) if row.job_key else None,
    }  # fmt: skip
