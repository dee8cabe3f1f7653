"""The answers of a human task on their way to the service that keeps them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.messaging.contract import Personal


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One completed user task: who, when, which element of the diagram, and the form's answers.

    `on_behalf_of`: whom the person who did it (`by`) stood in for.
    `files`: what the answers' file ids stand for, {"<id>": {"sha256", "name", "media_type"}}.
    """

    id: UUID
    element: str
    by: UUID
    at: datetime
    answers: Personal
    files: Personal = field(default_factory=dict)
    on_behalf_of: UUID | None = None

    @property
    def people(self) -> frozenset[UUID]:
        """Who handed it in, and whom they stood in for."""
        return frozenset(person for person in (self.by, self.on_behalf_of) if person)


def latest(submissions: list[Submission], element: str) -> Submission:
    """The newest submission of that element; raises LookupError when the diagram sent none."""
    found = [s for s in submissions if s.element == element]
    if not found:
        raise LookupError(f"no submission of {element} came with the command")
    return max(found, key=lambda s: (s.at, s.id))
