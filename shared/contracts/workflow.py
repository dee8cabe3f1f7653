"""What the workflow service accepts from the stage services and announces to everyone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from shared.messaging.contract import Answer, Command, Event


@dataclass(frozen=True, kw_only=True)
class PublishMessage(Command):
    """A citizen's act or a service's news for a process: starts it, or continues a waiting one.

    `correlation_key` is the case id for every diagram of this house; `message_id` drops doubles.
    """

    NAME: ClassVar[str] = "workflow.publish_message"
    case_id: UUID
    name: str
    correlation_key: str
    message_id: str
    variables: dict[str, Any] = field(default_factory=dict)
    seconds_to_live: int = 3600


@dataclass(frozen=True, kw_only=True)
class MessageCorrelated(Answer):
    """The message reached the one process that waited for it, in the same transaction."""

    NAME: ClassVar[str] = "workflow.message_correlated"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class MessageRefused(Answer):
    """Nobody waits for the message, or the case is past the point where it could follow; nothing changed."""

    NAME: ClassVar[str] = "workflow.message_refused"
    case_id: UUID


@dataclass(frozen=True, kw_only=True)
class CorrelateMessage(Command):
    """A message from one process to another of the same case, delivered now or not at all.

    `leading_to`: the case state that the catcher enters; the message is refused where that state may not
    follow the present one.
    """

    NAME: ClassVar[str] = "workflow.correlate_message"
    ANSWERS = (MessageCorrelated, MessageRefused)
    case_id: UUID
    name: str
    correlation_key: str
    variables: dict[str, Any] = field(default_factory=dict)
    leading_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class StageEntered(Event):
    """A case entered one of the five stages of the standard (S0-7.1)."""

    NAME: ClassVar[str] = "workflow.stage_entered"
    case_id: UUID
    stage: str


@dataclass(frozen=True, kw_only=True)
class StageLeft(Event):
    """A case left a stage."""

    NAME: ClassVar[str] = "workflow.stage_left"
    case_id: UUID
    stage: str


@dataclass(frozen=True, kw_only=True)
class TaskCreated(Event):
    """A human task waits; `candidate_groups` are role names, `due` may be absent."""

    NAME: ClassVar[str] = "workflow.task_created"
    case_id: UUID
    task: str
    element: str
    candidate_groups: list[str] = field(default_factory=list)
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TaskClaimed(Event):
    """A person took a human task."""

    NAME: ClassVar[str] = "workflow.task_claimed"
    case_id: UUID
    task: str
    element: str
    assignee: str


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(Event):
    """A person completed a human task."""

    NAME: ClassVar[str] = "workflow.task_completed"
    case_id: UUID
    task: str
    element: str
    assignee: str


@dataclass(frozen=True, kw_only=True)
class CaseStateChanged(Event):
    """The case moved in the table of case states; `before` is null for the first state."""

    NAME: ClassVar[str] = "workflow.case_state_changed"
    case_id: UUID
    before: str | None
    after: str
