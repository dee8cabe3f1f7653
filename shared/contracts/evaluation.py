"""What evaluation (结案评价) accepts and announces."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command, Event


@dataclass(frozen=True, kw_only=True)
class ClosingFileRecorded(Answer):
    """The closing file arrived at `received_at`; the review period starts (S0-7.4.9b).

    `advice`: whether handling record and file meet the closing conditions, in a sentence (S0-7.3.5a).
    """

    NAME: ClassVar[str] = "evaluation.closing_file_recorded"
    case_id: UUID
    received_at: datetime
    advice: str


@dataclass(frozen=True, kw_only=True)
class RecordClosingFile(Command):
    """Keep closing report and file of the form `submit_closing_file` (S0-7.4.9a)."""

    NAME: ClassVar[str] = "evaluation.record_closing_file"
    ANSWERS = (ClosingFileRecorded,)
    case_id: UUID
    completed_on: date
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ClosingReviewed(Answer):
    """The closing review stands; not conforming leads back to the handler (S0-7.4.9b2)."""

    NAME: ClassVar[str] = "evaluation.closing_reviewed"
    case_id: UUID
    conforms: bool


@dataclass(frozen=True, kw_only=True)
class RecordClosingReview(Command):
    """Keep the form `review_closing_file`."""

    NAME: ClassVar[str] = "evaluation.record_closing_review"
    ANSWERS = (ClosingReviewed,)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class SurveyOpened(Answer):
    """The recipient can rate now (S0-7.3.5b)."""

    NAME: ClassVar[str] = "evaluation.survey_opened"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class OpenSurvey(Command):
    """Let the recipient rate the service online until `due`."""

    NAME: ClassVar[str] = "evaluation.open_survey"
    ANSWERS = (SurveyOpened,)
    case_id: UUID
    applicant_id: UUID
    handler_id: UUID
    due: datetime


@dataclass(frozen=True, kw_only=True)
class SurveyClosed(Answer):
    """The survey is closed; `rated_by` is `recipient` or `default` (no answer in the period)."""

    NAME: ClassVar[str] = "evaluation.survey_closed"
    case_id: UUID
    rated_by: str


@dataclass(frozen=True, kw_only=True)
class CloseSurvey(Command):
    """End the survey; without an answer the default rating is recorded."""

    NAME: ClassVar[str] = "evaluation.close_survey"
    ANSWERS = (SurveyClosed,)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseFileArchived(Answer):
    """The electronic file is archived under `archive_number`; `manifest_sha256` covers every part."""

    NAME: ClassVar[str] = "evaluation.case_file_archived"
    case_id: UUID
    archive_number: str
    manifest_sha256: str


@dataclass(frozen=True, kw_only=True)
class ArchiveCase(Command):
    """Write the manifest of all parts and close the case for ever (S0-7.1b, S0-7.3.5c).

    The parts are what each service announced when it sealed its record; evaluation listened.
    """

    NAME: ClassVar[str] = "evaluation.archive_case"
    ANSWERS = (CaseFileArchived,)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeadlineNoted(Answer):
    """The breach is on record."""

    NAME: ClassVar[str] = "evaluation.deadline_noted"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class NoteDeadline(Command):
    """Record that a period was missed: `mark` is `closing_file_breach`, `closing_review_breach`,
    `assessment_breach` or `recheck_breach`."""

    NAME: ClassVar[str] = "evaluation.note_deadline"
    ANSWERS = (DeadlineNoted,)
    case_id: UUID
    mark: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class AssessmentDrawn(Answer):
    """Whether the case is to be assessed; the same case is always drawn alike."""

    NAME: ClassVar[str] = "evaluation.assessment_drawn"
    case_id: UUID
    drawn: bool


@dataclass(frozen=True, kw_only=True)
class DrawAssessment(Command):
    """Decide by the policy whether this closed case is assessed (S1-四(三)1a); special cases never are."""

    NAME: ClassVar[str] = "evaluation.draw_assessment"
    ANSWERS = (AssessmentDrawn,)
    case_id: UUID
    matter: str
    handler_id: UUID
    firm_path: str


@dataclass(frozen=True, kw_only=True)
class AssessmentScored(Answer):
    """The score sheet is kept; `score` is the sum of its items, exact."""

    NAME: ClassVar[str] = "evaluation.assessment_scored"
    case_id: UUID
    sheet_id: UUID
    score: Decimal


@dataclass(frozen=True, kw_only=True)
class AssessmentRejected(Answer):
    """The sheet does not fit the rubric; `reason` is a rule's name, `remark` says what to put right."""

    NAME: ClassVar[str] = "evaluation.assessment_rejected"
    case_id: UUID
    reason: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class ScoreAssessment(Command):
    """Keep the form `assess_quality` of an assessor (`level` assessment) or an expert (recheck)."""

    NAME: ClassVar[str] = "evaluation.score_assessment"
    ANSWERS = (AssessmentScored, AssessmentRejected)
    case_id: UUID
    level: str
    due: datetime
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class AssessmentRecorded(Answer):
    """The grade stands (`excellent`, `good`, `qualified`, `unqualified`), or an expert has to look again.

    `talk`: handler and head of the firm are asked to talk about it (S1-四(三)3b).
    """

    NAME: ClassVar[str] = "evaluation.assessment_recorded"
    case_id: UUID
    grade: str
    recheck: bool
    talk: bool


@dataclass(frozen=True, kw_only=True)
class RecordAssessment(Command):
    """Keep what the tables of `quality_grade` say of a score sheet; an expert's sheet replaces the first.

    `grade` is the table's word; `consequences` are its rows {"consequence", "ground", "clause"}.
    """

    NAME: ClassVar[str] = "evaluation.record_assessment"
    ANSWERS = (AssessmentRecorded,)
    case_id: UUID
    sheet_id: UUID
    grade: str
    coefficient: Decimal
    consequences: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class CaseAssessed(Event):
    """The quality assessment is final: its grade, and whether an expert looked again."""

    NAME: ClassVar[str] = "evaluation.case_assessed"
    case_id: UUID
    grade: str
    rechecked: bool


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    """The closing file conforms: the case is closed (S0-7.4.9b2)."""

    NAME: ClassVar[str] = "evaluation.case_closed"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseArchived(Event):
    """The case file is archived; nothing about the case can be written any more."""

    NAME: ClassVar[str] = "evaluation.case_archived"
    case_id: UUID
    archive_number: str
    manifest_sha256: str
