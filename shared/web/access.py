"""Who is asking, and whether they may: every route says it with one of the decorators here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, g, request

from shared.database import asking
from shared.errors import Forbidden, Unauthenticated
from shared.messaging.tables import changed_roles, ended_session
from shared.web.cookies import cookie_name
from shared.web.tokens import TokenRefused

if TYPE_CHECKING:
    from shared.service import Runtime

View = TypeVar("View", bound=Callable[..., Any])
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

    A program has `scopes`, the actions its token is good for (None: all that its roles may), and `limit`,
    requests a minute.
    """

    id: UUID
    name: str
    roles: tuple[Held, ...]
    session_id: UUID
    csrf: str
    scopes: frozenset[str] | None = None
    limit: int | None = None

    def holds(self, *roles: str, at: str | None = None) -> bool:
        """Whether one of the roles is held; `at` an organisation, or anywhere."""
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


def person_or_none() -> Person | None:
    """Who is asking, or None for the public (also when the token ran out or was ended)."""
    if "person" not in g:
        g.person = _identify()
    return cast("Person | None", g.person)


def current_person() -> Person:
    """Who is asking; raises Unauthenticated for the public."""
    person = person_or_none()
    if person is None:
        raise Unauthenticated
    return person


def open_to_all(reason: str) -> Callable[[View], View]:
    """This route needs no login; the reason is for the reader and the list of open routes."""

    def mark(view: View) -> View:
        view.access = f"open: {reason}"  # type: ignore[attr-defined]
        return view

    return mark


def logged_in(view: View) -> View:
    """This route needs a person; what they may see is decided inside, by their relation to it."""
    return requires()(view)


def requires(*roles: str) -> Callable[[View], View]:
    """This route needs a person with one of the roles (any role when none is named)."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = current_person()
            if roles and not person.holds(*roles):
                raise Forbidden(needs=list(roles))
            return view(*args, **kwargs)

        guarded.access = f"roles: {', '.join(roles) or 'any'}"  # type: ignore[attr-defined]
        return cast("View", guarded)

    return guard


def _identify() -> Person | None:
    token = _token()
    if not token:
        return None
    runtime: Runtime = current_app.extensions["fayuan"]
    try:
        claims = current_app.extensions["fayuan-verifier"].claims(token)
        person = _person(claims)
    except (TokenRefused, KeyError, ValueError):
        return None
    return None if _ended(runtime, person, claims["iat"]) else person


def _token() -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme:
        return value if scheme.lower() == "bearer" else None
    return request.cookies.get(cookie_name())


def _person(claims: dict[str, Any]) -> Person:
    roles = tuple(Held(r["role"], r["organisation"]) for r in claims["roles"])
    scope, limit = claims.get("scope"), claims.get("limit")
    return Person(
        UUID(claims["sub"]), claims.get("name", ""), roles, UUID(claims["sid"]), claims.get("csrf", ""),
        None if scope is None else frozenset(str(scope).split()), None if limit is None else int(limit),
    )  # fmt: skip


def _ended(runtime: Runtime, person: Person, issued: int) -> bool:
    ended = sa.select(sa.literal(1)).where(ended_session.c.session_id == person.session_id)
    changed = sa.select(sa.literal(1)).where(
        changed_roles.c.person_id == person.id,
        changed_roles.c.changed_at > datetime.fromtimestamp(issued + 1, UTC),
    )
    with asking(runtime.engine) as connection:
        return connection.execute(ended.union_all(changed)).first() is not None
