"""`/v2/resources` and `/v2/forms`: what was deployed, as it came in."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from services.workflow.models import DecisionRequirements, FormVersion, ModelVersion
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.door import TENANT, blueprint
from services.workflow.v2.shapes import ANY_OBJECT, BYTES, key, number, operation, shape, text
from services.workflow.v2.user_tasks import FORM, form_result
from shared.errors import NotFound
from shared.web import needs, reading

_IDS = {ModelVersion: "process_id", DecisionRequirements: "requirements_id", FormVersion: "form_id"}


RESOURCE = shape(
    "Resource", resourceName=text(), version=number(), versionTag=text(nullable=True), resourceId=text(),
    tenantId=text(), resourceKey=key(),
)  # fmt: skip


@blueprint.get("/resources/<int:key>")
@needs("workflow.model.read")
@operation(gives=RESOURCE)
def get_resource(key: int) -> Any:
    """A deployed process, decision file or form."""
    with reading() as session:
        row = _resource(session, key)
        return jsonify(
            resourceName=row.resource, version=row.version, versionTag=None,
            resourceId=getattr(row, _IDS[type(row)]), tenantId=TENANT, resourceKey=str(row.key),
        )  # fmt: skip


@blueprint.get("/resources/<int:key>/content")
@needs("workflow.model.read")
@operation(gives=ANY_OBJECT)
def get_resource_content(key: int) -> Any:
    """The content of a form.

    Differs: JSON for forms only; everything else comes from `content/binary`.
    """
    with reading() as session:
        row = _resource(session, key)
        if not isinstance(row, FormVersion):
            raise NotFound
        return jsonify(row.body)


@blueprint.get("/resources/<int:key>/content/binary")
@needs("workflow.model.read")
@operation(gives=BYTES)
def get_resource_binary(key: int) -> Any:
    """The content of a process, decision file or form.

    Differs: a form comes as it was read, not byte for byte as it was sent.
    """
    with reading() as session:
        row = _resource(session, key)
        if isinstance(row, FormVersion):
            content = json.dumps(row.body, ensure_ascii=False).encode()
        else:
            content = row.xml
        return Response(content, content_type="application/octet-stream")


@blueprint.get("/forms/<int:key>")
@needs("workflow.model.read")
@operation(gives=FORM)
def get_form(key: int) -> Any:
    """One version of a form."""
    with reading() as session:
        row = _resource(session, key)
        if not isinstance(row, FormVersion):
            raise NotFound
        return jsonify(form_result(row))


def _resource(session: Session, key: int) -> Any:
    if key <= LARGEST_KEY:
        for table in _IDS:
            row = session.get(table, key)
            if row is not None:
                return row
    raise NotFound
