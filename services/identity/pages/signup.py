"""Signing up: a citizen makes an account of their own."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError

from services.identity import rules
from services.identity.logins.passwords import hashed
from services.identity.logins.throttling import REGISTER, TooManyNames, count_name, warn_of_registering
from services.identity.pages.login import MACHINE, page, seconds_of
from services.identity.people.accounts import LoginTaken, register_citizen
from services.identity.queries import login_index, person_by_login
from services.identity.schemas import RegisterForm
from shared.web import open_to_all, runtime, transaction
from shared.web.origin import client_address

bp = Blueprint("signup", __name__)


@bp.get("/identity/register")
@open_to_all("citizens make their own accounts")
def register_form() -> Response:
    """The sign-up form for citizens."""
    target = rules.local_target(request.args.get("next"))
    return page("register.html", values={}, target=target or "")


@bp.post("/identity/register")
@open_to_all("citizens make their own accounts")
def register() -> Response:
    """Make the account; the answer is the same for a number that has one, whose owner is told."""
    target = rules.local_target(request.form.get("next"))
    values = {name: request.form.get(name, "") for name in ("name", "mobile")}
    try:
        filled = RegisterForm().load(request.form)
        _sign_up(filled["name"], filled["mobile"], filled["password_new"])
    except ValidationError as error:
        errors = error.normalized_messages()
        return page("register.html", 422, values=values, target=target or "", errors=errors)
    except TooManyNames as refusal:
        errors = {"mobile": [refusal.message]}
        answer = page("register.html", refusal.status, values=values, target=target or "", errors=errors)
        answer.headers["Retry-After"] = seconds_of(refusal)
        return answer
    there = {"done": "registered", **({"next": target} if target else {})}
    return make_response(redirect(f"/identity/login?{urlencode(there)}", 303))


def _sign_up(name: str, mobile: str, password: str) -> None:
    index, now = login_index(runtime().keys, mobile), MACHINE.now()
    with transaction() as work:
        count_name(work, REGISTER, client_address(), index, now)
    secret = hashed(password)  # before the transaction: it takes its time
    try:
        with transaction() as work:
            register_citizen(work, name=name, mobile=mobile, password_hash=secret)
    except LoginTaken:
        with transaction() as work:
            warn_of_registering(work, index, person_by_login(work.session, work.keys, mobile), now)
