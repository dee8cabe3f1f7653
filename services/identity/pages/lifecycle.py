"""Pages that close, open and wake an account, invite again, end sessions, change particulars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, request
from marshmallow import ValidationError

from services.identity.logins.sessions import end_session
from services.identity.models import LoginSession, Person
from services.identity.pages.login import MACHINE, page
from services.identity.pages.person_view import Errors, back, place_choices
from services.identity.people.accounts import change_particulars
from services.identity.people.directory import names_of
from services.identity.people.dormancy import wake
from services.identity.people.governing import my_places, one_of_mine
from services.identity.people.history import note
from services.identity.people.lifecycle import close_account, invite_again, open_account
from services.identity.people.roles import refuse_own
from services.identity.people.slips import Slip, new_code, slip_page
from services.identity.queries import live_grants, place_names
from services.identity.schemas import PersonForm, ReasonForm, row_id
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import role_name
from shared.web import current_person, needs, reading, runtime, transaction

bp = Blueprint("lifecycle", __name__)
Act = Callable[[UnitOfWork, Person, UUID, datetime, str], None]


@bp.get("/identity/people/<uuid:person_id>/close")
@needs("identity.person.change")
def before_closing(person_id: UUID) -> Response:
    """What still waits for the person, before their account is closed."""
    return _reason_page("close.html", person_id)


@bp.post("/identity/people/<uuid:person_id>/close")
@needs("identity.person.change")
def close(person_id: UUID) -> Response:
    """Close the account: nobody can use it, its sessions end, what is assigned stays assigned."""
    return _with_reason(person_id, close_account, "close.html", "closed")


@bp.get("/identity/people/<uuid:person_id>/open")
@needs("identity.person.change")
def before_opening(person_id: UUID) -> Response:
    """Which roles come back with the account."""
    return _reason_page("open.html", person_id)


@bp.post("/identity/people/<uuid:person_id>/open")
@needs("identity.person.change")
def open_again(person_id: UUID) -> Response:
    """Open a closed account again."""
    return _with_reason(person_id, open_account, "open.html", "opened")


@bp.post("/identity/people/<uuid:person_id>/wake")
@needs("identity.person.change")
def wake_up(person_id: UUID) -> Response:
    """A dormant person may work again."""
    with transaction() as work:
        person = one_of_mine(work.session, current_person(), person_id, acting=True)
        refuse_own(person, current_person().id)
        wake(work, person, current_person().id, MACHINE.now())
    return back(person_id, "woken")


@bp.post("/identity/people/<uuid:person_id>/invite")
@needs("identity.person.change")
def again(person_id: UUID) -> Response:
    """Another slip, for who was invited or forgot the password; the password they had no longer works."""
    code = new_code()
    with transaction() as work:
        person = one_of_mine(work.session, current_person(), person_id, acting=True)
        invite_again(work, person, current_person().id, code, MACHINE.now())
        slip = Slip(person.id, person.name, person.login, code)
    return slip_page([slip])


@bp.post("/identity/people/<uuid:person_id>/sessions/end")
@needs("identity.person.change")
def log_out(person_id: UUID) -> Response:
    """End one of the person's sessions, everywhere and at once."""
    me, session_id = current_person(), row_id(request.form)
    with transaction() as work:
        person = one_of_mine(work.session, me, person_id, acting=True)
        row = work.session.get(LoginSession, session_id)
        if row is None or row.person_id != person.id:
            raise NotFound
        if row.ended_at is None:
            end_session(work, session_id, MACHINE.now())
            note(work, person.id, "logged_out", me.id)
    return back(person_id, "logged_out")


@bp.get("/identity/people/<uuid:person_id>/change")
@needs("identity.person.change")
def particulars_form(person_id: UUID) -> Response:
    """Name, phone number and place, to be changed."""
    with reading() as session:
        person = one_of_mine(session, current_person(), person_id, acting=True)
        values = {"name": person.name, "phone": person.phone, "organisation": person.organisation}
    return _particulars(person_id, values)


@bp.post("/identity/people/<uuid:person_id>/change")
@needs("identity.person.change")
def change(person_id: UUID) -> Response:
    """Change name, phone number and place; the roles stay where they are held."""
    me = current_person()
    try:
        filled = PersonForm().load(request.form)
    except ValidationError as error:
        return _particulars(person_id, request.form, 422, error.normalized_messages())
    with transaction() as work:
        person = one_of_mine(work.session, me, person_id, acting=True)
        if filled["organisation"] not in {r.path for r in my_places(work.session, me, closed=False)}:
            return _particulars(person_id, request.form, 422, {"organisation": ["请选择机构。"]})
        change_particulars(
            work, person, name=filled["name"], phone=filled["phone"], organisation=filled["organisation"],
            by=me.id,
        )  # fmt: skip
    return back(person_id, "changed")


def _with_reason(person_id: UUID, act: Act, template: str, done: str) -> Response:
    try:
        why = ReasonForm().load(request.form)["why"]
    except ValidationError as error:
        return _reason_page(template, person_id, 422, error.normalized_messages())
    with transaction() as work:
        person = one_of_mine(work.session, current_person(), person_id, acting=True)
        act(work, person, current_person().id, MACHINE.now(), why)
    return back(person_id, done)


def _reason_page(template: str, person_id: UUID, status: int = 200, errors: Errors | None = None) -> Response:
    with reading() as session:
        person = one_of_mine(session, current_person(), person_id, acting=True)
        refuse_own(person, current_person().id)
        grants = live_grants(session, person_id, runtime().clock.now())
        names = place_names(session, {g.organisation for g in grants})
    roles = [f"{role_name(g.role)}（{names.get(g.organisation, g.organisation)}）" for g in grants]
    return page(template, status, errors=errors or {}, account=person, roles=roles,
                why=request.form.get("why", ""))  # fmt: skip


def _particulars(
    person_id: UUID, values: Mapping[str, str], status: int = 200, errors: Errors | None = None
) -> Response:
    with reading() as session:
        name = names_of(session, [person_id]).get(person_id, "")
        places = place_choices(my_places(session, current_person(), closed=False))
    return page("change.html", status, errors=errors or {}, values=values, places=places,
                person_id=person_id, name=name)  # fmt: skip
