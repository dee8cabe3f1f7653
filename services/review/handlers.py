"""What review does when told."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.review import rules
from services.review.cases import case_of, keep_case, keep_handler, keep_offer, keep_state
from services.review.doubts import record_explanation
from services.review.models import Case, DeadlineMark, Decision, Finding, Notice
from services.review.objections import record_objection, record_objection_effect
from services.review.record import record_items
from services.review.terminations import record_termination, record_termination_effect
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.review import (
    CaseGranted,
    CaseRefused,
    DeadlineNoted,
    DecisionRecorded,
    DecisionRejected,
    FindingsRecorded,
    FindingsRejected,
    NoteDeadline,
    RecordDecision,
    RecordFindings,
    RecordSealed,
    SealRecord,
)
from shared.contracts.review_remedies import (
    RecordExplanation,
    RecordObjection,
    RecordObjectionEffect,
    RecordTermination,
    RecordTerminationEffect,
)
from shared.contracts.submission import Submission, latest
from shared.contracts.workflow import CaseStateChanged
from shared.digest import digest_of_items
from shared.messaging.work import UnitOfWork
from shared.service import Handler


def record_findings(command: RecordFindings, work: UnitOfWork) -> None:
    """Keep the findings of a round; with defects, issue the one notice that lists them all (S0-7.4.2d)."""
    case = case_of(command.case_id, work)
    submission = latest(command.submissions, "examine_materials")
    items = [_finding_values(row) for row in submission.answers["materials"]]
    conforms = submission.answers["conforms"] == "yes"
    reason = submission.answers.get("supervisor_reason") or ""
    round_ = _rounds(case, work) + 1
    if fault := rules.findings_fault(items, conforms, round_, reason):
        work.emit(FindingsRejected(case_id=case.case_id, reason=fault, remark=rules.REMARKS[fault]))
        return
    for position, values in enumerate(items):
        work.session.add(
            Finding(
                id=work.ids.uuid(), case_id=case.case_id, round=round_, position=position,
                found_by=submission.by, found_at=submission.at, **values,
            )
        )  # fmt: skip
    notice = None if conforms else _notice(case, round_, submission, reason, work)
    work.emit(
        FindingsRecorded(
            case_id=case.case_id, conforms=conforms, notice_id=notice.id if notice else None,
            defect_count=sum(not rules.is_good(values) for values in items),
        )
    )  # fmt: skip


def record_decision(command: RecordDecision, work: UnitOfWork) -> None:
    """Keep the decision of two persons, unless it contradicts what was found (S0-7.4.3a2, b2)."""
    case = case_of(command.case_id, work)
    proposal = latest(command.submissions, "propose_decision")
    approval = latest(command.submissions, "approve_decision")
    answers = proposal.answers
    outcome = {"grant": rules.GRANTED, "refuse": rules.REFUSED}[answers["outcome"]]
    means, grounds = answers["means_result"], answers.get("grounds") or []
    reasons = answers.get("reasons") or ""
    fault = rules.decision_fault(outcome, _conforms(case, work), means, grounds, reasons)
    if work.policy.get("review.four_eyes") and proposal.people & approval.people:
        fault = "same_person"
    if fault:
        work.emit(DecisionRejected(case_id=case.case_id, reason=fault, remark=rules.REMARKS[fault]))
        return
    unmet = rules.unmet_conditions(means, grounds)
    decision = _decision(command, proposal, approval, outcome, unmet, work)
    work.session.add(decision)
    work.emit(DecisionRecorded(case_id=case.case_id, outcome=outcome, decision_id=decision.id))
    if outcome == rules.GRANTED:
        work.emit(CaseGranted(case_id=case.case_id))
    else:
        work.emit(CaseRefused(case_id=case.case_id, grounds=unmet))


def note_deadline(command: NoteDeadline, work: UnitOfWork) -> None:
    """Record that a period reached a mark (S0-7.4.3d); a sealed record stays as it is."""
    case = case_of(command.case_id, work)
    if case.sealed_at is None:
        _add_mark(command, work)
    work.emit(DeadlineNoted(case_id=case.case_id))


def seal_record(command: SealRecord, work: UnitOfWork) -> None:
    """Close review's part for writing and say what it holds (S0-7.1b)."""
    case = case_of(command.case_id, work)
    case.sealed_at = case.sealed_at or work.clock.now()
    items = record_items(work.session, case)
    work.emit(RecordSealed(case_id=case.case_id, digest=digest_of_items(items), items=items))


HANDLERS: dict[type, Handler] = {
    ApplicationRegistered: keep_case,
    TurnTaken: keep_offer,
    CaseAccepted: keep_handler,
    CaseStateChanged: keep_state,
    RecordFindings: record_findings,
    RecordDecision: record_decision,
    NoteDeadline: note_deadline,
    RecordTermination: record_termination,
    RecordTerminationEffect: record_termination_effect,
    RecordExplanation: record_explanation,
    RecordObjection: record_objection,
    RecordObjectionEffect: record_objection_effect,
    SealRecord: seal_record,
}


def _add_mark(command: NoteDeadline, work: UnitOfWork) -> None:
    work.session.add(
        DeadlineMark(
            id=work.ids.uuid(), case_id=command.case_id, mark=command.mark, due_at=command.due,
            noted_at=work.clock.now(),
        )
    )  # fmt: skip


def _rounds(case: Case, work: UnitOfWork) -> int:
    query = sa.select(sa.func.max(Finding.round)).where(Finding.case_id == case.case_id)
    return work.session.scalar(query) or 0


def _conforms(case: Case, work: UnitOfWork) -> bool:
    newest = sa.select(sa.func.max(Finding.round)).where(Finding.case_id == case.case_id).scalar_subquery()
    query = sa.select(Finding).where(Finding.case_id == case.case_id, Finding.round == newest)
    findings = work.session.scalars(query).all()
    return bool(findings) and all(finding.good for finding in findings)


def _finding_values(row: dict[str, Any]) -> dict[str, Any]:
    qualities = {name: row[name] == "yes" for name in ("complete", "statutory_form", "genuine", "valid")}
    texts = {name: row.get(name) or None for name in ("defect", "remedy")}
    return {"material": row["material"], **qualities, **texts}


def _notice(case: Case, round_: int, submission: Submission, reason: str, work: UnitOfWork) -> Notice:
    notice = Notice(
        id=work.ids.uuid(), case_id=case.case_id, round=round_, issued_at=work.clock.now(),
        issued_by=submission.by, supervisor_reason=reason or None,
    )  # fmt: skip
    work.session.add(notice)
    return notice


def _decision(
    command: RecordDecision, proposal: Submission, approval: Submission, outcome: str, unmet: list[str],
    work: UnitOfWork,
) -> Decision:  # fmt: skip
    period = work.policy.get("review.decision")
    due = rules.decision_due(
        command.received_at, work.calendar, period["target_working_days"], period["statutory_days"]
    )
    return Decision(
        id=work.ids.uuid(), case_id=command.case_id, outcome=outcome, grounds=unmet,
        reasons=proposal.answers.get("reasons") or "", proposed_by=proposal.by, proposed_at=proposal.at,
        approved_by=approval.by, approved_at=approval.at, received_at=command.received_at, due_at=due,
        on_time=rules.is_on_time(approval.at, due),
    )  # fmt: skip
