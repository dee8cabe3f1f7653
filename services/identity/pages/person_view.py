"""One person's page for whoever looks after them, and the words in which roles and steps are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request
from sqlalchemy.orm import Session

from services.identity import rules
from services.identity.models import Organisation, RoleGrant
from services.identity.pages.login import MACHINE, page
from services.identity.people.directory import events_of, names_of, open_invitation
from services.identity.people.governing import fully_mine, givable_roles, may_give, my_places, one_of_mine
from services.identity.people.history import ACTS
from services.identity.queries import all_grants, open_sessions, place_names
from shared.masking import mask_phone
from shared.rights import role_name
from shared.web import current_person, reading, runtime
from shared.web.words import day, moment

Errors = Mapping[str, list[str]]
_NO_CHOICE = {"value": "", "text": "请选择"}


def person_page(
    person_id: UUID, status: int = 200, errors: Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page; `errors` and `values` are those of the form that was refused."""
    me, now = current_person(), runtime().clock.now()
    with reading() as session:
        person = one_of_mine(session, me, person_id)
        grants = all_grants(session, person_id)
        names = place_names(session, {g.organisation for g in grants} | {person.organisation})
        shown = {
            "account": person, "phone": mask_phone(person.phone), "place": names.get(person.organisation),
            "grants": [_grant(g, names, now) for g in grants], "events": _events(session, person_id),
            "places": place_choices(my_places(session, me, closed=False)),
            "sessions": open_sessions(session, person_id, MACHINE.now()),
            "invitation": open_invitation(session, person_id), "mine": fully_mine(session, me, person_id),
        }  # fmt: skip
    return page(
        "person.html", status, errors=errors or {}, values=values or {}, roles=role_choices(),
        states=rules.STATES, own=person_id == me.id, now=MACHINE.now(), done=request.args.get("done", ""),
        **shown,
    )  # fmt: skip


def back(person_id: UUID, done: str) -> Response:
    """To the person's page, which says what was done."""
    return make_response(redirect(f"/identity/people/{person_id}?done={done}", 303))


def place_choices(places: Sequence[Organisation], first: str = "请选择") -> list[dict[str, str]]:
    """Organisations to choose from."""
    return [
        {"value": "", "text": first},
        *({"value": r.path, "text": f"{r.name}（{r.path}）"} for r in places),
    ]


def role_choices() -> list[dict[str, str]]:
    """The roles that the reader may give, to choose from."""
    return [_NO_CHOICE, *({"value": c, "text": n} for c, n in givable_roles(current_person()).items())]


def last_day(ends_at: datetime) -> str:
    """The last day on which a role with this end counts."""
    return day(ends_at - timedelta(seconds=1))


def _grant(grant: RoleGrant, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    standing = grant.revoked_at is None
    if not standing:
        until = day(grant.revoked_at)
    elif grant.ends_at is not None:
        until = last_day(grant.ends_at)
    else:
        until = "一直"
    return {
        "id": grant.id, "role": role_name(grant.role),
        "organisation": names.get(grant.organisation, grant.organisation), "standing": standing,
        "since": day(grant.starts_at or grant.granted_at), "until": until,
        "coming": grant.starts_at is not None and now < grant.starts_at,
        "soon": standing and grant.ends_at is not None and grant.ends_at <= now + rules.ENDING_SOON,
        "revocable": standing and may_give(current_person(), grant.role, grant.organisation),
    }  # fmt: skip


def _events(session: Session, person_id: UUID) -> list[list[str]]:
    events = events_of(session, person_id)
    people = names_of(session, {e.by_id for e in events})
    places = place_names(session, {e.organisation for e in events if e.organisation})
    return [
        [
            moment(event.at),
            ACTS[event.act] + _about(event.role, places.get(event.organisation or "", "")),
            people.get(event.by_id, "系统"),
            event.why or "—",
        ]
        for event in events
    ]


def _about(role: str | None, place: str) -> str:
    words = "，".join(word for word in (role_name(role) if role else "", place) if word)
    return f"：{words}" if words else ""
