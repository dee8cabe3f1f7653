"""`/v2/decision-definitions` and `/v2/decision-requirements`: deployed decisions and their files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session, aliased

from services.workflow.models import DecisionDefinition, DecisionRequirements
from services.workflow.paging import page_of
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.criteria import Condition, KeyField
from services.workflow.v2.door import MANAGERS, TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict, asked_page, by_columns, found, search_orders, search_schema
from services.workflow.v2.shapes import XML, key, number, operation, results_of, shape, text
from shared.errors import NotFound
from shared.web import reading, requires

_VERSION = validate.Range(1, 2**31 - 1)


class DecisionFilter(Strict):
    """What decisions can be found by."""

    decisionDefinitionId = fields.String()
    name = fields.String()
    isLatestVersion = fields.Boolean()
    version = fields.Integer(strict=True, validate=_VERSION)
    decisionRequirementsId = fields.String()
    tenantId = fields.String()
    decisionDefinitionKey = KeyField()
    decisionRequirementsKey = KeyField()
    decisionRequirementsName = fields.String()
    decisionRequirementsVersion = fields.Integer(strict=True, validate=_VERSION)


class RequirementsFilter(Strict):
    """What DMN files can be found by."""

    decisionRequirementsName = fields.String()
    decisionRequirementsId = fields.String()
    decisionRequirementsKey = KeyField()
    version = fields.Integer(strict=True, validate=_VERSION)
    tenantId = fields.String()
    resourceName = fields.String()


_DECISIONS: dict[str, Any] = {
    "decisionDefinitionId": DecisionDefinition.decision_id, "name": DecisionDefinition.name,
    "decisionDefinitionKey": DecisionDefinition.key, "version": DecisionDefinition.version,
    "decisionRequirementsId": DecisionDefinition.requirements_id, "tenantId": sa.literal(TENANT),
    "decisionRequirementsKey": DecisionDefinition.requirements_key,
    "decisionRequirementsName": DecisionDefinition.requirements_name,
    "decisionRequirementsVersion": DecisionDefinition.requirements_version,
}  # fmt: skip
_REQUIREMENTS: dict[str, Any] = {
    "decisionRequirementsId": DecisionRequirements.requirements_id,
    "decisionRequirementsKey": DecisionRequirements.key, "tenantId": sa.literal(TENANT),
    "decisionRequirementsName": DecisionRequirements.name, "version": DecisionRequirements.version,
}  # fmt: skip
_DECISION_SEARCH = search_schema(DecisionFilter, sorted(_DECISIONS))
_REQUIREMENTS_SEARCH = search_schema(RequirementsFilter, sorted(_REQUIREMENTS))


DECISION = shape(
    "DecisionDefinition", decisionDefinitionId=text(), decisionDefinitionKey=key(), name=text(),
    version=number(), tenantId=text(), decisionRequirementsId=text(), decisionRequirementsKey=key(),
    decisionRequirementsName=text(), decisionRequirementsVersion=number(),
)  # fmt: skip
REQUIREMENTS = shape(
    "DecisionRequirements", decisionRequirementsId=text(), decisionRequirementsKey=key(),
    decisionRequirementsName=text(), version=number(), resourceName=text(), tenantId=text(),
)  # fmt: skip


@blueprint.post("/decision-definitions/search")
@requires(*MANAGERS)
@operation(takes=_DECISION_SEARCH, gives=results_of(DECISION))
def search_decisions() -> Any:
    """Deployed decisions of every version."""
    body = body_as(_DECISION_SEARCH)
    rules = _equal(body["filter"], _DECISIONS)
    if body["filter"].get("isLatestVersion"):
        rules.append(_newest())
    orders = search_orders(body, by_columns(_DECISIONS), DecisionDefinition.key)
    query = sa.select(DecisionDefinition).where(*rules)
    with reading() as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(found(page, decision_result))


@blueprint.get("/decision-definitions/<int:key>")
@requires(*MANAGERS)
@operation(gives=DECISION)
def get_decision(key: int) -> Any:
    """One version of a decision."""
    with reading() as session:
        return jsonify(decision_result(_row(session, DecisionDefinition, key)))


@blueprint.get("/decision-definitions/<int:key>/xml")
@requires(*MANAGERS)
@operation(gives=XML)
def get_decision_xml(key: int) -> Any:
    """The file a decision was deployed with."""
    with reading() as session:
        return _xml(session, _row(session, DecisionDefinition, key).requirements_key)


@blueprint.post("/decision-requirements/search")
@requires(*MANAGERS)
@operation(takes=_REQUIREMENTS_SEARCH, gives=results_of(REQUIREMENTS))
def search_requirements() -> Any:
    """Deployed DMN files of every version."""
    body = body_as(_REQUIREMENTS_SEARCH)
    columns = {**_REQUIREMENTS, "resourceName": DecisionRequirements.resource}
    query = sa.select(DecisionRequirements).where(*_equal(body["filter"], columns))
    orders = search_orders(body, by_columns(_REQUIREMENTS), DecisionRequirements.key)
    with reading() as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(found(page, requirements_result))


@blueprint.get("/decision-requirements/<int:key>")
@requires(*MANAGERS)
@operation(gives=REQUIREMENTS)
def get_requirements(key: int) -> Any:
    """One version of a DMN file."""
    with reading() as session:
        return jsonify(requirements_result(_row(session, DecisionRequirements, key)))


@blueprint.get("/decision-requirements/<int:key>/xml")
@requires(*MANAGERS)
@operation(gives=XML)
def get_requirements_xml(key: int) -> Any:
    """The file as it was deployed."""
    with reading() as session:
        return _xml(session, key)


def decision_result(row: DecisionDefinition) -> dict[str, Any]:
    """A decision as this API shows it."""
    return {
        "decisionDefinitionId": row.decision_id, "decisionDefinitionKey": str(row.key), "name": row.name,
        "version": row.version, "tenantId": TENANT, "decisionRequirementsId": row.requirements_id,
        "decisionRequirementsKey": str(row.requirements_key),
        "decisionRequirementsName": row.requirements_name,
        "decisionRequirementsVersion": row.requirements_version,
    }  # fmt: skip


def requirements_result(row: DecisionRequirements) -> dict[str, Any]:
    """A DMN file as this API shows it."""
    return {
        "decisionRequirementsId": row.requirements_id, "decisionRequirementsKey": str(row.key),
        "decisionRequirementsName": row.name, "version": row.version, "resourceName": row.resource,
        "tenantId": TENANT,
    }  # fmt: skip


def _row(session: Session, table: type[Any], key: int) -> Any:
    row = session.get(table, key) if key <= LARGEST_KEY else None
    if row is None:
        raise NotFound
    return row


def _xml(session: Session, requirements_key: int) -> Response:
    xml = _row(session, DecisionRequirements, requirements_key).xml
    return Response(xml, content_type="text/xml; charset=utf-8")


def _equal(wanted: dict[str, Any], columns: dict[str, Any]) -> list[Condition]:
    return [columns[name] == value for name, value in wanted.items() if name in columns]


def _newest() -> Condition:
    of_same = aliased(DecisionDefinition)
    newest = sa.select(sa.func.max(of_same.version)).where(
        of_same.decision_id == DecisionDefinition.decision_id
    )
    condition: Condition = DecisionDefinition.version == newest.scalar_subquery()
    return condition
