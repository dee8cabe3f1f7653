"""What handling (案件办理) accepts and announces."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command


@dataclass(frozen=True, kw_only=True)
class HandlingOpened(Answer):
    """The handling record exists; both three-working-day periods run."""

    NAME: ClassVar[str] = "handling.handling_opened"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class OpenHandling(Command):
    """Begin the handling record for the member who accepted.

    The period of S0-7.4.5a runs from `assigned_at`, that of S0-7.4.5b from `accepted_at`.
    """

    NAME: ClassVar[str] = "handling.open_handling"
    ANSWERS = (HandlingOpened,)
    case_id: UUID
    handler_id: UUID
    firm_path: str
    assigned_at: datetime
    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class AgreementRecorded(Answer):
    """Contact, agreement and "free of charge" are on record (S0-7.4.5a)."""

    NAME: ClassVar[str] = "handling.agreement_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordAgreement(Command):
    """Keep the form `sign_agreement`."""

    NAME: ClassVar[str] = "handling.record_agreement"
    ANSWERS = (AgreementRecorded,)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class MeetingRecorded(Answer):
    """The first meeting is on record (S0-7.4.5b)."""

    NAME: ClassVar[str] = "handling.meeting_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordMeeting(Command):
    """Keep the form `hold_first_meeting`."""

    NAME: ClassVar[str] = "handling.record_meeting"
    ANSWERS = (MeetingRecorded,)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ProgressRecorded(Answer):
    """The entry is on record; with `completed` the case is declared complete as of `completed_on`.

    `report`: what the platform is to be told of now: `adjournment` (S0-7.4.8a), `major_matter`, or null.
    """

    NAME: ClassVar[str] = "handling.progress_recorded"
    case_id: UUID
    completed: bool
    completed_on: date | None
    report: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProgressRejected(Answer):
    """The entry breaks a rule, e.g. a completion date in the future; `reason` is the rule's name."""

    NAME: ClassVar[str] = "handling.progress_rejected"
    case_id: UUID
    reason: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class RecordProgress(Command):
    """Keep one entry of the form `report_progress` (S0-7.3.4)."""

    NAME: ClassVar[str] = "handling.record_progress"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class HandoverRecorded(Answer):
    """The handover is on record, signed by the new handler (S0-7.4.4f)."""

    NAME: ClassVar[str] = "handling.handover_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordHandover(Command):
    """Keep the forms `hand_over_case` (missing when the earlier handler let the period pass) and
    `receive_case`."""

    NAME: ClassVar[str] = "handling.record_handover"
    ANSWERS = (HandoverRecorded,)
    case_id: UUID
    previous_handler_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class DeadlineNoted(Answer):
    """The breach is on record."""

    NAME: ClassVar[str] = "handling.deadline_noted"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoteDeadline(Command):
    """Record that a period was missed: `mark` is agreement_breach, meeting_breach or handover_breach."""

    NAME: ClassVar[str] = "handling.note_deadline"
    ANSWERS = (DeadlineNoted,)
    case_id: UUID
    mark: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class RecordSealed(Answer):
    """Handling's part of the case is closed for ever."""

    NAME: ClassVar[str] = "handling.record_sealed"
    case_id: UUID
    digest: str
    items: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class SealRecord(Command):
    """Close handling's part of the case for writing and say what it holds."""

    NAME: ClassVar[str] = "handling.seal_record"
    ANSWERS = (RecordSealed,)
    case_id: UUID
