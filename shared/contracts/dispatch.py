"""What dispatch (承办指派) accepts and announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from shared.contracts.submission import Submission
from shared.messaging.contract import Answer, Command, Event


@dataclass(frozen=True, kw_only=True)
class TurnTaken(Answer):
    """A member got the turn; the explanation of the choice is stored (S0-7.4.4b)."""

    NAME: ClassVar[str] = "dispatch.turn_taken"
    case_id: UUID
    assignment_id: UUID
    handler_id: UUID
    firm_id: UUID
    firm_path: str


@dataclass(frozen=True, kw_only=True)
class NobodyAvailable(Answer):
    """No member is qualified and free of conflict; a person decides what to do, never silence."""

    NAME: ClassVar[str] = "dispatch.nobody_available"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class TakeTurn(Command):
    """Choose the next member by rotation among those qualified and without conflict (S0-7.4.4a-c)."""

    NAME: ClassVar[str] = "dispatch.take_turn"
    ANSWERS = (TurnTaken, NobodyAvailable)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResponseRecorded(Answer):
    """The member's response: `accepted`, `conflict` or `cannot`."""

    NAME: ClassVar[str] = "dispatch.response_recorded"
    case_id: UUID
    response: str


@dataclass(frozen=True, kw_only=True)
class RecordResponse(Command):
    """Keep the response of the form `respond_to_assignment`."""

    NAME: ClassVar[str] = "dispatch.record_response"
    ANSWERS = (ResponseRecorded,)
    case_id: UUID
    assignment_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class ResponseLapsed(Answer):
    """The silence is on record; the turn counts as used and the member is passed over for this case."""

    NAME: ClassVar[str] = "dispatch.response_lapsed"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class LapseResponse(Command):
    """The period to respond (policy `dispatch.accept_hours`) ran out."""

    NAME: ClassVar[str] = "dispatch.lapse_response"
    ANSWERS = (ResponseLapsed,)
    case_id: UUID
    assignment_id: UUID


@dataclass(frozen=True, kw_only=True)
class EscalationRecorded(Answer):
    """What the dispatcher arranged is on record."""

    NAME: ClassVar[str] = "dispatch.escalation_recorded"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordEscalation(Command):
    """Keep what the dispatcher did when nobody was available (form `resolve_nobody_available`)."""

    NAME: ClassVar[str] = "dispatch.record_escalation"
    ANSWERS = (EscalationRecorded,)
    case_id: UUID
    submissions: list[Submission]


@dataclass(frozen=True, kw_only=True)
class RecordSealed(Answer):
    """Dispatch's part of the case is closed for ever."""

    NAME: ClassVar[str] = "dispatch.record_sealed"
    case_id: UUID
    digest: str
    items: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class SealRecord(Command):
    """Close dispatch's part of the case for writing and say what it holds."""

    NAME: ClassVar[str] = "dispatch.seal_record"
    ANSWERS = (RecordSealed,)
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(Event):
    """The case was assigned to a member of the roster."""

    NAME: ClassVar[str] = "dispatch.case_assigned"
    case_id: UUID
    handler_id: UUID
    firm_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseAccepted(Event):
    """The member accepted the case."""

    NAME: ClassVar[str] = "dispatch.case_accepted"
    case_id: UUID
    handler_id: UUID


@dataclass(frozen=True, kw_only=True)
class HandlerChanged(Event):
    """A new handler accepted the case after a change; `ground` is a code of `dispatch.change_grounds`."""

    NAME: ClassVar[str] = "dispatch.handler_changed"
    case_id: UUID
    handler_id: UUID
    previous_handler_id: UUID
    ground: str
