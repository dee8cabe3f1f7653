"""The person who asks: who they are and which roles they hold where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

CENTRE_ROLES = (
    "clerk", "reviewer", "approver", "dispatcher", "closing_reviewer", "archivist", "administrator",
    "assessor", "expert", "bureau_reviewer",
)  # fmt: skip
"""Roles of the legal-aid centre's own staff: they may see the records of their organisation's subtree."""


@dataclass(frozen=True)
class Held:
    """A role held at an organisation (its materialised path); it counts for everything below."""

    role: str
    organisation: str

    def covers(self, organisation: str) -> bool:
        """Whether the organisation is the holder's own or lies below it."""
        return organisation.startswith(self.organisation)


@dataclass(frozen=True)
class Person:
    """The person or program behind a request, as their token says.

    A program has `scopes`, the only actions that its token is good for (None: all that its roles may), and
    `limit`, requests a minute.
    """

    id: UUID
    name: str
    roles: tuple[Held, ...]
    session_id: UUID
    csrf: str
    scopes: frozenset[str] | None = None
    limit: int | None = None

    def holds(self, *roles: str, at: str | None = None) -> bool:
        """Whether one of the roles is held; `at` an organisation, or anywhere. What a person may do is
        asked of the table (`may`); this is for who is meant by a group of a diagram."""
        return any(h.role in roles and (at is None or h.covers(at)) for h in self.roles)

    def may_see(
        self, *, organisation: str, involved: Iterable[UUID | None], firm: str | None = None,
        authority: str | None = None,
    ) -> bool:  # fmt: skip
        """Whether a record is this person's business: they are one of the people involved, hold a staff
        role at the record's organisation or above it, manage the firm that works on it, or are the contact
        of the court, procuratorate or police that asked for it."""
        if self.id in [i for i in involved if i]:
            return True
        if self.holds(*CENTRE_ROLES, at=organisation):
            return True
        if authority is not None and self.holds("authority", at=authority):
            return True
        return firm is not None and self.holds("firm_manager", at=firm)

    @property
    def organisations(self) -> frozenset[str]:
        """Where roles are held."""
        return frozenset(h.organisation for h in self.roles)

    @property
    def role_names(self) -> frozenset[str]:
        """The names of all roles held."""
        return frozenset(h.role for h in self.roles)
