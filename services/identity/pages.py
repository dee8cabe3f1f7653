"""Logging in and out, signing up, and the display settings: pages for everyone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from marshmallow import ValidationError

from services.identity import rules
from services.identity.accounts import LoginTaken, register_citizen
from services.identity.cookies import hand_over, take_back
from services.identity.devices import device_words
from services.identity.passwords import hashed, matches
from services.identity.queries import login_index, person_by_login
from services.identity.schemas import LoginForm, RegisterForm
from services.identity.sessions import (
    Ticket,
    TooManyAttempts,
    count_attempt,
    end_session,
    renew_session,
    start_session,
)
from shared.clock import SystemClock
from shared.messaging.work import UnitOfWork
from shared.web import open_to_all, person_or_none, reading, runtime, transaction
from shared.web.tokens import COOKIE, TokenRefused

bp = Blueprint("pages", __name__)
MACHINE = SystemClock()
"""Sessions and tokens live by the machine's time, whatever the business clock says."""
_WRONG = "登录名或密码不正确。"
_TAKEN = "这个手机号码已经注册过，请直接登录。"
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
    return page("login.html", values={}, target=target or "")


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
    except TooManyAttempts as refusal:
        answer = _login_again(request.form, target, {"login": [refusal.message]}, refusal.status)
        answer.headers["Retry-After"] = str(int(rules.LOCK.total_seconds()))
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


@bp.get("/identity/register")
@open_to_all("citizens make their own accounts")
def register_form() -> Response:
    """The sign-up form for citizens."""
    target = rules.local_target(request.args.get("next"))
    return page("register.html", values={}, target=target or "")


@bp.post("/identity/register")
@open_to_all("citizens make their own accounts")
def register() -> Response:
    """Make the account and log in."""
    target = rules.local_target(request.form.get("next"))
    values = {name: request.form.get(name, "") for name in ("name", "mobile")}
    try:
        filled = RegisterForm().load(request.form)
        secret = hashed(filled["password_new"])  # before the transaction: it takes its time
        with transaction() as work:
            person = register_citizen(
                work, name=filled["name"], mobile=filled["mobile"], password_hash=secret
            )
            work.session.flush()
            ticket = _start(work, person.id)
    except ValidationError as error:
        errors = error.normalized_messages()
        return page("register.html", 422, values=values, target=target or "", errors=errors)
    except LoginTaken:
        errors = {"mobile": [_TAKEN]}
        return page("register.html", 422, values=values, target=target or "", errors=errors)
    return _welcome(ticket, target) if ticket else _go("/identity/login")


@bp.get("/identity/session.svg")
@open_to_all("every page asks for this picture; it prolongs the session of whoever works")
def prolong() -> Response:
    """A fresh token for whoever is logged in; browsers ask again after ten minutes of work."""
    answer = Response(_PICTURE, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=600"
    person = person_or_none()
    if person and COOKIE in request.cookies and "Authorization" not in request.headers:
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
            answer.set_cookie(name, request.args[name], max_age=_YEAR, samesite="Lax", httponly=True)
    return answer


def _admit(login: str, password: str) -> Ticket | None:
    now = MACHINE.now()
    index = login_index(runtime().keys, login)
    with transaction() as work:
        count_attempt(work, index, now)
    with reading() as session:
        person = person_by_login(session, runtime().keys, login)
    # Hashing takes long: outside of any transaction, and the same for names nobody has.
    right = matches(password[: rules.PASSWORD_LIMIT + 1], person.password_hash if person else None)
    if person is None or not right:
        return None
    with transaction() as work:
        before = person_or_none()
        if before:
            end_session(work, before.session_id, now)
        return _start(work, person.id)


def _start(work: UnitOfWork, person_id: UUID) -> Ticket | None:
    device = device_words(request.user_agent.string)
    return start_session(work, person_id, secrets.token_urlsafe(24), MACHINE.now(), device)


def _resume() -> Ticket | None:
    """The session of a token that no longer counts only because the person's roles changed."""
    try:
        claims = current_app.extensions["fayuan-verifier"].claims(request.cookies.get(COOKIE, ""))
        session_id, csrf = UUID(claims["sid"]), str(claims.get("csrf", ""))
    except (TokenRefused, ValueError):
        return None
    return _renewed(session_id, csrf)


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


def _go(target: str) -> Response:
    return make_response(redirect(target, 303))
