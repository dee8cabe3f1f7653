"""Pages about people for whoever looks after them: list, invite, roles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.identity import rules
from services.identity.models import Person, RoleGrant
from services.identity.pages.login import MACHINE, page
from services.identity.pages.person_view import Errors, back, last_day, person_page, place_choices
from services.identity.people.directory import (
    ORDERS,
    PAGE,
    Search,
    asking_to_wake,
    ending_soon,
    grants_by_person,
    people,
)
from services.identity.people.governing import givable_roles, may_give, my_places, one_of_mine, role_fault
from services.identity.people.lifecycle import invite
from services.identity.people.roles import Term, grant_role, revoke_role
from services.identity.people.slips import Slip, new_code, slip_page
from services.identity.queries import administrators
from services.identity.schemas import GrantForm, InviteForm, row_id
from shared.clock import SHANGHAI
from shared.errors import Forbidden, Invalid
from shared.rights import has, places_of, role_name
from shared.web import current_person, needs, reading, runtime, transaction

bp = Blueprint("people", __name__)


@bp.get("/identity/people")
@needs("identity.person.read")
def listed() -> Response:
    """The people I look after; what waits for me stands first."""
    me, now, search = current_person(), runtime().clock.now(), _search()
    with reading() as session:
        rows, total = people(session, me, search)
        places = my_places(session, me)
        names = {row.path: row.name for row in places}
        grants = grants_by_person(session, [row.id for row in rows], now)
        shown = [_line(row, names, grants[row.id]) for row in rows]
        waiting = asking_to_wake(session, me)
        ending = [
            (p, role_name(g.role), last_day(g.ends_at))
            for p, g in ending_soon(session, me, now) if g.ends_at
        ]  # fmt: skip
        alone = _alone(session)
    return page(
        "people.html", people=shown, total=total, waiting=waiting, ending=ending, alone=alone, search=search,
        pages=math.ceil(total / PAGE), address=_address(search), places=place_choices(places, "全部机构"),
        states=[{"value": "", "text": "全部"}, *_items(rules.STATES)], orders=_items(ORDERS),
        places_too=has(me, "identity.organisation.read"), done=request.args.get("done", ""),
    )  # fmt: skip


@bp.get("/identity/people/new")
@needs("identity.person.add")
def empty_form() -> Response:
    """The form for a new member of staff."""
    return _invite_form()


@bp.post("/identity/people/new")
@needs("identity.person.add")
def add() -> Response:
    """Invite somebody: the page shows the slip with the code, this once."""
    me, code = current_person(), new_code()
    values = {n: request.form.get(n, "") for n in ("login", "name", "phone", "organisation")}
    roles = request.form.getlist("role")
    try:
        filled = InviteForm().load({**values, "role": [role for role in roles if role]})
        _check_roles(filled["role"], filled["organisation"])
        asked = {k: filled[k] for k in ("name", "login", "phone", "organisation")}
        with transaction() as work:
            person = invite(work, **asked, roles=filled["role"], by=me.id, code=code, now=MACHINE.now())
            slip = Slip(person.id, person.name, person.login, code)
    except ValidationError as error:
        return _invite_form(422, values, roles, _flat(error.normalized_messages()))
    except Invalid as refusal:
        return _invite_form(422, values, roles, refusal.fields)
    return slip_page([slip])


@bp.get("/identity/people/<uuid:person_id>")
@needs("identity.person.read")
def shown(person_id: UUID) -> Response:
    """One person: roles now and before, sessions, history, and what can be done."""
    return person_page(person_id)


@bp.post("/identity/people/<uuid:person_id>/roles")
@needs("identity.role.grant")
def grant(person_id: UUID) -> Response:
    """Give a role at an organisation I look after, or other dates to one that is held."""
    me, today = current_person(), runtime().clock.now().astimezone(SHANGHAI).date()
    try:
        filled = GrantForm(today).load(request.form)
        _check_roles([filled["role"]], filled["organisation"])
    except ValidationError as error:
        return person_page(person_id, 422, error.normalized_messages(), request.form)
    except Invalid as refusal:
        return person_page(person_id, 422, refusal.fields, request.form)
    term = Term.of_days(filled["starts_on"], filled["ends_on"], today)
    with transaction() as work:
        person = one_of_mine(work.session, me, person_id)
        grant_role(work, person, filled["role"], filled["organisation"], me.id, MACHINE.now(), term)
    return back(person_id, "granted")


@bp.post("/identity/people/<uuid:person_id>/roles/revoke")
@needs("identity.role.grant")
def revoke(person_id: UUID) -> Response:
    """Take a role away that I may give."""
    me, grant_id = current_person(), row_id(request.form)
    with transaction() as work:
        person = one_of_mine(work.session, me, person_id)
        held = work.session.get(RoleGrant, grant_id)
        if held is not None and not may_give(me, held.role, held.organisation):
            raise Forbidden
        revoke_role(work, person, grant_id, me.id, MACHINE.now())
    return back(person_id, "revoked")


def _search() -> Search:
    given = request.args
    return Search(
        given.get("place", ""), given.get("state", ""), given.get("order", "place"),
        max(given.get("page", 1, int), 1),
    )  # fmt: skip


def _address(search: Search) -> str:
    """The address of the list, to which the number of a page is added."""
    asked = {"place": search.place, "state": search.state, "order": search.order}
    return "/identity/people?" + urlencode({k: v for k, v in asked.items() if v} | {"page": ""})


def _alone(session: Session) -> bool:
    """Whether one of my places has a single administrator."""
    mine = places_of(current_person(), "identity.role.grant_any")
    return any(not rules.enough_administrators(len(administrators(session, place))) for place in mine)


def _check_roles(roles: Sequence[str], place: str) -> None:
    me = current_person()
    with reading() as session:
        places = {row.path: row for row in my_places(session, me, closed=False)}
    for role in roles:
        if fault := role_fault(me, places, role, place):
            raise Invalid(fault)


def _flat(errors: Mapping[str, Any]) -> Errors:
    """Messages of a list's items as messages of the list."""
    return {
        name: [text for texts in found.values() for text in texts] if isinstance(found, dict) else found
        for name, found in errors.items()
    }


def _items(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": code, "text": text} for code, text in words.items()]


def _line(row: Person, names: Mapping[str, str], grants: Sequence[RoleGrant]) -> dict[str, Any]:
    held = sorted({role_name(g.role) for g in grants})
    return {
        "id": row.id, "name": row.name, "login": row.login, "state": row.state,
        "state_words": rules.STATES[row.state], "seen": row.last_login_at,
        "organisation": names.get(row.organisation, row.organisation), "roles": "、".join(held),
    }  # fmt: skip


def _invite_form(
    status: int = 200, values: Mapping[str, str] | None = None, chosen: Sequence[str] = (),
    errors: Errors | None = None,
) -> Response:  # fmt: skip
    with reading() as session:
        places = place_choices(my_places(session, current_person(), closed=False))
    return page(
        "person_form.html", status, values=values or {}, errors=errors or {}, places=places, chosen=chosen,
        roles=_items(givable_roles(current_person())),
        days=runtime().policy.get("accounts.invitation_days"),
    )  # fmt: skip
