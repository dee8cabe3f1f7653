"""The window for witness applications before the period for evidence ends (S0-7.4.7b)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.handling import rules
from services.handling.models import DeadlineMark, EvidenceDeadline, Progress
from shared.contracts.handling_work import CheckWitnessWindow, WitnessWindowChecked
from shared.contracts.workflow import PublishMessage
from shared.messaging.work import UnitOfWork


def current_deadline(session: Session, case_id: UUID) -> EvidenceDeadline | None:
    """The end of the period for evidence that counts: the one recorded last."""
    newest = (EvidenceDeadline.recorded_at.desc(), EvidenceDeadline.id.desc())
    found = sa.select(EvidenceDeadline).where(EvidenceDeadline.case_id == case_id).order_by(*newest)
    return session.scalars(found.limit(1)).first()


def open_window(progress: Progress, work: UnitOfWork) -> None:
    """Keep the deadline of the entry; unless no witness is needed, the process waits for the reminder."""
    details = progress.details or {}
    ends_on = date.fromisoformat(details["evidence_deadline"])
    reminder_days = work.policy.get("handling.witness_reminder_days")
    reminder_at, ends_at = rules.witness_window(ends_on, reminder_days)
    deadline = EvidenceDeadline(
        id=work.ids.uuid(), case_id=progress.case_id, ends_on=ends_on,
        witness_needed=details["witness_needed"], reminder_at=reminder_at, ends_at=ends_at,
        recorded_by=progress.recorded_by, recorded_at=progress.recorded_at,
    )  # fmt: skip
    work.session.add(deadline)
    if deadline.witness_needed != "no":
        work.emit(_told(deadline))


def check_witness_window(command: CheckWitnessWindow, work: UnitOfWork) -> None:
    """Whether the handler must still be reminded; at the end of the period that it was missed is kept."""
    deadline = current_deadline(work.session, command.case_id)
    needed = (
        deadline is not None
        and deadline.id == command.evidence_deadline_id
        and not _applied(work.session, command.case_id)
    )
    if command.final and needed and deadline is not None:
        work.session.add(
            DeadlineMark(
                id=work.ids.uuid(), case_id=command.case_id, mark="witness_breach", due_at=deadline.ends_at,
                noted_at=work.clock.now(),
            )
        )  # fmt: skip
    work.emit(WitnessWindowChecked(case_id=command.case_id, needed=needed))


def _applied(session: Session, case_id: UUID) -> bool:
    made = sa.select(Progress.id).where(Progress.case_id == case_id, Progress.kind == "witness")
    return session.scalars(made.limit(1)).first() is not None


def _told(deadline: EvidenceDeadline) -> PublishMessage:
    return PublishMessage(
        case_id=deadline.case_id, name="evidence_deadline_set", correlation_key=str(deadline.case_id),
        message_id=str(deadline.id),
        variables={
            "evidence_deadline_id": str(deadline.id), "evidence_ends_on": deadline.ends_on.isoformat(),
            "witness_reminder_at": deadline.reminder_at.isoformat(),
            "evidence_ends_at": deadline.ends_at.isoformat(),
        },
    )  # fmt: skip
