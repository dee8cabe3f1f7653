"""The administrator's pages about people: list, add, roles, password, open and close."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.identity import accounts, rules
from services.identity.models import Organisation, Person
from services.identity.pages import MACHINE, page
from services.identity.passwords import hashed
from services.identity.queries import PAGE, administrators, all_grants, organisations, people, roles_of
from services.identity.schemas import GrantForm, PersonForm, ResetForm, row_id
from shared.errors import Invalid, NotFound
from shared.masking import mask_phone
from shared.rights import STAFF_ROLES, role_name
from shared.web import current_person, reading, requires, transaction

bp = Blueprint("people", __name__)


@bp.get("/identity/people")
@requires("administrator")
def listed() -> Response:
    """The people of the organisations I look after."""
    number = max(request.args.get("page", 1, int), 1)
    with reading() as session:
        rows, total = people(session, current_person(), number)
        names = _names(session)
        shown = [_line(session, row, names) for row in rows]
        alone = any(
            not rules.enough_administrators(len(administrators(session, held.organisation)))
            for held in current_person().roles
            if held.role == "administrator"
        )
    pages = math.ceil(total / PAGE)
    return page("people.html", people=shown, number=number, pages=pages, total=total, alone=alone,
                done=request.args.get("done", ""))  # fmt: skip


@bp.get("/identity/people/new")
@requires("administrator")
def empty_form() -> Response:
    """The form for a new member of staff."""
    return _person_form()


@bp.post("/identity/people/new")
@requires("administrator")
def add() -> Response:
    """A new account with its first role; its password is for the first login only."""
    me = current_person()
    values = {n: request.form.get(n, "") for n in ("login", "name", "phone", "organisation", "role")}
    try:
        filled = PersonForm().load(request.form)
        _check_place(filled["organisation"], "organisation")
        secret = hashed(filled["password_new"])
        with transaction() as work:
            person = accounts.add_person(
                work, person_id=work.ids.uuid(), organisation=filled["organisation"], login=filled["login"],
                name=filled["name"], phone=filled["phone"], password_hash=secret, temporary=True,
            )  # fmt: skip
            accounts.give_role(work, person, filled["role"], filled["organisation"], me.id)
            accounts.announce_person(work, person)
            added = person.id
    except ValidationError as error:
        return _person_form(422, values, error.normalized_messages())
    except Invalid as refusal:
        return _person_form(422, values, refusal.fields)
    return _back(added, "added")


@bp.get("/identity/people/<uuid:person_id>")
@requires("administrator")
def shown(person_id: UUID) -> Response:
    """One person: roles now and before, and what can be done."""
    return _person_page(person_id)


@bp.post("/identity/people/<uuid:person_id>/roles")
@requires("administrator")
def grant(person_id: UUID) -> Response:
    """Give a role at an organisation I look after."""
    me = current_person()
    try:
        filled = GrantForm().load(request.form)
        _check_place(filled["organisation"], "organisation")
    except ValidationError as error:
        return _person_page(person_id, 422, error.normalized_messages(), request.form)
    except Invalid as refusal:
        return _person_page(person_id, 422, refusal.fields, request.form)
    with transaction() as work:
        person = _mine(work.session, person_id)
        accounts.grant_role(work, person, filled["role"], filled["organisation"], me.id, MACHINE.now())
    return _back(person_id, "granted")


@bp.post("/identity/people/<uuid:person_id>/roles/revoke")
@requires("administrator")
def revoke(person_id: UUID) -> Response:
    """Take a role away."""
    grant_id = row_id(request.form)
    with transaction() as work:
        person = _mine(work.session, person_id)
        accounts.revoke_role(work, person, grant_id, current_person().id, MACHINE.now())
    return _back(person_id, "revoked")


@bp.post("/identity/people/<uuid:person_id>/close")
@requires("administrator")
def close(person_id: UUID) -> Response:
    """Close the account: nobody can use it, its sessions end."""
    return _set_active(person_id, active=False)


@bp.post("/identity/people/<uuid:person_id>/open")
@requires("administrator")
def open_again(person_id: UUID) -> Response:
    """Open a closed account again."""
    return _set_active(person_id, active=True)


@bp.post("/identity/people/<uuid:person_id>/password")
@requires("administrator")
def password(person_id: UUID) -> Response:
    """A password for one login, for somebody who forgot theirs."""
    with reading() as session:
        person = _mine(session, person_id)
    try:
        secret = hashed(ResetForm(person.login).load(request.form)["password_new"])
    except ValidationError as error:
        return _person_page(person_id, 422, error.normalized_messages())
    with transaction() as work:
        person = _mine(work.session, person_id)
        accounts.reset_password(work, person, secret, current_person().id, MACHINE.now())
    return _back(person_id, "password")


def _set_active(person_id: UUID, *, active: bool) -> Response:
    with transaction() as work:
        person = _mine(work.session, person_id)
        accounts.set_active(work, person, active, current_person().id, MACHINE.now())
    return _back(person_id, "opened" if active else "closed")


def _mine(session: Session, person_id: UUID) -> Person:
    """The person, if I look after their organisation; else there is nobody."""
    person = session.get(Person, person_id)
    if person is None or not current_person().holds("administrator", at=person.organisation):
        raise NotFound
    return person


def _check_place(path: str, field: str) -> None:
    with reading() as session:
        if path not in {row.path for row in organisations(session, current_person())} - {rules.PUBLIC}:
            raise ValidationError("请选择机构。", field)


def _names(session: Session) -> dict[str, str]:
    return {row.path: row.name for row in organisations(session, current_person())}


def _places(session: Session) -> list[dict[str, str]]:
    rows: list[Organisation] = [r for r in organisations(session, current_person()) if r.path != rules.PUBLIC]
    return [
        {"value": "", "text": "请选择"},
        *({"value": r.path, "text": f"{r.name}（{r.path}）"} for r in rows),
    ]


def _roles() -> list[dict[str, str]]:
    return [{"value": "", "text": "请选择"}] + [{"value": c, "text": r.zh} for c, r in STAFF_ROLES.items()]


def _line(session: Session, row: Person, names: Mapping[str, str]) -> dict[str, Any]:
    held = sorted({role_name(r["role"]) for r in roles_of(session, row.id)})
    return {
        "id": row.id, "name": row.name, "login": row.login, "active": row.active,
        "organisation": names.get(row.organisation, row.organisation), "roles": "、".join(held),
    }  # fmt: skip


def _person_form(
    status: int = 200, values: Mapping[str, str] | None = None, errors: Mapping[str, list[str]] | None = None
) -> Response:
    with reading() as session:
        places = _places(session)
    return page("person_form.html", status, values=values or {}, errors=errors or {}, places=places,
                roles=_roles())  # fmt: skip


def _person_page(
    person_id: UUID, status: int = 200, errors: Mapping[str, list[str]] | None = None,
    values: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    with reading() as session:
        person = _mine(session, person_id)
        names, places = _names(session), _places(session)
        grants = [
            {
                "id": g.id, "role": role_name(g.role), "live": g.revoked_at is None,
                "organisation": names.get(g.organisation, g.organisation),
                "since": g.granted_at, "until": g.revoked_at,
            }
            for g in all_grants(session, person_id)
        ]  # fmt: skip
    return page(
        "person.html", status, errors=errors or {}, values=values or {}, account=person, grants=grants,
        phone=mask_phone(person.phone), places=places, roles=_roles(), own=person.id == current_person().id,
        place=names.get(person.organisation, person.organisation), done=request.args.get("done", ""),
    )  # fmt: skip


def _back(person_id: UUID, done: str) -> Response:
    return make_response(redirect(f"/identity/people/{person_id}?done={done}", 303))
