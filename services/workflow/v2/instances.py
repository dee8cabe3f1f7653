"""`/v2/process-instances`: processes started and looked at by who runs them; the public cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy.orm import Session

from services.workflow.instances import ORGANISATION, create_instance, create_instance_of
from services.workflow.models import Incident, Instance, ModelVersion
from services.workflow.models.records import RAISED
from services.workflow.rules import LARGEST_KEY
from services.workflow.stepping import Step
from services.workflow.v2.criteria import KeyField, case_id_of
from services.workflow.v2.door import TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import flag, key, mapping, moment, names, number, operation, shape, text
from services.workflow.v2.texts import instant
from services.workflow.visibility import manages, oversees
from shared.errors import NotFound
from shared.web import current_person, needs, reading, transaction

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


INSTANCE = shape(
    "ProcessInstance", processDefinitionId=text(), processDefinitionName=text(nullable=True),
    processDefinitionVersion=number(), processDefinitionVersionTag=text(nullable=True), startDate=moment(),
    endDate=moment(nullable=True), state=text("ACTIVE", "COMPLETED", "SUSPENDED", "TERMINATED"),
    suspendedDate=moment(nullable=True), hasIncident=flag(), tenantId=text(), processInstanceKey=key(),
    processDefinitionKey=key(), parentProcessInstanceKey=key(nullable=True),
    parentElementInstanceKey=key(nullable=True), rootProcessInstanceKey=key(), tags=names(),
    businessId=text(nullable=True),
)  # fmt: skip
STARTED = shape(
    "StartedProcessInstance", processDefinitionId=text(), processDefinitionVersion=number(), tenantId=text(),
    variables=mapping(), processDefinitionKey=key(), processInstanceKey=key(), tags=names(),
    businessId=text(nullable=True),
)  # fmt: skip


@blueprint.post("/process-instances")
@needs("workflow.instance.start")
@operation(takes=_CREATION, gives=STARTED)
def start_instance() -> Any:
    """Start a process at its plain start event.

    Differs: `businessId` must be the id of a case (UUID); the variable `agency` names the organisation
    it belongs to, and the asker must manage it. `awaitCompletion`, `tags`, start and runtime
    instructions are refused with 400; only a plain start event starts.
    """
    body = body_as(_CREATION)
    manages(current_person(), body["variables"].get(ORGANISATION), "workflow.instance.start")
    with transaction() as work:
        case_id = case_id_of(body.get("businessId"))
        if "processDefinitionKey" in body:
            key = body["processDefinitionKey"]
            step = create_instance_of(work, key, body["variables"], case_id)
        else:
            version = body["processDefinitionVersion"]
            step = create_instance(
                work, body["processDefinitionId"], body["variables"], case_id=case_id,
                version=None if version == _LATEST else version,
            )  # fmt: skip
        return jsonify(_started(step))


@blueprint.get("/process-instances/<int:key>")
@needs("workflow.instance.read")
@operation(gives=INSTANCE)
def get_instance(key: int) -> Any:
    """A process that runs or ran at the reader's organisation or below it.

    Differs: a called process is part of the instance that calls it: it has no instance of its own.
    """
    with reading() as session:
        return jsonify(instance_results(session, [managed_instance(session, key)])[0])


def managed_instance(session: Session, key: int, action: str = "workflow.instance.read") -> Instance:
    """The process with this key, when the reader may do this to it; raises NotFound."""
    instance = session.get(Instance, key) if key <= LARGEST_KEY else None
    if instance is None or not oversees(current_person(), instance.org_path, action):
        raise NotFound
    return instance


def _started(step: Step) -> dict[str, Any]:
    instance = step.instance
    return {
        "processDefinitionId": instance.process_id, "processDefinitionVersion": instance.version,
        "tenantId": TENANT, "variables": dict(step.variables.local(instance.key)),
        "processDefinitionKey": str(instance.definition_key), "processInstanceKey": str(instance.key),
        "tags": [], "businessId": str(instance.case_id) if instance.case_id else None,
    }  # fmt: skip


def instance_results(session: Session, instances: Sequence[Instance]) -> list[dict[str, Any]]:
    """Processes as this API shows them."""
    names, stuck = _names(session, instances), _stuck(session, instances)
    return [_shown(row, names.get(row.definition_key), row.key in stuck) for row in instances]


def _names(session: Session, instances: Sequence[Instance]) -> dict[int, str]:
    keys = {row.definition_key for row in instances}
    named = sa.select(ModelVersion.key, ModelVersion.name).where(ModelVersion.key.in_(keys))
    return {row.key: row.name for row in session.execute(named)}


def _stuck(session: Session, instances: Sequence[Instance]) -> set[int]:
    keys = [row.key for row in instances]
    open_ones = sa.select(Incident.instance_key).where(
        Incident.instance_key.in_(keys), Incident.status == RAISED
    )
    return set(session.scalars(open_ones))


def _shown(instance: Instance, name: str | None, has_incident: bool) -> dict[str, Any]:
    return {
        "processDefinitionId": instance.process_id, "processDefinitionName": name or None,
        "processDefinitionVersion": instance.version, "processDefinitionVersionTag": None,
        "startDate": instant(instance.started_at), "endDate": instant(instance.ended_at),
        "state": "SUSPENDED" if instance.suspended_at else instance.status,
        "suspendedDate": instant(instance.suspended_at), "hasIncident": has_incident, "tenantId": TENANT,
        "processInstanceKey": str(instance.key), "processDefinitionKey": str(instance.definition_key),
        "parentProcessInstanceKey": None, "parentElementInstanceKey": None,
        "rootProcessInstanceKey": str(instance.key), "tags": [],
        "businessId": str(instance.case_id) if instance.case_id else None,
    }  # fmt: skip
