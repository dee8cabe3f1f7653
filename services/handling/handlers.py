"""What handling does when told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.handling import rules
from services.handling.models import Agreement, Case, DeadlineMark, Meeting, Progress
from services.handling.record import record_items
from shared.contracts.handling import (
    AgreementRecorded,
    DeadlineNoted,
    HandlingOpened,
    MeetingRecorded,
    NoteDeadline,
    OpenHandling,
    ProgressRecorded,
    ProgressRejected,
    RecordAgreement,
    RecordMeeting,
    RecordProgress,
    RecordSealed,
    SealRecord,
)
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.submission import Submission, latest
from shared.digest import digest_of_items
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork
from shared.service import Handler


def keep_case(event: ApplicationRegistered, work: UnitOfWork) -> None:
    """Keep what handling needs to know of a registered case."""
    work.session.merge(
        Case(
            case_id=event.case_id, number=event.number, agency=event.agency, applicant_id=event.applicant_id
        )
    )  # fmt: skip


def open_handling(command: OpenHandling, work: UnitOfWork) -> None:
    """Begin the record of the member who accepted."""
    case = _case(command.case_id, work)
    case.handler_id, case.firm_path = command.handler_id, command.firm_path
    case.assigned_at, case.accepted_at = command.assigned_at, command.accepted_at
    work.emit(HandlingOpened(case_id=case.case_id))


def record_agreement(command: RecordAgreement, work: UnitOfWork) -> None:
    """Keep contact, agreement and "free of charge" (S0-7.4.5a)."""
    case = _case(command.case_id, work)
    submission = latest(command.submissions, "sign_agreement")
    answers = submission.answers
    contacted, signed = _day(answers["contacted_on"]), _day(answers["agreement_signed_on"])
    numbers = work.policy.get("handling")
    due = rules.contact_due(
        _moment(case.assigned_at),
        work.calendar,
        numbers["contact_working_days"],
        numbers["contact_hard_days"],
    )
    work.session.add(
        Agreement(
            contacted_on=contacted, contacted_with=answers["contacted_with"], signed_on=signed,
            free_of_charge_told=answers["free_of_charge_told"], files=_files(submission), due_at=due,
            on_time=rules.is_on_time(max(contacted, signed), due), **_origin(case, submission, work),
        )
    )  # fmt: skip
    work.emit(AgreementRecorded(case_id=case.case_id))


def record_meeting(command: RecordMeeting, work: UnitOfWork) -> None:
    """Keep the first meeting (S0-7.4.5b)."""
    case = _case(command.case_id, work)
    submission = latest(command.submissions, "hold_first_meeting")
    answers = submission.answers
    met = _day(answers["met_on"])
    days = work.policy.get("handling.meeting_working_days")
    due = rules.meeting_due(_moment(case.accepted_at), work.calendar, days)
    texts = {name: answers[name] for name in ("place", "facts", "advice", "rights_told", "risks_told")}
    work.session.add(
        Meeting(
            met_on=met, due_at=due, on_time=rules.is_on_time(met, due), **texts,
            **_origin(case, submission, work),
        )
    )  # fmt: skip
    work.emit(MeetingRecorded(case_id=case.case_id))


def record_progress(command: RecordProgress, work: UnitOfWork) -> None:
    """Keep one entry of the log, or say what is wrong with it; the last one completes the case."""
    case = _case(command.case_id, work)
    submission = latest(command.submissions, "report_progress")
    answers = submission.answers
    completed = answers["completed"] == "yes"
    completed_on = _day(answers["completed_on"]) if completed and answers.get("completed_on") else None
    occurred = _day(answers["occurred_on"])
    fault = rules.progress_fault(occurred, completed, completed_on, _moment(case.accepted_at), submission.at)
    if fault:
        work.emit(ProgressRejected(case_id=case.case_id, reason=fault, remark=rules.REMARKS[fault]))
        return
    work.session.add(
        Progress(
            kind=answers["kind"], occurred_on=occurred, summary=answers["summary"], files=_files(submission),
            completed_on=completed_on, **_origin(case, submission, work),
        )
    )  # fmt: skip
    work.emit(ProgressRecorded(case_id=case.case_id, completed=completed, completed_on=completed_on))


def note_deadline(command: NoteDeadline, work: UnitOfWork) -> None:
    """Record that a period was missed (S0-7.4.5a, S0-7.4.5b)."""
    case = _case(command.case_id, work)
    work.session.add(
        DeadlineMark(
            id=work.ids.uuid(), case_id=case.case_id, mark=command.mark, due_at=command.due,
            noted_at=work.clock.now(),
        )
    )  # fmt: skip
    work.emit(DeadlineNoted(case_id=case.case_id))


def seal_record(command: SealRecord, work: UnitOfWork) -> None:
    """Close handling's part for writing and say what it holds (S0-7.1b)."""
    case = _case(command.case_id, work)
    case.sealed_at = case.sealed_at or work.clock.now()
    items = record_items(work.session, case)
    work.emit(RecordSealed(case_id=case.case_id, digest=digest_of_items(items), items=items))


HANDLERS: dict[type, Handler] = {
    ApplicationRegistered: keep_case,
    OpenHandling: open_handling,
    RecordAgreement: record_agreement,
    RecordMeeting: record_meeting,
    RecordProgress: record_progress,
    NoteDeadline: note_deadline,
    SealRecord: seal_record,
}


def _case(case_id: UUID, work: UnitOfWork) -> Case:
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case


def _origin(case: Case, submission: Submission, work: UnitOfWork) -> dict[str, Any]:
    return {
        "id": work.ids.uuid(), "case_id": case.case_id, "recorded_by": submission.by,
        "recorded_at": submission.at,
    }  # fmt: skip


def _moment(value: datetime | None) -> datetime:
    if value is None:
        raise NotYet("the handling of the case has not been opened")
    return value


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _files(submission: Submission) -> list[dict[str, str]]:
    """The attached files: {"id", "sha256", "name"}."""
    known = submission.files
    return [
        {"id": str(file_id), "sha256": known[str(file_id)]["sha256"], "name": known[str(file_id)]["name"]}
        for file_id in submission.answers.get("files") or []
    ]
