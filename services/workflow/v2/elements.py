"""`/v2/element-instances`: the visits to elements, and variables written into them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from services.workflow.changing.variables import set_variables
from services.workflow.finished.looking_back import including_owner, owners_of
from services.workflow.instances import ORGANISATION
from services.workflow.models import ElementInstance, Incident, Instance, ModelVersion
from services.workflow.models.instances import ACTIVE, COMPLETED, TERMINATED
from services.workflow.models.records import RAISED
from services.workflow.paging import Order, nulls_last, page_of
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.criteria import (
    RANGE,
    TEXT,
    Condition,
    Criteria,
    KeyField,
    Moment,
    conditions,
    named_states,
    one_of,
)
from services.workflow.v2.door import NO_CONTENT, TENANT, blueprint, body_as
from services.workflow.v2.incidents import INCIDENT_SEARCH, INCIDENTS, incidents_where
from services.workflow.v2.instances import managed_instance
from services.workflow.v2.looking_back import including_named
from services.workflow.v2.searching import (
    MOST_PARTS,
    Strict,
    asked_page,
    listed,
    search_orders,
    search_schema,
)
from services.workflow.v2.shapes import flag, key, moment, operation, results_of, shape, text
from services.workflow.v2.texts import instant
from services.workflow.visibility import manages, visible_elements
from shared.errors import NotFound
from shared.web import current_person, needs, reading, transaction

KINDS = (
    "AD_HOC_SUB_PROCESS", "AD_HOC_SUB_PROCESS_INNER_INSTANCE", "BOUNDARY_EVENT", "BUSINESS_RULE_TASK",
    "CALL_ACTIVITY", "END_EVENT", "EVENT_BASED_GATEWAY", "EVENT_SUB_PROCESS", "EXCLUSIVE_GATEWAY",
    "INCLUSIVE_GATEWAY", "INTERMEDIATE_CATCH_EVENT", "INTERMEDIATE_THROW_EVENT", "MANUAL_TASK",
    "MULTI_INSTANCE_BODY", "PARALLEL_GATEWAY", "PROCESS", "RECEIVE_TASK", "SCRIPT_TASK", "SEND_TASK",
    "SEQUENCE_FLOW", "SERVICE_TASK", "START_EVENT", "SUB_PROCESS", "TASK", "UNKNOWN", "UNSPECIFIED",
    "USER_TASK",
)  # fmt: skip
STATES = (ACTIVE, COMPLETED, TERMINATED)
_TAGS = {kind: re.sub("_(.)", lambda found: found[1].upper(), kind.lower()) for kind in KINDS}


class ElementFields(Strict):
    """The filters of one group."""

    processDefinitionId = fields.String()
    state = Criteria(fields.String(validate=validate.OneOf(STATES)), TEXT)
    type = fields.String(validate=validate.OneOf(KINDS))
    elementId = Criteria(fields.String(), TEXT)
    elementName = Criteria(fields.String(), TEXT)
    hasIncident = fields.Boolean()
    tenantId = fields.String()
    elementInstanceKey = KeyField()
    processInstanceKey = KeyField()
    processDefinitionKey = KeyField()
    incidentKey = KeyField()
    startDate = Criteria(Moment(), RANGE)
    endDate = Criteria(Moment(), RANGE)
    elementInstanceScopeKey = KeyField()


class ElementFilter(ElementFields):
    """All of these, and one of the groups in `$or`."""

    alternatives = fields.List(fields.Nested(ElementFields), data_key="$or", validate=MOST_PARTS)


class GivenSchema(Strict):
    """Variables to write: where they are, or with `local` into this very scope."""

    variables = fields.Dict(keys=fields.String(validate=validate.Length(1, 255)), required=True)
    local = fields.Boolean(load_default=False)
    operationReference = fields.Integer()


_TYPE = sa.case(
    (ElementInstance.body.is_(True), "MULTI_INSTANCE_BODY"),
    *((ElementInstance.kind == tag, kind) for kind, tag in _TAGS.items()), else_="UNKNOWN",
)  # fmt: skip
_SORTS: dict[str, Any] = {
    "elementId": ElementInstance.element_id, "elementInstanceKey": ElementInstance.key,
    "elementName": ElementInstance.name, "endDate": ElementInstance.ended_at,
    "processDefinitionId": ElementInstance.process_id, "processInstanceKey": ElementInstance.instance_key,
    "startDate": ElementInstance.started_at, "state": ElementInstance.status,
    "tenantId": sa.literal(TENANT), "type": _TYPE,
}  # fmt: skip
_COLUMNS: dict[str, Any] = {**_SORTS, "elementInstanceScopeKey": ElementInstance.scope_key}
_SEARCH, _GIVEN = search_schema(ElementFilter, sorted(_SORTS)), GivenSchema()


ELEMENT = shape(
    "ElementInstance", processDefinitionId=text(), startDate=moment(), endDate=moment(nullable=True),
    elementId=text(), elementName=text(), type=text(*KINDS), state=text(*STATES), hasIncident=flag(),
    incidentKey=key(nullable=True), tenantId=text(), elementInstanceKey=key(), processInstanceKey=key(),
    rootProcessInstanceKey=key(), processDefinitionKey=key(),
)  # fmt: skip


@blueprint.post("/element-instances/search")
@needs("workflow.instance.read")
@operation(takes=_SEARCH, gives=results_of(ELEMENT))
def search_elements() -> Any:
    """Visits to elements, ended ones too.

    Differs: not sorted by `incidentKey` or `processDefinitionKey`; an event sub-process is a `SUB_PROCESS`.
    What was put away is found by its process, case or key only.
    """
    body = body_as(_SEARCH)
    query = visible_elements(current_person(), "workflow.instance.read").where(*_conditions(body["filter"]))
    orders = search_orders(body, _order, ElementInstance.key)
    with reading() as session, including_named(session, body["filter"]) as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(listed(page, _results(session, page.rows)))


@blueprint.get("/element-instances/<int:key>")
@needs("workflow.instance.read")
@operation(gives=ELEMENT)
def get_element(key: int) -> Any:
    """One visit to an element."""
    with reading() as session, including_owner(session, ElementInstance, key) as session:
        return jsonify(_results(session, [_element(session, key)])[0])


@blueprint.post("/element-instances/<int:key>/incidents/search")
@needs("workflow.incident.read")
@operation(takes=INCIDENT_SEARCH, gives=INCIDENTS)
def search_element_incidents(key: int) -> Any:
    """Incidents of one visit to an element.

    Differs: not those of elements inside it.
    """
    with reading() as session, including_owner(session, ElementInstance, key) as session:
        element = _element(session, key)
    return incidents_where(Incident.element_key == key, of=element.instance_key)


@blueprint.put("/element-instances/<int:key>/variables")
@needs("workflow.instance.modify")
@operation(takes=_GIVEN)
def give_variables(key: int) -> Any:
    """Write variables into a running process or element.

    Differs: the names are kept in the history, never the values.
    """
    body, person = body_as(_GIVEN), current_person()
    manages(person, body["variables"].get(ORGANISATION), "workflow.instance.modify")
    with transaction() as work:
        element = work.session.get(ElementInstance, key) if key <= LARGEST_KEY else None
        owner = next(iter(owners_of(work.session, {key})), key)
        managed_instance(work.session, element.instance_key if element else owner, "workflow.instance.modify")
        set_variables(work, key, body["variables"], str(person.id), local=body["local"])
    return NO_CONTENT


def _element(session: Session, key: int) -> ElementInstance:
    row = session.get(ElementInstance, key) if key <= LARGEST_KEY else None
    if row is None:
        raise NotFound
    managed_instance(session, row.instance_key)
    return row


def _order(field: str, descending: bool) -> Order:
    column = _SORTS[field]
    return Order(nulls_last(column, descending) if field == "endDate" else column, descending)


def _conditions(wanted: dict[str, Any]) -> list[Condition]:
    found: list[Condition] = []
    for name, value in wanted.items():
        if name in _SPECIAL:
            found.append(_SPECIAL[name](value))
        elif name == "alternatives":
            found.append(one_of(map(_conditions, value)))
        elif name == "state":
            found += named_states(value, ElementInstance.status)
        elif isinstance(value, list):
            found += conditions(value, _COLUMNS[name])
        else:
            found.append(_COLUMNS[name] == value)
    return found


def _stuck(*more: Condition) -> Condition:
    return sa.exists().where(Incident.element_key == ElementInstance.key, Incident.status == RAISED, *more)


def _drawn_in(key: int) -> Condition:
    """In this version: the instance's own, or one that it calls."""
    process = sa.select(ModelVersion.process_id).where(ModelVersion.key == key).scalar_subquery()
    called = sa.cast(Instance.pins, sa.Text).contains(f"[{key},")
    return sa.and_(ElementInstance.process_id == process, (Instance.definition_key == key) | called)


_SPECIAL: dict[str, Any] = {
    "hasIncident": lambda wanted: _stuck() if wanted else ~_stuck(),
    "incidentKey": lambda key: _stuck(Incident.key == key),
    "processDefinitionKey": _drawn_in,
}


def _results(session: Session, rows: Sequence[ElementInstance]) -> list[dict[str, Any]]:
    instances = sa.select(Instance.key, Instance.process_id, Instance.definition_key, Instance.pins).where(
        Instance.key.in_({row.instance_key for row in rows})
    )
    owners = {owner.key: owner for owner in session.execute(instances)}
    open_ones = sa.select(Incident.element_key, Incident.key).where(
        Incident.element_key.in_([row.key for row in rows]), Incident.status == RAISED
    )
    incidents = {found.element_key: str(found.key) for found in session.execute(open_ones)}
    return [_shown(row, owners[row.instance_key], incidents.get(row.key)) for row in rows]


def _shown(row: ElementInstance, owner: Any, incident: str | None) -> dict[str, Any]:
    own = row.process_id == owner.process_id
    definition = owner.definition_key if own else owner.pins[row.process_id][0]
    kinds = {tag: kind for kind, tag in _TAGS.items()}
    return {
        "processDefinitionId": row.process_id, "startDate": instant(row.started_at),
        "endDate": instant(row.ended_at), "elementId": row.element_id, "elementName": row.name,
        "type": "MULTI_INSTANCE_BODY" if row.body else kinds.get(row.kind, "UNKNOWN"), "state": row.status,
        "hasIncident": incident is not None, "incidentKey": incident, "tenantId": TENANT,
        "elementInstanceKey": str(row.key), "processInstanceKey": str(row.instance_key),
        "rootProcessInstanceKey": str(row.instance_key), "processDefinitionKey": str(definition),
    }  # fmt: skip
