"""What happened in a run, in order; the host turns it into rows, history and events.

`key` is the element instance's key, `scope` the key of the scope it lies in (process instance,
sub-process or multi-instance body). A wait is over when Completed, Cancelled or Disarmed names its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.workflow.engine.definition import Node


@dataclass(frozen=True, kw_only=True)
class Move:
    """Something that happened to one element instance; `body` marks the frame around multiple instances."""

    node: Node
    key: int
    scope: int
    body: bool = False


@dataclass(frozen=True, kw_only=True)
class Activated(Move):
    """A token arrived at the element."""


@dataclass(frozen=True, kw_only=True)
class Completed(Move):
    """The token left the element."""


@dataclass(frozen=True, kw_only=True)
class Cancelled(Move):
    """The token was taken away before the element was done."""


@dataclass(frozen=True, kw_only=True)
class Incident(Move):
    """The token is stuck: `kind` is one of Zeebe's error types, `reason` says what a person can mend."""

    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class TaskOpened(Move):
    """A user task waits for a person; the expressions of the model are evaluated."""

    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50
    organisation: str | None = None
    separate_persons: tuple[str, ...] = ()
    separate_firm: str | None = None
    four_eyes: bool = True


@dataclass(frozen=True, kw_only=True)
class JobOpened(Move):
    """A job waits for a worker; `variables` are the element's own, made by its input mappings."""

    type: str
    retries: int
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Decided(Move):
    """A decision was made, or could not be made; `report` is the host's own record of how."""

    report: Any


@dataclass(frozen=True, kw_only=True)
class TimerArmed(Move):
    """A timer runs; `source` is the model's text, `started` the moment it was reckoned from."""

    source: str
    due: datetime
    started: datetime


@dataclass(frozen=True, kw_only=True)
class Subscribed(Move):
    """A message is waited for."""

    message: str
    correlation_key: str


@dataclass(frozen=True, kw_only=True)
class SignalAwaited(Move):
    """A signal is waited for. `line` stays the same while an event that interrupts nothing hears it again
    and again, each time under a new key.
    """

    signal: str
    line: int


@dataclass(frozen=True, kw_only=True)
class SignalThrown(Move):
    """A signal goes out to everyone who waits for it now; `variables` are the element's own."""

    signal: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Disarmed(Move):
    """A timer or subscription is not needed any more, or has started its event sub-process.

    In the latter case the start event is activated next under the same key.
    """


@dataclass(frozen=True, kw_only=True)
class ProcessEnded:
    """The top process has no token left; `cancelled` says whether somebody ended it."""

    cancelled: bool


Entry = Move | ProcessEnded
