"""What becomes of a request to change the handler: deadline, decision, going back to dispatch (S0-7.4.4f)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.dispatch import change_rules as rules
from services.dispatch.models import Assignment, Case, ChangeRequest
from shared.contracts.dispatch import HandlerChanged
from shared.contracts.handler_change import (
    ChangeDeadlineNoted,
    ChangeOpened,
    ChangeRecorded,
    ChangeSettled,
    NoteChangeDeadline,
    OpenChange,
    RecordChange,
    SettleChange,
)
from shared.contracts.submission import latest
from shared.contracts.workflow import PublishMessage
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork
from shared.service import Handler


def open_change(command: OpenChange, work: UnitOfWork) -> None:
    """Keep until when the request has to be decided, and say whether two persons decide it."""
    change = _change(command.change_id, work)
    change.due_at = command.due
    work.emit(ChangeOpened(case_id=change.case_id, needs_approval=_ground(change, work)["approval"]))


def note_change_deadline(command: NoteChangeDeadline, work: UnitOfWork) -> None:
    """Record that the period to decide ran out."""
    change = _change(command.change_id, work)
    change.overdue_at = change.overdue_at or work.clock.now()
    work.emit(ChangeDeadlineNoted(case_id=change.case_id))


def record_change(command: RecordChange, work: UnitOfWork) -> None:
    """Keep the decision; when approved, the handler's assignment ends with the turn used up.

    Of a case sealed meanwhile nothing is changed: the request counts as not approved.
    """
    change = _change(command.change_id, work)
    case = _case(change.case_id, work)
    if change.state == rules.REQUESTED and not case.sealed_at:
        _decide(change, command, work)
        if change.state == rules.APPROVED:
            work.session.get_one(Assignment, change.assignment_id).response = "changed"
            case.firm_id = case.firm_path = case.handler_id = None
    work.emit(
        ChangeRecorded(
            case_id=change.case_id, approved=change.state == rules.APPROVED,
            previous_handler_id=change.handler_id, previous_firm_path=change.firm_path,
        )
    )  # fmt: skip


def settle_change(command: SettleChange, work: UnitOfWork) -> None:
    """Record whether the case went back to dispatch; if it had got too far, the handler keeps it."""
    change = _change(command.change_id, work)
    case = _case(change.case_id, work)
    if change.state == rules.APPROVED and not case.sealed_at:
        change.state = rules.EFFECTED if command.effected else rules.TOO_LATE
        change.settled_at = work.clock.now()
        if not command.effected:
            work.session.get_one(Assignment, change.assignment_id).response = "accepted"
            case.firm_id, case.firm_path = change.firm_id, change.firm_path
            case.handler_id = change.handler_id
    work.emit(ChangeSettled(case_id=change.case_id))


def announce_successor(case: Case, assignment: Assignment, work: UnitOfWork) -> None:
    """The case's newest change has its new handler: tell everyone, and let the authority be written to."""
    waiting = sa.select(ChangeRequest).where(
        ChangeRequest.case_id == case.case_id, ChangeRequest.state.in_(rules.BARRING),
        ChangeRequest.new_handler_id.is_(None),
    )  # fmt: skip
    change = work.session.scalar(waiting.order_by(ChangeRequest.requested_at.desc()).limit(1))
    if change is None:
        return
    change.new_handler_id = assignment.member_id
    work.emit(
        HandlerChanged(
            case_id=case.case_id, handler_id=assignment.member_id, previous_handler_id=change.handler_id,
            ground=change.ground,
        )
    )  # fmt: skip
    work.emit(
        PublishMessage(
            case_id=case.case_id, name="handler_replaced", correlation_key=str(case.case_id),
            message_id=f"{change.id} replaced",
            variables={
                "case_id": str(case.case_id), "agency": case.agency, "applicant_id": str(case.applicant_id),
                "change_id": str(change.id), "handler_id": str(assignment.member_id),
            },
        )
    )  # fmt: skip


def _decide(change: ChangeRequest, command: RecordChange, work: UnitOfWork) -> None:
    decision = latest(command.submissions, "decide_change")
    needs_approval = _ground(change, work)["approval"] and decision.answers["decision"] == "approve"
    last = latest(command.submissions, "approve_change") if needs_approval else decision
    granted = rules.is_approved(
        decision.answers["decision"], needs_approval, last.answers.get("approved") if needs_approval else None
    )
    change.state = rules.APPROVED if granted else rules.REJECTED
    change.decided_by, change.decided_at = decision.by, last.at
    change.approved_by = last.by if needs_approval else None
    change.reasons = last.answers.get("reasons") or decision.answers.get("reasons") or None
    change.hearing = decision.answers.get("hearing") or None
    change.authority_name = decision.answers.get("authority_name") or None


def _ground(change: ChangeRequest, work: UnitOfWork) -> rules.Ground:
    return rules.ground_of(work.policy.get("dispatch.change_grounds"), change.ground)


def _change(change_id: UUID, work: UnitOfWork) -> ChangeRequest:
    return work.session.get_one(ChangeRequest, change_id, with_for_update=True)


def _case(case_id: UUID, work: UnitOfWork) -> Case:
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case


HANDLERS: dict[type, Handler] = {
    OpenChange: open_change,
    NoteChangeDeadline: note_change_deadline,
    RecordChange: record_change,
    SettleChange: settle_change,
}
