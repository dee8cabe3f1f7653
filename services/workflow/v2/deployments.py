"""`/v2/deployments`: models and forms come in together, all or none."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import jsonify, request
from marshmallow import fields
from werkzeug.datastructures import FileStorage

from services.workflow.deploying.deployments import deploy
from services.workflow.limited.limits import Limits
from services.workflow.limited.reader import read_limited
from services.workflow.models import DecisionDefinition, FormVersion, ModelVersion
from services.workflow.v2.decisions import DECISION, REQUIREMENTS, decision_result, requirements_result
from services.workflow.v2.door import TENANT, blueprint
from services.workflow.v2.shapes import key, many, mapping, number, one, operation, shape, text, without
from shared.web import current_person, needs, runtime, transaction

_ONLY_SEARCHED = ("decisionRequirementsName", "decisionRequirementsVersion")
_KINDS = ("processDefinition", "decisionDefinition", "decisionRequirements", "form", "resource")


_PROCESS = shape(
    "DeployedProcess", processDefinitionId=text(), processDefinitionVersion=number(), resourceName=text(),
    tenantId=text(), processDefinitionKey=key(),
)  # fmt: skip
_FORM = shape(
    "DeployedForm", formId=text(), version=number(), resourceName=text(), tenantId=text(), formKey=key()
)
_DEPLOYED = shape(
    "Deployed", processDefinition=one(_PROCESS, nullable=True),
    decisionDefinition=one(without(DECISION, "DeployedDecision", _ONLY_SEARCHED), nullable=True),
    decisionRequirements=one(REQUIREMENTS, nullable=True), form=one(_FORM, nullable=True),
    resource=one(_FORM, nullable=True),
)  # fmt: skip
DEPLOYMENT = shape(
    "Deployment", deploymentKey=key(), tenantId=text(), deployments=many(_DEPLOYED),
    warnings=fields.List(mapping(), required=True),
    notes=fields.List(mapping(), required=True),
)  # fmt: skip


@blueprint.post("/deployments")
@needs("workflow.model.deploy")
@operation(files=True, gives=DEPLOYMENT)
def create_deployment() -> Any:
    """The files of a multipart body, whatever their parts are called, kept as immutable versions.

    `warnings` and `notes` are ours: what authors of decisions should look at, and what was understood or left
    out in models of other modellers.

    Differs: BPMN, DMN and form-js files, all or none; 400 lists every fault with file, element, reason
    and remedy in `faults`; `warnings` and `notes` are added to the answer.
    """
    parts = request.files.items(multi=True)
    resources = [(_name(file.filename), _content(file)) for _, file in parts]
    read = read_limited(resources, Limits.of(runtime().settings))  # before there is a lock on anything
    with transaction() as work:
        deployment = deploy(work, read, str(current_person().id))
        items = [_item("processDefinition", _process(row)) for row in deployment.processes]
        for file in deployment.decisions:
            items.append(_item("decisionRequirements", requirements_result(file.requirements)))
            items += [_item("decisionDefinition", _decision(row)) for row in file.decisions]
        items += [_item("form", _form(row)) for row in deployment.forms]
        return jsonify(
            deploymentKey=str(deployment.key), tenantId=TENANT, deployments=items,
            warnings=[warning.as_dict() for warning in deployment.warnings],
            notes=[note.as_dict() for note in deployment.notes],
        )  # fmt: skip


def _name(filename: str | None) -> str:
    """The last part of what a client calls its file."""
    return (filename or "").replace("\\", "/").rpartition("/")[2][:255]


def _content(file: FileStorage) -> bytes:
    with closing(file):  # a large one lies in a file of its own meanwhile
        return file.read()


def _item(kind: str, result: dict[str, Any]) -> dict[str, Any]:
    return {name: result if name == kind else None for name in _KINDS}


def _process(row: ModelVersion) -> dict[str, Any]:
    return {
        "processDefinitionId": row.process_id, "processDefinitionVersion": row.version,
        "resourceName": row.resource, "tenantId": TENANT, "processDefinitionKey": str(row.key),
    }  # fmt: skip


def _decision(row: DecisionDefinition) -> dict[str, Any]:
    shown = decision_result(row)
    return {name: shown[name] for name in shown if name not in _ONLY_SEARCHED}


def _form(row: FormVersion) -> dict[str, Any]:
    return {
        "formId": row.form_id, "version": row.version, "resourceName": row.resource, "tenantId": TENANT,
        "formKey": str(row.key),
    }  # fmt: skip
