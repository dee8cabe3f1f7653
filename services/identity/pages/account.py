"""My account: where I am logged in, what I may do, my password."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError

from services.identity.logins.cookies import hand_over, take_back
from services.identity.logins.passwords import hashed, matches
from services.identity.logins.sessions import (
    TooManyAttempts,
    count_attempt,
    end_session,
    forget_attempts,
    renew_session,
)
from services.identity.logins.throttling import warn_of_lock
from services.identity.models import LoginSession, Person, RoleGrant
from services.identity.pages.login import MACHINE, page
from services.identity.pages.person_view import last_day
from services.identity.people.accounts import change_password
from services.identity.queries import live_grants, login_index, open_sessions, place_names
from services.identity.rules import FAILURES, LOCK
from services.identity.schemas import PasswordForm, row_id
from shared.errors import NotFound
from shared.masking import mask_phone
from shared.rights import role_name
from shared.web import current_person, needs, reading, runtime, transaction

bp = Blueprint("account", __name__)


@bp.get("/identity/account")
@needs("identity.account.read")
def account() -> Response:
    """The account page."""
    return _account()


@bp.post("/identity/account/password")
@needs("identity.account.change")
def new_password() -> Response:
    """Replace the password; every other session ends, this one gets a token with all its roles."""
    me, now = current_person(), MACHINE.now()
    with reading() as session:
        person = session.get_one(Person, me.id)
    try:
        filled = PasswordForm(person.login).load(request.form)
        _check_old(person, filled["password_old"])
    except ValidationError as error:
        return _account(422, error.normalized_messages())
    except TooManyAttempts as refusal:
        answer = _account(refusal.status, {"password_old": [refusal.message]})
        answer.headers["Retry-After"] = str(int(LOCK.total_seconds()))
        return answer
    secret = hashed(filled["password_new"])
    with transaction() as work:
        change_password(work, work.session.get_one(Person, me.id), secret, me.session_id, now)
        work.session.flush()
        ticket = renew_session(work, me.session_id, me.csrf, now)
    answer = make_response(redirect("/identity/account?done=password", 303))
    return hand_over(answer, ticket) if ticket else take_back(answer)


@bp.post("/identity/account/sessions/end")
@needs("identity.account.change")
def end() -> Response:
    """End one of my sessions; somebody else's does not exist for me."""
    me, session_id = current_person(), row_id(request.form)
    with transaction() as work:
        row = work.session.get(LoginSession, session_id)
        if row is None or row.person_id != me.id:
            raise NotFound
        end_session(work, session_id, MACHINE.now())
    answer = make_response(redirect("/identity/account?done=session", 303))
    return take_back(answer) if session_id == me.session_id else answer


def _check_old(person: Person, password: str) -> None:
    """A borrowed browser must not guess the password either: failures count as at the login."""
    index = login_index(runtime().keys, person.login)
    with transaction() as work:
        failures = count_attempt(work, index, MACHINE.now())
    if not matches(password, person.password_hash):
        if failures == FAILURES:
            with transaction() as work:
                warn_of_lock(work, index, work.session.get_one(Person, person.id), MACHINE.now())
        raise ValidationError("现在的密码不正确。", "password_old")
    with transaction() as work:
        forget_attempts(work, index)


def _role_words(grant: RoleGrant, names: Mapping[str, str]) -> str:
    until = f"，到{last_day(grant.ends_at)}为止" if grant.ends_at else ""
    return f"{role_name(grant.role)}（{names.get(grant.organisation, grant.organisation)}{until}）"


def _account(status: int = 200, errors: Mapping[str, list[str]] | None = None) -> Response:
    me = current_person()
    with reading() as session:
        person = session.get(Person, me.id)
        if person is None:  # a program's token: it has no account page
            raise NotFound
        sessions = open_sessions(session, me.id, MACHINE.now())
        grants = live_grants(session, me.id, runtime().clock.now())
        names = place_names(session, {grant.organisation for grant in grants})
    roles = [_role_words(grant, names) for grant in grants]
    return page(
        "account.html", status, errors=errors or {}, account=person, phone=mask_phone(person.phone),
        roles=roles, sessions=sessions, mine=me.session_id, done=request.args.get("done", ""),
    )  # fmt: skip
