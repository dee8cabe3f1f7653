"""What intake (案件登记) accepts and announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command, Event, Personal


@dataclass(frozen=True, kw_only=True)
class ApplicationRegistered(Answer):
    """The case record was made (S0-7.3.1c); the other services keep what they need of it.

    `applicant`: {"name", "id_kind", "id_number", "phone", "address", "representative"}, the last
    {"name", "phone"} of the guardian or close relative who applied for them, or null; `opponents`:
    {"names": [...]}; `facts`: {"text"}. `materials`: [{"id", "kind", "name", "sha256"}]. `authority`: the
    organisation path of the court, procuratorate or police that handles the matter, when it is known here.
    `earlier_case_id`: the case whose next stage this is.
    """

    NAME: ClassVar[str] = "intake.application_registered"
    case_id: UUID
    number: str
    agency: str
    applicant_id: UUID
    matter: str
    category: str
    case_kind: str
    received_at: datetime
    materials: list[dict[str, str]]
    applicant: Personal
    opponents: Personal
    facts: Personal
    authority: str | None = None
    earlier_case_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PartiesTold(Answer):
    """Once more who the parties of a registered case are: whoever keeps only blind indexes of them makes
    these anew under the newest key. `applicant`: {"name"}; `opponents`: {"names": [...]}.
    """

    NAME: ClassVar[str] = "intake.parties_told"
    case_id: UUID
    applicant: Personal
    opponents: Personal


@dataclass(frozen=True, kw_only=True)
class RegisterApplication(Command):
    """Make the case record from the confirmed application."""

    NAME: ClassVar[str] = "intake.register_application"
    ANSWERS = (ApplicationRegistered,)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CorrectionOpened(Answer):
    """The applicant can now put right what the notice lists, until `due`."""

    NAME: ClassVar[str] = "intake.correction_opened"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class OpenCorrection(Command):
    """Let the applicant hand in again what `examine_materials` found wanting (S0-7.4.2d)."""

    NAME: ClassVar[str] = "intake.open_correction"
    ANSWERS = (CorrectionOpened,)
    case_id: UUID
    notice_id: UUID
    due: datetime
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ApplicationClosed(Answer):
    """The application ended before a grant; nothing more can be handed in."""

    NAME: ClassVar[str] = "intake.application_closed"
    case_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class CloseApplication(Command):
    """End an application: outcome `refused`, `withdrawn` or `withdrawn_deemed`."""

    NAME: ClassVar[str] = "intake.close_application"
    ANSWERS = (ApplicationClosed,)
    case_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ApplicationReopened(Answer):
    """The refused application is open again and its case begins anew."""

    NAME: ClassVar[str] = "intake.application_reopened"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReopenApplication(Command):
    """Undo the refusal as the judicial bureau ordered: outcome `granted` or `review_again`."""

    NAME: ClassVar[str] = "intake.reopen_application"
    ANSWERS = (ApplicationReopened,)
    case_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class RecordSealed(Answer):
    """Intake's part of the case is closed for ever; the digest goes into the manifest."""

    NAME: ClassVar[str] = "intake.record_sealed"
    case_id: UUID
    digest: str
    items: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class SealRecord(Command):
    """Close intake's part of the case for writing and say what it holds (S0-7.1b)."""

    NAME: ClassVar[str] = "intake.seal_record"
    ANSWERS = (RecordSealed,)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ApplicationResubmitted(Event):
    """The applicant handed in what the correction notice asked for (S0-7.4.2d).

    `materials`: all the case's materials as [{"id", "kind"}], the new ones included.
    """

    NAME: ClassVar[str] = "intake.application_resubmitted"
    case_id: UUID
    materials: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class CaseRegistered(Event):
    """A case was registered under its number."""

    NAME: ClassVar[str] = "intake.case_registered"
    case_id: UUID
    number: str
    agency: str
    matter: str
