"""Where somebody who was handed a slip chooses their password; the code on it works once."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError

from services.identity.logins.cookies import hand_over
from services.identity.logins.devices import device_words
from services.identity.logins.passwords import hashed
from services.identity.logins.sessions import end_session, start_session
from services.identity.pages.login import MACHINE, page
from services.identity.pages.person_view import Errors
from services.identity.people.lifecycle import CodeUseless, invited_person, join
from services.identity.schemas import JoinForm
from shared.web import open_to_all, person_or_none, transaction

bp = Blueprint("joining", __name__)
_WHY = "who was invited has no password yet; the code on the slip stands for them"


@bp.get("/identity/join")
@open_to_all(_WHY)
def code_form() -> Response:
    """The form for the code. It never stands in an address: those are logged."""
    return page("join.html", code="", login="")


@bp.post("/identity/join")
@open_to_all(_WHY)
def choose_password() -> Response:
    """With the code alone the form for the password; with both, take it and log in. Whoever was logged in in
    this browser is logged out."""
    code = request.form.get("code", "")
    if "password_new" not in request.form:
        return _form(code)
    try:
        with transaction() as work:
            login = invited_person(work, code, MACHINE.now()).login
        secret = hashed(JoinForm(login).load(request.form)["password_new"])
        with transaction() as work:
            person = join(work, code, secret, MACHINE.now())
            if before := person_or_none():
                end_session(work, before.session_id, MACHINE.now())
            device = device_words(request.user_agent.string)
            ticket = start_session(work, person.id, secrets.token_urlsafe(24), MACHINE.now(), device)
    except CodeUseless as refusal:
        return page("join.html", refusal.status, code="", login="", errors=refusal.fields)
    except ValidationError as error:
        return _form(code, 422, error.normalized_messages())
    answer = make_response(redirect("/identity/account?done=joined", 303))
    return hand_over(answer, ticket) if ticket else answer


def _form(code: str, status: int = 200, errors: Errors | None = None) -> Response:
    try:
        with transaction() as work:
            login = invited_person(work, code, MACHINE.now()).login
    except CodeUseless as refusal:
        return page("join.html", refusal.status, code="", login="", errors=refusal.fields)
    return page("join.html", status, code=code, login=login, errors=errors or {})
