"""`/v2/process-definitions`: deployed processes, their versions and their XML."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session, aliased

from services.workflow.models import ModelVersion
from services.workflow.paging import page_of
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.criteria import TEXT, Condition, Criteria, KeyField, conditions
from services.workflow.v2.door import MANAGERS, NO_CONTENT, TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict, asked_page, by_columns, found, search_orders, search_schema
from services.workflow.v2.shapes import XML, flag, key, number, operation, results_of, shape, text
from shared.errors import NotFound
from shared.web import reading, requires


class DefinitionFilter(Strict):
    """What definitions can be found by."""

    name = Criteria(fields.String(), TEXT)
    resourceName = fields.String()
    version = fields.Integer(strict=True, validate=validate.Range(1, 2**31 - 1))
    versionTag = fields.String()
    processDefinitionId = Criteria(fields.String(), TEXT)
    tenantId = fields.String()
    processDefinitionKey = KeyField()
    hasStartForm = fields.Boolean()
    isLatestVersion = fields.Boolean()
    state = fields.String(validate=validate.OneOf(["ACTIVE", "DRAINING", "DELETED"]))


_SORTS: dict[str, Any] = {
    "name": ModelVersion.name, "processDefinitionId": ModelVersion.process_id,
    "processDefinitionKey": ModelVersion.key, "resourceName": ModelVersion.resource,
    "tenantId": sa.literal(TENANT), "version": ModelVersion.version, "versionTag": sa.literal(""),
}  # fmt: skip
_SEARCH = search_schema(DefinitionFilter, sorted(_SORTS))


DEFINITION = shape(
    "ProcessDefinition", name=text(nullable=True), resourceName=text(), version=number(),
    versionTag=text(nullable=True), processDefinitionId=text(), tenantId=text(), processDefinitionKey=key(),
    hasStartForm=flag(), state=text("ACTIVE", "DRAINING", "DELETED"),
)  # fmt: skip


@blueprint.post("/process-definitions/search")
@requires(*MANAGERS)
@operation(takes=_SEARCH, gives=results_of(DEFINITION))
def search_definitions() -> Any:
    """Deployed processes of every version.

    Differs: no version tags and no start forms; every version is `ACTIVE`.
    """
    body = body_as(_SEARCH)
    query = sa.select(ModelVersion).where(*_filtered(body["filter"]))
    orders = search_orders(body, by_columns(_SORTS), ModelVersion.key)
    with reading() as session:
        page = page_of(session, query, orders, asked_page(body))
        return jsonify(found(page, definition_result))


@blueprint.get("/process-definitions/<int:key>")
@requires(*MANAGERS)
@operation(gives=DEFINITION)
def get_definition(key: int) -> Any:
    """One version of a process."""
    with reading() as session:
        return jsonify(definition_result(_version(session, key)))


@blueprint.get("/process-definitions/<int:key>/xml")
@requires(*MANAGERS)
@operation(gives=XML)
def get_definition_xml(key: int) -> Any:
    """The model as it was deployed."""
    with reading() as session:
        return Response(_version(session, key).xml, content_type="text/xml; charset=utf-8")


@blueprint.get("/process-definitions/<int:key>/form")
@requires(*MANAGERS)
@operation()
def get_start_form(key: int) -> Any:
    """The form of a start event.

    Differs: always 204: processes start without a form, citizens apply on the pages.
    """
    with reading() as session:
        _version(session, key)
    return NO_CONTENT


def definition_result(row: ModelVersion) -> dict[str, Any]:
    """A definition as this API shows it."""
    return {
        "name": row.name or None, "resourceName": row.resource, "version": row.version, "versionTag": None,
        "processDefinitionId": row.process_id, "tenantId": TENANT, "processDefinitionKey": str(row.key),
        "hasStartForm": False, "state": "ACTIVE",
    }  # fmt: skip


def _version(session: Session, key: int) -> ModelVersion:
    row = session.get(ModelVersion, key) if key <= LARGEST_KEY else None
    if row is None:
        raise NotFound
    return row


def _filtered(wanted: dict[str, Any]) -> list[Condition]:
    plain = {
        "resourceName": ModelVersion.resource, "version": ModelVersion.version,
        "processDefinitionKey": ModelVersion.key, "tenantId": sa.literal(TENANT),
        "versionTag": sa.null(), "hasStartForm": sa.false(), "state": sa.literal("ACTIVE"),
    }  # fmt: skip
    rules = [plain[name] == value for name, value in wanted.items() if name in plain]
    rules += conditions(wanted.get("name", []), ModelVersion.name)
    rules += conditions(wanted.get("processDefinitionId", []), ModelVersion.process_id)
    if wanted.get("isLatestVersion"):
        of_same = aliased(ModelVersion)
        newest = sa.select(sa.func.max(of_same.version)).where(of_same.process_id == ModelVersion.process_id)
        rules.append(ModelVersion.version == newest.scalar_subquery())
    return rules
