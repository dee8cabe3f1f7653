"""Deploying models and forms: parse, check, and keep as immutable versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.workflow.decisions.files import check_files
from services.workflow.decisions.keeping import KeptFile, keep_files
from services.workflow.deploying.deployment_checks import Fault, check_models
from services.workflow.deploying.reading import Read, Resource, read_files
from services.workflow.engine import Definition
from services.workflow.expressions import surroundings
from services.workflow.human.forms import newest_form
from services.workflow.models import FormVersion, ModelVersion, StartMessage, StartSignal
from services.workflow.problems import DeploymentRefused
from services.workflow.programs import latest
from shared.database import take_turns
from shared.messaging.work import UnitOfWork
from shared.service import Runtime

SYSTEM = "system"


@dataclass
class Deployment:
    """What a deployment made or found unchanged."""

    key: int
    processes: list[ModelVersion] = field(default_factory=list)
    forms: list[FormVersion] = field(default_factory=list)
    decisions: list[KeptFile] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def deploy_resources(work: UnitOfWork, resources: Sequence[Resource], by: str) -> Deployment:
    """Read and deploy files that somebody of this house wrote; raises DeploymentRefused."""
    return deploy(work, read_files(resources), by)


def deploy(work: UnitOfWork, read: Read, by: str) -> Deployment:
    """Deploy files together, all or none; raises DeploymentRefused with every fault found.

    The same content again keeps its version.
    """
    take_turns(work.session.connection(), "deployments")  # the next version follows the newest
    if not read.faults:
        _check_together(work, read)
    if read.faults:
        raise DeploymentRefused(faults=[fault.as_dict() for fault in read.faults])
    deployment = Deployment(key=work.ids.key(work.clock.now()), warnings=read.warnings, notes=read.notes)
    for name, body in read.forms:
        deployment.forms.append(_keep_form(work, deployment.key, name, body, by))
    deployment.decisions += keep_files(work, deployment.key, read.decisions, by)
    for name, xml, definition in read.definitions:
        deployment.processes.append(_keep_model(work, deployment.key, name, xml, definition, by))
    work.session.flush()
    return deployment


def deploy_folder(runtime: Runtime, folder: Path) -> None:
    """Deploy every model, decision and form of the workflows folder, as the system starts."""
    kinds = (folder.glob("*.bpmn"), (folder / "decisions").glob("*.dmn"), (folder / "forms").glob("*.form"))
    paths = sorted(path for kind in kinds for path in kind)
    with runtime.transaction() as work:
        deploy_resources(work, [(path.name, path.read_bytes()) for path in paths], SYSTEM)


def _check_together(work: UnitOfWork, read: Read) -> None:
    """What is wrong between the files, and between them and what is deployed."""
    forms = {str(body["id"]) for _, body in read.forms}
    decisions = {d.id or "" for file in read.decisions for d in file.model.decisions}
    definitions = [definition for _, _, definition in read.definitions]
    given = surroundings(work.clock.now(), work.calendar, work.policy, strict=False)
    faults, read.warnings = check_files(work.session, read.decisions, given)
    read.faults += faults + check_models(work.session, definitions, forms, decisions)


def _keep_model(
    work: UnitOfWork, deployment: int, name: str, xml: bytes, definition: Definition, by: str
) -> ModelVersion:
    before = latest(work.session, definition.process_id)
    digest = hashlib.sha256(xml).hexdigest()
    if before is not None and before.sha256 == digest:
        return before
    now = work.clock.now()
    row = ModelVersion(
        key=work.ids.key(now), process_id=definition.process_id, version=before.version + 1 if before else 1,
        name=definition.name[:255], resource=name, xml=xml, sha256=digest, deployment_key=deployment,
        deployed_at=now, deployed_by=by,
        notes=[Fault.of_note(name, note).as_dict() for note in definition.notes],
    )  # fmt: skip
    work.session.add(row)
    _keep_starts(work, definition, row.key)
    return row


def _keep_starts(work: UnitOfWork, definition: Definition, key: int) -> None:
    """Messages and signals start the newest version only."""
    starts: dict[type[StartMessage | StartSignal], list[str]] = {
        StartMessage: definition.start_messages(), StartSignal: definition.start_signals(),
    }  # fmt: skip
    for table, names in starts.items():
        work.session.execute(sa.delete(table).where(table.process_id == definition.process_id))
        for name in names:
            work.session.add(table(name=name, process_id=definition.process_id, definition_key=key))
    work.session.flush()


def _keep_form(work: UnitOfWork, deployment: int, name: str, body: dict[str, Any], by: str) -> FormVersion:
    before = newest_form(work.session, body["id"])
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    if before is not None and before.sha256 == digest:
        return before
    now = work.clock.now()
    row = FormVersion(
        key=work.ids.key(now), form_id=body["id"], version=before.version + 1 if before else 1, resource=name,
        body=body, sha256=digest, deployment_key=deployment, deployed_at=now, deployed_by=by,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row
