"""Every evaluation is kept: which rules fired on which inputs, in the transaction that used the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.workflow.decisions.evaluating import Made, Report
from services.workflow.models import DecisionInstance, Instance
from services.workflow.models.decisions import EVALUATED, FAILED


def keep_standalone(session: Session, key: int, report: Report, at: datetime, by: str) -> None:
    """Keep an evaluation that a person or program asked for."""
    _keep(session, key, report, at, by=by, org_path="")


def keep_in_process(
    session: Session, key: int, report: Report, at: datetime, instance: Instance, element_key: int, drawn: int
) -> None:
    """Keep an evaluation that a process made; `drawn` is the key of the model the task is drawn in."""
    _keep(
        session, key, report, at, instance_key=instance.key, element_key=element_key, definition_key=drawn,
        case_id=instance.case_id, org_path=instance.org_path,
    )  # fmt: skip


def in_history(key: int, report: Report) -> dict[str, Any]:
    """The evaluation as an entry of the chained history tells it: decisions, versions and fired rules."""
    return {
        "evaluation": str(key), "decision": report.root.decision_id, "name": report.root.name,
        "version": report.root.version, "failure": report.failure,
        "decisions": [_told(made) for made in report.made],
    }  # fmt: skip


def _told(made: Made) -> dict[str, Any]:
    rules = [{"id": rule["id"], "row": rule["row"], "says": rule["says"]} for rule in made.rules]
    row = made.definition
    return {
        "decision": row.decision_id, "name": row.name, "version": row.version, "kind": row.kind,
        "rules": rules,
    }  # fmt: skip


def _keep(session: Session, key: int, report: Report, at: datetime, **where: Any) -> None:
    for number, made in enumerate(report.made, 1):
        row = made.definition
        nowhere = dict.fromkeys(("instance_key", "element_key", "definition_key", "case_id", "by"))
        session.add(
            DecisionInstance(
                id=f"{key}-{number}", evaluation_key=key, number=number, decision_key=row.key,
                decision_id=row.decision_id, decision_name=row.name, decision_version=row.version,
                kind=row.kind, root_key=report.root.key, requirements_key=row.requirements_key, at=at,
                state=FAILED if made.failure else EVALUATED, failure=made.failure, inputs=made.inputs,
                rules=made.rules, result=made.result, **{**nowhere, **where},
            )
        )  # fmt: skip
