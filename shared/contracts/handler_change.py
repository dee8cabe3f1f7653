"""What dispatch accepts and announces when a case changes its handler (S0-7.4.4f)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command


@dataclass(frozen=True, kw_only=True)
class ChangeOpened(Answer):
    """The request awaits its decision; `needs_approval`: a second person has to agree (C33)."""

    NAME: ClassVar[str] = "dispatch.change_opened"
    case_id: UUID
    needs_approval: bool


@dataclass(frozen=True, kw_only=True)
class OpenChange(Command):
    """The request to change the handler is decided until `due` (S0-7.4.4f)."""

    NAME: ClassVar[str] = "dispatch.open_change"
    ANSWERS = (ChangeOpened,)
    case_id: UUID
    change_id: UUID
    due: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeDeadlineNoted(Answer):
    """It is on record that the request was not decided in time."""

    NAME: ClassVar[str] = "dispatch.change_deadline_noted"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoteChangeDeadline(Command):
    """The period to decide a request (policy `dispatch.change_days`) ran out."""

    NAME: ClassVar[str] = "dispatch.note_change_deadline"
    ANSWERS = (ChangeDeadlineNoted,)
    case_id: UUID
    change_id: UUID


@dataclass(frozen=True, kw_only=True)
class ChangeRecorded(Answer):
    """The decision on the request; when approved, whom the case leaves. `previous_firm_path`: their firm."""

    NAME: ClassVar[str] = "dispatch.change_recorded"
    case_id: UUID
    approved: bool
    previous_handler_id: UUID
    previous_firm_path: str


@dataclass(frozen=True, kw_only=True)
class RecordChange(Command):
    """Keep the decision of the forms `decide_change` and, where needed, `approve_change`."""

    NAME: ClassVar[str] = "dispatch.record_change"
    ANSWERS = (ChangeRecorded,)
    case_id: UUID
    change_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ChangeSettled(Answer):
    """What became of an approved request is on record."""

    NAME: ClassVar[str] = "dispatch.change_settled"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class SettleChange(Command):
    """The case went back to dispatch (`effected`), or had got too far for it: then all stays as it was."""

    NAME: ClassVar[str] = "dispatch.settle_change"
    ANSWERS = (ChangeSettled,)
    case_id: UUID
    change_id: UUID
    effected: bool


@dataclass(frozen=True, kw_only=True)
class LetterIssued(Answer):
    """The letter to the authority stands; `organisation` is the authority's path here, null if it has none.

    `delivery`: `in_app`, `paper` or `none` (no authority handles the matter yet).
    """

    NAME: ClassVar[str] = "dispatch.letter_issued"
    case_id: UUID
    delivery: str
    organisation: str | None


@dataclass(frozen=True, kw_only=True)
class IssueLetter(Command):
    """Write the letter that names the new handler to the authority (S0-7.4.4f-letter)."""

    NAME: ClassVar[str] = "dispatch.issue_letter"
    ANSWERS = (LetterIssued,)
    case_id: UUID
    change_id: UUID


@dataclass(frozen=True, kw_only=True)
class LetterDeliveryRecorded(Answer):
    """How the letter reached the authority is on record."""

    NAME: ClassVar[str] = "dispatch.letter_delivery_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordLetterDelivery(Command):
    """The letter reached the authority: `in_app`, or `paper` as the form `deliver_letter` tells."""

    NAME: ClassVar[str] = "dispatch.record_letter_delivery"
    ANSWERS = (LetterDeliveryRecorded,)
    case_id: UUID
    change_id: UUID
    delivery: str
    submissions: list[Submission]
