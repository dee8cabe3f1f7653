"""What can be wrong with a model, and what can go wrong while a process runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelError:
    """One reason why a model is refused, at one element, with what to do about it."""

    element_id: str
    rule: str
    reason_zh: str
    reason_en: str
    remedy: str


class ModelRefused(Exception):
    """The model cannot be executed exactly as drawn."""

    def __init__(self, errors: list[ModelError]) -> None:
        super().__init__("; ".join(f"{e.element_id}: {e.reason_en}" for e in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Obstacle:
    """One reason why a running instance cannot be changed as asked, at one element, and the remedy."""

    element_id: str
    rule: str
    reason_zh: str
    reason_en: str
    remedy_zh: str
    remedy_en: str


class NotPossible(Exception):
    """The running instance cannot be changed as asked; nothing of it may be kept."""

    def __init__(self, *obstacles: Obstacle) -> None:
        super().__init__("; ".join(f"{o.element_id}: {o.reason_en}" for o in obstacles))
        self.obstacles = obstacles


class ExpressionFailed(Exception):
    """A FEEL expression has no usable value; raised by the evaluator that the host passes in."""


class Blocked(Exception):
    """A token cannot move on; it stays where it is until the incident is resolved.

    `kind` is one of Zeebe's error types, for example CONDITION_ERROR.
    """

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class NotWaiting(Exception):
    """No element instance with this key waits for what was given to it."""
