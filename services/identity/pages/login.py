"""Logging in and out, and the display settings: pages for everyone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from marshmallow import ValidationError

from services.identity import rules
from services.identity.logins.cookies import hand_over, take_back
from services.identity.logins.devices import device_words
from services.identity.logins.passwords import matches
from services.identity.logins.sessions import (
    Ticket,
    TooManyAttempts,
    count_attempt,
    end_session,
    renew_session,
    start_session,
)
from services.identity.logins.throttling import (
    LOGIN,
    TooManyNames,
    count_name,
    forget_name,
    warn_of_lock,
)
from services.identity.queries import login_index, person_by_login
from services.identity.schemas import LoginForm
from shared.clock import SystemClock
from shared.messaging.work import UnitOfWork
from shared.web import open_to_all, person_or_none, reading, runtime, transaction
from shared.web.cookies import cookie_name
from shared.web.origin import client_address
from shared.web.safety import is_https
from shared.web.tokens import TokenRefused

bp = Blueprint("pages", __name__)
MACHINE = SystemClock()
"""Sessions and tokens live by the machine's time, whatever the business clock says."""
_WRONG = "登录名或密码不正确。"
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
_YEAR = timedelta(days=365)
_DISPLAY = {"text_size": ("normal", "large"), "contrast": ("normal", "high")}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of identity; `errors` (field -> messages) also become its error summary."""
    errors: Mapping[str, list[str]] = values.setdefault("errors", {})
    problems = [{"text": text, "href": f"#f-{name}"} for name, texts in errors.items() for text in texts]
    return make_response(render_template(f"identity/{template}", problems=problems, **values), status)


@bp.get("/identity/login")
@open_to_all("who is not logged in comes here")
def login_form() -> Response:
    """The login form; somebody whose session still runs goes straight on."""
    target = rules.local_target(request.args.get("next"))
    person = person_or_none()
    if person:
        return _go(target or rules.home_of(person.role_names))
    ticket = _resume()
    if ticket:
        return _welcome(ticket, target)
    return page("login.html", values={}, target=target or "", done=request.args.get("done", ""))


@bp.post("/identity/login")
@open_to_all("who is not logged in comes here")
def log_in() -> Response:
    """Check name and password; the same words and the same work whatever was wrong."""
    target = rules.local_target(request.form.get("next"))
    try:
        filled = LoginForm().load(request.form)
    except ValidationError as error:
        return _login_again(request.form, target, error.normalized_messages(), 422)
    try:
        ticket = _admit(filled["login"], filled["password"])
    except (TooManyAttempts, TooManyNames) as refusal:
        answer = _login_again(request.form, target, {"login": [refusal.message]}, refusal.status)
        answer.headers["Retry-After"] = seconds_of(refusal)
        return answer
    if ticket is None:
        return _login_again(request.form, target, {"login": [_WRONG]}, 422)
    return _welcome(ticket, target)


@bp.post("/identity/logout")
@open_to_all("leaving is harmless for somebody who is not there")
def log_out() -> Response:
    """End the session everywhere."""
    person = person_or_none()
    if person:
        with transaction() as work:
            end_session(work, person.session_id, MACHINE.now())
    return take_back(_go("/"))


@bp.get("/identity/session.svg")
@open_to_all("every page asks for this picture; it prolongs the session of whoever works")
def prolong() -> Response:
    """A fresh token for whoever is logged in; browsers ask again after ten minutes of work."""
    answer = Response(_PICTURE, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=600"
    person = person_or_none()
    if person and cookie_name() in request.cookies and "Authorization" not in request.headers:
        ticket = _renewed(person.session_id, person.csrf)
        return hand_over(answer, ticket) if ticket else take_back(answer)
    return answer


@bp.get("/identity/display")
@open_to_all("text size and contrast are for everyone")
def display() -> Response:
    """Remember text size or contrast, and go back."""
    answer = _go(rules.local_target(request.args.get("next")) or "/")
    for name, choices in _DISPLAY.items():
        if request.args.get(name) in choices:
            answer.set_cookie(
                name, request.args[name], max_age=_YEAR, samesite="Lax", httponly=True,
                secure=is_https(runtime().settings),
            )  # fmt: skip
    return answer


def _admit(login: str, password: str) -> Ticket | None:
    now = MACHINE.now()
    index, address = login_index(runtime().keys, login), client_address()
    with transaction() as work:
        failures = count_attempt(work, index, now)
        count_name(work, LOGIN, address, index, now)
    with reading() as session:
        person = person_by_login(session, runtime().keys, login)
    # Hashing takes long: outside of any transaction, and the same for names nobody has.
    right = matches(password[: rules.PASSWORD_LIMIT + 1], person.password_hash if person else None)
    if person is None or not right:
        if failures == rules.FAILURES:
            with transaction() as work:
                warn_of_lock(work, index, person, now)
        return None
    with transaction() as work:
        forget_name(work, LOGIN, address, index)
        _end_session_before(work, now)
        device = device_words(request.user_agent.string)
        return start_session(work, person.id, secrets.token_urlsafe(24), now, device)


def _end_session_before(work: UnitOfWork, now: datetime) -> None:
    """Whatever session the browser's cookie stands for ends, also one whose token counts no longer."""
    before = _session_of_cookie()
    if before:
        end_session(work, before[0], now)


def _resume() -> Ticket | None:
    """The session of a token that no longer counts only because the person's roles changed."""
    before = _session_of_cookie()
    return _renewed(*before) if before else None


def _session_of_cookie() -> tuple[UUID, str] | None:
    """Session and its secret as the cookie's token says, if it is ours and has not run out."""
    try:
        claims = current_app.extensions["fayuan-verifier"].claims(request.cookies.get(cookie_name(), ""))
        return UUID(claims["sid"]), str(claims.get("csrf", ""))
    except (TokenRefused, ValueError):
        return None


def _renewed(session_id: UUID, csrf: str) -> Ticket | None:
    with transaction() as work:
        return renew_session(work, session_id, csrf, MACHINE.now())


def _welcome(ticket: Ticket, target: str | None) -> Response:
    roles = [held["role"] for held in ticket.claims["roles"]]
    target = target or rules.home_of(roles)
    return hand_over(_go(target if roles else "/identity/account"), ticket)


def _login_again(
    posted: Mapping[str, str], target: str | None, errors: Mapping[str, list[str]], status: int
) -> Response:
    values = {"login": posted.get("login", "")}
    return page("login.html", status, values=values, target=target or "", errors=errors)


def seconds_of(refusal: TooManyAttempts | TooManyNames) -> str:
    """After how many seconds who was refused may try again."""
    return str(refusal.details.get("retry_after", int(rules.LOCK.total_seconds())))


def _go(target: str) -> Response:
    return make_response(redirect(target, 303))
