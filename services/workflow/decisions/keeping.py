"""Keeping DMN files as versions: the same content, with the same imports, keeps its version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from services.workflow.decisions.files import DecisionFile, imports_of
from services.workflow.decisions.library import latest_decision, latest_requirements
from services.workflow.models import DecisionDefinition, DecisionRequirements
from services.workflow.models.decisions import DECISION_TABLE, LITERAL_EXPRESSION, OTHER
from shared.dmn.model import Decision, DecisionTable, Literal
from shared.messaging.work import UnitOfWork


@dataclass(frozen=True)
class KeptFile:
    """A DMN file as it is kept, with its decisions."""

    requirements: DecisionRequirements
    decisions: list[DecisionDefinition]


def keep_files(
    work: UnitOfWork, deployment: int, files: Sequence[DecisionFile], by: str
) -> Iterator[KeptFile]:
    """Keep checked files, imported ones first."""
    kept: dict[str, DecisionRequirements] = {}
    for file in _imported_first(work, files):
        row = _keep(work, deployment, file, by, _pins(work, file, files, kept))
        kept[file.id] = row
        found = sa.select(DecisionDefinition).where(DecisionDefinition.requirements_key == row.key)
        made = {definition.decision_id: definition for definition in work.session.scalars(found)}
        yield KeptFile(row, [made[decision.id or ""] for decision in file.model.decisions])


def _imported_first(work: UnitOfWork, files: Sequence[DecisionFile]) -> list[DecisionFile]:
    """What a file imports, it imports with all that this imports: fewer imports come first."""
    return sorted(files, key=lambda file: (len(imports_of(work.session, file, files)[0]), file.id))


def _pins(
    work: UnitOfWork, file: DecisionFile, files: Sequence[DecisionFile], kept: dict[str, DecisionRequirements]
) -> dict[str, DecisionRequirements]:
    imports, _ = imports_of(work.session, file, files)
    return {
        namespace: kept[found.id] if isinstance(found, DecisionFile) else found
        for namespace, found in imports.items()
    }


def _keep(
    work: UnitOfWork, deployment: int, file: DecisionFile, by: str, pins: dict[str, DecisionRequirements]
) -> DecisionRequirements:
    before = latest_requirements(work.session, file.id)
    content = [file.digest, *(pins[namespace].sha256 for namespace in sorted(pins))]
    digest = hashlib.sha256(" ".join(content).encode()).hexdigest()
    if before is not None and before.sha256 == digest:
        return before
    now = work.clock.now()
    row = DecisionRequirements(
        key=work.ids.key(now), requirements_id=file.id, version=before.version + 1 if before else 1,
        name=file.model.name, namespace=file.model.namespace,
        imports={namespace: pin.key for namespace, pin in pins.items()}, resource=file.resource, xml=file.xml,
        sha256=digest, deployment_key=deployment, deployed_at=now, deployed_by=by,
    )  # fmt: skip
    work.session.add(row)
    for decision in file.model.decisions:
        work.session.add(_definition(work, row, decision))
    work.session.flush()
    return row


def _definition(work: UnitOfWork, row: DecisionRequirements, decision: Decision) -> DecisionDefinition:
    before = latest_decision(work.session, decision.id or "")
    return DecisionDefinition(
        key=work.ids.key(work.clock.now()), decision_id=decision.id,
        version=before.version + 1 if before else 1, name=decision.name, kind=_kind(decision),
        requirements_key=row.key, requirements_id=row.requirements_id, requirements_name=row.name,
        requirements_version=row.version,
    )  # fmt: skip


def _kind(decision: Decision) -> str:
    if isinstance(decision.body, DecisionTable):
        return DECISION_TABLE
    return LITERAL_EXPRESSION if isinstance(decision.body, Literal) else OTHER
