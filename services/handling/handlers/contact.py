"""The first steps: the record opened, contact and agreement, first meeting, handover, missed periods."""

from __future__ import annotations

from datetime import datetime

from services.handling import rules
from services.handling.handlers.case import case_of, day, files_of, moment, origin
from services.handling.models import Agreement, Case, DeadlineMark, Handover, Meeting
from services.handling.stays import due_with_stays, end_stays
from shared.contracts.handling import (
    AgreementRecorded,
    DeadlineNoted,
    HandlingOpened,
    HandoverRecorded,
    MeetingRecorded,
    NoteDeadline,
    OpenHandling,
    RecordAgreement,
    RecordHandover,
    RecordMeeting,
)
from shared.contracts.submission import Submission, latest
from shared.messaging.work import UnitOfWork


def open_handling(command: OpenHandling, work: UnitOfWork) -> None:
    """Begin the record of the member who accepted; a stay under the handler before ends with it."""
    case = case_of(command.case_id, work)
    end_stays(case.case_id, work)
    case.handler_id, case.firm_path = command.handler_id, command.firm_path
    case.assigned_at, case.accepted_at = command.assigned_at, command.accepted_at
    work.emit(HandlingOpened(case_id=case.case_id))


def record_agreement(command: RecordAgreement, work: UnitOfWork) -> None:
    """Keep contact, agreement and "free of charge" (S0-7.4.5a)."""
    case = case_of(command.case_id, work)
    submission = latest(command.submissions, "sign_agreement")
    answers = submission.answers
    contacted, signed = day(answers["contacted_on"]), day(answers["agreement_signed_on"])
    due = due_with_stays(_contact_due(case, work), case, submission.at, work)
    work.session.add(
        Agreement(
            contacted_on=contacted, contacted_with=answers["contacted_with"], signed_on=signed,
            free_of_charge_told=answers["free_of_charge_told"], files=files_of(submission), due_at=due,
            on_time=rules.is_on_time(max(contacted, signed), due), **origin(case, submission, work),
        )
    )  # fmt: skip
    work.emit(AgreementRecorded(case_id=case.case_id))


def record_meeting(command: RecordMeeting, work: UnitOfWork) -> None:
    """Keep the first meeting (S0-7.4.5b)."""
    case = case_of(command.case_id, work)
    submission = latest(command.submissions, "hold_first_meeting")
    answers = submission.answers
    met = day(answers["met_on"])
    days = work.policy.get("handling.meeting_working_days")
    due = rules.meeting_due(moment(case.accepted_at), work.calendar, days)
    due = due_with_stays(due, case, submission.at, work)
    texts = {name: answers[name] for name in ("place", "facts", "advice", "rights_told", "risks_told")}
    work.session.add(
        Meeting(
            met_on=met, due_at=due, on_time=rules.is_on_time(met, due), **texts,
            **origin(case, submission, work),
        )
    )  # fmt: skip
    work.emit(MeetingRecorded(case_id=case.case_id))


def record_handover(command: RecordHandover, work: UnitOfWork) -> None:
    """Keep what was handed over and what was received (S0-7.4.4f)."""
    case = case_of(command.case_id, work)
    received = latest(command.submissions, "receive_case")
    given = _handed_over(command, moment(case.accepted_at))
    work.session.add(
        Handover(
            previous_handler_id=command.previous_handler_id,
            handed_over_by=given.by if given else None, handed_over_at=given.at if given else None,
            listed=_without_files(given) if given else None, received=_without_files(received),
            files=[*(files_of(given) if given else []), *files_of(received)],
            **origin(case, received, work),
        )
    )  # fmt: skip
    work.emit(HandoverRecorded(case_id=case.case_id))


def note_deadline(command: NoteDeadline, work: UnitOfWork) -> None:
    """Record that a period was missed (S0-7.4.5a, S0-7.4.5b)."""
    case = case_of(command.case_id, work)
    work.session.add(
        DeadlineMark(
            id=work.ids.uuid(), case_id=case.case_id, mark=command.mark, due_at=command.due,
            noted_at=work.clock.now(),
        )
    )  # fmt: skip
    work.emit(DeadlineNoted(case_id=case.case_id))


def _contact_due(case: Case, work: UnitOfWork) -> datetime:
    numbers = work.policy.get("handling")
    return rules.contact_due(
        moment(case.assigned_at),
        work.calendar,
        numbers["contact_working_days"],
        numbers["contact_hard_days"],
    )


def _handed_over(command: RecordHandover, since: datetime) -> Submission | None:
    """This handover's list; one from an earlier change of the same case does not count."""
    given = [s for s in command.submissions if s.element == "hand_over_case" and s.at >= since]
    return max(given, key=lambda s: s.at) if given else None


def _without_files(submission: Submission) -> dict[str, object]:
    return {key: value for key, value in submission.answers.items() if key != "files"}
