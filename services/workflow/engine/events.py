"""What an event waits for or throws, as the model says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timer:
    """`kind` is date, duration or cycle."""

    kind: str
    text: str


@dataclass(frozen=True)
class Message:
    """A message waited for, or (without a correlation key) the one that starts a process."""

    name: str
    correlation_key: str | None


@dataclass(frozen=True)
class Fault:
    """A BPMN error thrown or caught; without a code every error is caught."""

    code: str | None


@dataclass(frozen=True)
class Signal:
    """A signal thrown to everyone, or waited for."""

    name: str


@dataclass(frozen=True)
class Escalation:
    """An escalation thrown or caught; without a code every escalation is caught."""

    code: str | None


@dataclass(frozen=True)
class Terminate:
    """Ends its scope at once."""


@dataclass(frozen=True)
class Link:
    """One end of a jump inside a scope; the jump itself is a flow between the two events."""

    name: str


Trigger = Timer | Message | Signal | Fault | Escalation | Terminate | Link | None
