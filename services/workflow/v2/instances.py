"""`/v2/process-instances`: processes started and looked at by who runs them; the public cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from services.workflow.instances import ORGANISATION, create_instance, create_instance_of
from services.workflow.models import Incident, Instance, ModelVersion, StoredVariable
from services.workflow.models.records import RAISED
from services.workflow.rules import LARGEST_KEY
from services.workflow.v2.criteria import KeyField, case_id_of
from services.workflow.v2.door import MANAGERS, TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.texts import instant
from shared.errors import Forbidden, NotFound
from shared.web import Person, current_person, reading, requires, transaction

_LATEST = -1


class CreationSchema(Strict):
    """Which process to start, with which variables; what this house cannot keep is refused."""

    processDefinitionId = fields.String(validate=validate.Length(1, 255))
    processDefinitionKey = KeyField()
    processDefinitionVersion = fields.Integer(
        load_default=_LATEST, validate=validate.Range(_LATEST, 2**31 - 1)
    )
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    businessId = fields.String()
    tenantId = fields.String(validate=validate.Equal(TENANT))
    operationReference = fields.Integer()
    requestTimeout = fields.Integer()
    fetchVariables = fields.List(fields.String())
    awaitCompletion = fields.Boolean(validate=validate.Equal(False, error="不支持等待流程结束"))
    tags = fields.List(fields.String(), validate=validate.Length(max=0, error="不支持标签"))
    startInstructions = fields.List(fields.Raw(), validate=validate.Length(max=0, error="只能从开始事件启动"))
    runtimeInstructions = fields.List(fields.Raw(), validate=validate.Length(max=0, error="不支持运行指令"))

    @validates_schema
    def check(self, data: Mapping[str, Any], **_: Any) -> None:
        """One process is named, and a business id is a case's."""
        if ("processDefinitionId" in data) == ("processDefinitionKey" in data):
            raise ValidationError("请填写 processDefinitionId 或 processDefinitionKey 其中一个")
        if data.get("businessId") and case_id_of(data["businessId"]) is None:
            raise ValidationError("businessId 必须是案件的 id（UUID）", "businessId")


_CREATION: Schema = CreationSchema()


@blueprint.post("/process-instances")
@requires(*MANAGERS)
def start_instance() -> Any:
    """Start a process at its plain start event."""
    body = body_as(_CREATION)
    manages(current_person(), body["variables"].get(ORGANISATION))
    with transaction() as work:
        case_id = case_id_of(body.get("businessId"))
        if "processDefinitionKey" in body:
            key = body["processDefinitionKey"]
            instance = create_instance_of(work, key, body["variables"], case_id)
        else:
            version = body["processDefinitionVersion"]
            instance = create_instance(
                work, body["processDefinitionId"], body["variables"], case_id=case_id,
                version=None if version == _LATEST else version,
            )  # fmt: skip
        return jsonify(_started(work.session, instance))


@blueprint.get("/process-instances/<int:key>")
@requires(*MANAGERS)
def get_instance(key: int) -> Any:
    """A process that runs or ran at the reader's organisation or below it."""
    with reading() as session:
        instance = session.get(Instance, key) if key <= LARGEST_KEY else None
        if instance is None or not oversees(current_person(), instance.org_path):
            raise NotFound
        return jsonify(_shown(session, instance))


def oversees(person: Person, organisation: str) -> bool:
    """Whether the person manages processes there; one of no organisation is every manager's."""
    return person.holds(*MANAGERS, at=organisation or None)


def manages(person: Person, organisation: Any) -> None:
    """Raises Forbidden when the organisation is outside what the person manages."""
    if isinstance(organisation, str) and not oversees(person, organisation):
        raise Forbidden("您不能管理这个机构的流程。")


def _started(session: Session, instance: Instance) -> dict[str, Any]:
    of_root = sa.select(StoredVariable).where(StoredVariable.scope_key == instance.key)
    return {
        "processDefinitionId": instance.process_id, "processDefinitionVersion": instance.version,
        "tenantId": TENANT, "variables": {row.name: row.value for row in session.scalars(of_root)},
        "processDefinitionKey": str(instance.definition_key), "processInstanceKey": str(instance.key),
        "tags": [], "businessId": str(instance.case_id) if instance.case_id else None,
    }  # fmt: skip


def _shown(session: Session, instance: Instance) -> dict[str, Any]:
    name = sa.select(ModelVersion.name).where(ModelVersion.key == instance.definition_key)
    stuck = sa.select(Incident.key).where(Incident.instance_key == instance.key, Incident.status == RAISED)
    return {
        "processDefinitionId": instance.process_id, "processDefinitionName": session.scalar(name) or None,
        "processDefinitionVersion": instance.version, "processDefinitionVersionTag": None,
        "startDate": instant(instance.started_at), "endDate": instant(instance.ended_at),
        "state": "SUSPENDED" if instance.suspended_at else instance.status,
        "suspendedDate": instant(instance.suspended_at),
        "hasIncident": session.scalar(stuck.limit(1)) is not None, "tenantId": TENANT,
        "processInstanceKey": str(instance.key), "processDefinitionKey": str(instance.definition_key),
        "parentProcessInstanceKey": None, "parentElementInstanceKey": None,
        "rootProcessInstanceKey": str(instance.key), "tags": [],
        "businessId": str(instance.case_id) if instance.case_id else None,
    }  # fmt: skip
