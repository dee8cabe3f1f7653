"""What handling accepts about the handler's work, entry by entry (S0-7.4.6 to S0-7.4.8, S0-8.1).

Every entry is answered alike: kept (`ProgressRecorded`) or against a rule (`ProgressRejected`).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.handling import ProgressRecorded, ProgressRejected
from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command


@dataclass(frozen=True, kw_only=True)
class RecordFileReading(Command):
    """Keep that the court's file was read (S0-7.4.6a)."""

    NAME: ClassVar[str] = "handling.record_file_reading"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordInvestigation(Command):
    """Keep an investigation: whose consent, whom, the record made (S0-7.4.6b)."""

    NAME: ClassVar[str] = "handling.record_investigation"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordCourtRequest(Command):
    """Keep a request that the court collect evidence (S0-7.4.6b2)."""

    NAME: ClassVar[str] = "handling.record_court_request"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordEvidenceList(Command):
    """Keep the list of evidence: source, object and purpose of each item (S0-7.4.6c)."""

    NAME: ClassVar[str] = "handling.record_evidence_list"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordPleading(Command):
    """Keep a complaint, defence, counterclaim or other pleading (S0-7.4.7a)."""

    NAME: ClassVar[str] = "handling.record_pleading"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordEvidenceDeadline(Command):
    """Keep when the period for evidence ends; starts the window for witnesses (S0-7.4.7b)."""

    NAME: ClassVar[str] = "handling.record_evidence_deadline"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordWitnessApplication(Command):
    """Keep an application that a witness appear (S0-7.4.7b)."""

    NAME: ClassVar[str] = "handling.record_witness_application"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordHearing(Command):
    """Keep a hearing: attended, or adjourned with the reason (S0-7.4.8)."""

    NAME: ClassVar[str] = "handling.record_hearing"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordMajorMatter(Command):
    """Keep a report of a major matter, which the platform is told of."""

    NAME: ClassVar[str] = "handling.record_major_matter"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordNegotiation(Command):
    """Keep a negotiation, mediation or settlement out of court (S0-8.1c)."""

    NAME: ClassVar[str] = "handling.record_negotiation"
    ANSWERS = (ProgressRecorded, ProgressRejected)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class SolutionRecorded(Answer):
    """The solution is on record, its risks and consequences told (S0-8.1a)."""

    NAME: ClassVar[str] = "handling.solution_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordSolution(Command):
    """Keep the form `propose_solution`."""

    NAME: ClassVar[str] = "handling.record_solution"
    ANSWERS = (SolutionRecorded,)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class WitnessWindowChecked(Answer):
    """`needed`: this deadline still counts and no witness was applied for (S0-7.4.7b)."""

    NAME: ClassVar[str] = "handling.witness_window_checked"
    case_id: UUID
    needed: bool


@dataclass(frozen=True, kw_only=True)
class CheckWitnessWindow(Command):
    """Look whether the handler must be reminded; `final`: the period is over, keep that it was missed."""

    NAME: ClassVar[str] = "handling.check_witness_window"
    ANSWERS = (WitnessWindowChecked,)
    case_id: UUID
    evidence_deadline_id: UUID
    final: bool


@dataclass(frozen=True, kw_only=True)
class SuspensionRecorded(Answer):
    """The stay is on record; the periods stand still."""

    NAME: ClassVar[str] = "handling.suspension_recorded"
    case_id: UUID
    since: date


@dataclass(frozen=True, kw_only=True)
class RecordSuspension(Command):
    """Put the reported stay on record."""

    NAME: ClassVar[str] = "handling.record_suspension"
    ANSWERS = (SuspensionRecorded,)
    case_id: UUID
    suspension_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResumptionRecorded(Answer):
    """The stay is over; the periods run again."""

    NAME: ClassVar[str] = "handling.resumption_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResumptionRejected(Answer):
    """The day of the resumption cannot be right; `reason` is the rule's name."""

    NAME: ClassVar[str] = "handling.resumption_rejected"
    case_id: UUID
    reason: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class RecordResumption(Command):
    """Keep the form `resume_handling`."""

    NAME: ClassVar[str] = "handling.record_resumption"
    ANSWERS = (ResumptionRecorded, ResumptionRejected)
    case_id: UUID
    suspension_id: UUID
    submissions: list[Submission]
