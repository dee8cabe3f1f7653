"""What review accepts and announces after the decision: termination, doubt, objection."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command, Event


@dataclass(frozen=True, kw_only=True)
class TerminationRecorded(Answer):
    """What two persons decided on a report: `outcome` is `terminate` or `keep`, or `sealed` when the case
    was archived meanwhile and nothing was written."""

    NAME: ClassVar[str] = "review.termination_recorded"
    case_id: UUID
    outcome: str
    terminated_on: date | None


@dataclass(frozen=True, kw_only=True)
class RecordTermination(Command):
    """Keep what `verify_termination` found and `approve_termination` approved (S0-7.4.9c)."""

    NAME: ClassVar[str] = "review.record_termination"
    ANSWERS = (TerminationRecorded,)
    case_id: UUID
    termination_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class TerminationEffectRecorded(Answer):
    """It is on record whether the case was terminated or had been closed meanwhile."""

    NAME: ClassVar[str] = "review.termination_effect_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordTerminationEffect(Command):
    """Keep whether the decision to terminate still met a running case (`effective`)."""

    NAME: ClassVar[str] = "review.record_termination_effect"
    ANSWERS = (TerminationEffectRecorded,)
    case_id: UUID
    termination_id: UUID
    effective: bool


@dataclass(frozen=True, kw_only=True)
class ExplanationRecorded(Answer):
    """The call is on record; `answered` is false while the person has yet to be reached."""

    NAME: ClassVar[str] = "review.explanation_recorded"
    case_id: UUID
    answered: bool


@dataclass(frozen=True, kw_only=True)
class RecordExplanation(Command):
    """Keep the phone call of the form `explain_by_phone` (S0-7.4.3c)."""

    NAME: ClassVar[str] = "review.record_explanation"
    ANSWERS = (ExplanationRecorded,)
    case_id: UUID
    doubt_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ObjectionRecorded(Answer):
    """The judicial bureau's decision: `maintained`; of a refusal `granted` or `review_again`; of a
    termination `overturned`."""

    NAME: ClassVar[str] = "review.objection_recorded"
    case_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class RecordObjection(Command):
    """Keep the decision of the form `review_objection` or `review_termination_objection`."""

    NAME: ClassVar[str] = "review.record_objection"
    ANSWERS = (ObjectionRecorded,)
    case_id: UUID
    objection_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ObjectionEffectRecorded(Answer):
    """It is on record whether the case went on."""

    NAME: ClassVar[str] = "review.objection_effect_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordObjectionEffect(Command):
    """Keep whether the case could go on as the bureau ordered (`effective`), or was archived before."""

    NAME: ClassVar[str] = "review.record_objection_effect"
    ANSWERS = (ObjectionEffectRecorded,)
    case_id: UUID
    objection_id: UUID
    effective: bool


@dataclass(frozen=True, kw_only=True)
class AidTerminated(Event):
    """Legal aid was terminated (S0-7.4.9c); `ground` is a code of the policy."""

    NAME: ClassVar[str] = "review.aid_terminated"
    case_id: UUID
    ground: str


@dataclass(frozen=True, kw_only=True)
class TerminationRejected(Event):
    """A report did not end the case: `reason` is `kept` (not confirmed) or `too_late` (closed meanwhile)."""

    NAME: ClassVar[str] = "review.termination_rejected"
    case_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ObjectionFiled(Event):
    """The applicant objected; `against` is `refusal` or `termination`."""

    NAME: ClassVar[str] = "review.objection_filed"
    case_id: UUID
    against: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDecided(Event):
    """The judicial bureau decided: `maintained`, `granted`, `review_again` or `overturned`."""

    NAME: ClassVar[str] = "review.objection_decided"
    case_id: UUID
    against: str
    outcome: str
