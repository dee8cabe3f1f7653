"""What review (援助审查) accepts and announces on the way to the decision.

What comes after it is in `review_remedies`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command, Event


@dataclass(frozen=True, kw_only=True)
class FindingsRecorded(Answer):
    """The findings per material stand; `conforms` = complete and in statutory form (S0-7.3.2b).

    With defects, `notice_id` names the one notice that lists all of them (S0-7.4.2d).
    """

    NAME: ClassVar[str] = "review.findings_recorded"
    case_id: UUID
    conforms: bool
    notice_id: UUID | None
    defect_count: int


@dataclass(frozen=True, kw_only=True)
class FindingsRejected(Answer):
    """The findings contradict themselves or a notice already sent; `reason` is a rule's name,
    `remark` says in plain Chinese what to put right."""

    NAME: ClassVar[str] = "review.findings_rejected"
    case_id: UUID
    reason: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class RecordFindings(Command):
    """Keep the reviewer's findings, item by item (S0-7.3.2a), from the form `examine_materials`."""

    NAME: ClassVar[str] = "review.record_findings"
    ANSWERS = (FindingsRecorded, FindingsRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class DecisionRecorded(Answer):
    """The decision was made by two persons: `outcome` is `granted` or `refused`."""

    NAME: ClassVar[str] = "review.decision_recorded"
    case_id: UUID
    outcome: str
    decision_id: UUID


@dataclass(frozen=True, kw_only=True)
class DecisionRejected(Answer):
    """The decision contradicts the recorded findings (S0-7.4.3a2, b2) or was made by one person alone;
    `reason` is a rule's name, `remark` says in plain Chinese what to put right."""

    NAME: ClassVar[str] = "review.decision_rejected"
    case_id: UUID
    reason: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class RecordDecision(Command):
    """Keep the decision proposed in `propose_decision` and approved in `approve_decision`."""

    NAME: ClassVar[str] = "review.record_decision"
    ANSWERS = (DecisionRecorded, DecisionRejected)
    case_id: UUID
    received_at: datetime
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class DeadlineNoted(Answer):
    """The warning or breach is on record."""

    NAME: ClassVar[str] = "review.deadline_noted"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoteDeadline(Command):
    """Record that a period reached a mark: `warn_50`, `warn_80`, `breach` of the decision period;
    `termination_breach`, `objection_breach` of the other two."""

    NAME: ClassVar[str] = "review.note_deadline"
    ANSWERS = (DeadlineNoted,)
    case_id: UUID
    mark: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class RecordSealed(Answer):
    """Review's part of the case is closed for ever."""

    NAME: ClassVar[str] = "review.record_sealed"
    case_id: UUID
    digest: str
    items: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class SealRecord(Command):
    """Close review's part of the case for writing and say what it holds."""

    NAME: ClassVar[str] = "review.seal_record"
    ANSWERS = (RecordSealed,)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseGranted(Event):
    """Legal aid was granted."""

    NAME: ClassVar[str] = "review.case_granted"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseRefused(Event):
    """Legal aid was refused; `grounds` are codes, never free text."""

    NAME: ClassVar[str] = "review.case_refused"
    case_id: UUID
    grounds: list[str]
