"""Who is asking, and whether they may: every route says it with one of the decorators here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, g, request

from shared.database import Instant
from shared.errors import Forbidden, Unauthenticated
from shared.rights import Held, Person, has
from shared.rights.table import RIGHTS
from shared.web.cookies import cookie_name
from shared.web.tokens import TokenRefused

if TYPE_CHECKING:
    from shared.service import Runtime

View = TypeVar("View", bound=Callable[..., Any])
_ENDED = sa.text(
    "SELECT 1 FROM ended_session WHERE session_id = :session_id UNION ALL "
    "SELECT 1 FROM changed_roles WHERE person_id = :person_id AND changed_at > :since"
).bindparams(
    sa.bindparam("session_id", type_=sa.Uuid()), sa.bindparam("person_id", type_=sa.Uuid()),
    sa.bindparam("since", type_=Instant()),
)  # fmt: skip
"""Asked with every request, so as text: putting it together costs more than the database's answer."""


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


def needs(action: str) -> Callable[[View], View]:
    """This route needs a person with a right to the action (shared/rights/rights.csv), to whatever record;
    whether it is this record is asked inside, with `may` or `visible`."""
    if action not in RIGHTS:
        raise ValueError(f"{action} is no action of the table of rights")

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not has(current_person(), action):
                raise Forbidden(needs=action)
            return view(*args, **kwargs)

        guarded.access = f"needs: {action}"  # type: ignore[attr-defined]
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
    except (TokenRefused, KeyError, TypeError, ValueError):  # claims of another kind than ours
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
    person_id, session_id = (UUID(str(claims[name])) for name in ("sub", "sid"))
    return Person(
        person_id, claims.get("name", ""), roles, session_id, claims.get("csrf", ""),
        None if scope is None else frozenset(str(scope).split()), None if limit is None else int(limit),
    )  # fmt: skip


def _ended(runtime: Runtime, person: Person, issued: float) -> bool:
    since = datetime.fromtimestamp(issued, UTC)
    of = {"session_id": person.session_id, "person_id": person.id, "since": since}
    with runtime.questions.connect() as connection:
        return connection.execute(_ENDED, of).first() is not None
