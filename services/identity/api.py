"""For programs: the published keys and bearer tokens (RFC 7517, RFC 6749 section 4.4)."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from urllib.parse import unquote_plus

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request

from services.identity.logins.cookies import signer
from services.identity.logins.sessions import Ticket
from services.identity.logins.throttling import TOKEN, TooManyNames, count_name
from services.identity.models import ApiClient
from services.identity.pages.login import MACHINE
from services.identity.programs.clients import note_use, secrets_of, shows_secret, ticket_for, use_is_news
from services.identity.programs.scopes import NotGranted, asked_for
from shared.service import new_seed
from shared.web import open_to_all, reading, runtime, transaction
from shared.web.origin import client_address
from shared.web.tokens import public_keys

bp = Blueprint("api", __name__)


@bp.get("/identity/.well-known/jwks.json")
@open_to_all("the keys with which anybody may verify our tokens")
def keys() -> Response:
    """The JSON Web Key Set."""
    answer = jsonify(public_keys(runtime().settings.keys_dir))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@bp.post("/identity/oauth/token")
@open_to_all("a program shows its secret here")
def token() -> Response:
    """A bearer token for a client id and secret, from the form or HTTP Basic, with the scopes asked for."""
    if request.form.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type", 400)
    client_id, secret = _credentials()
    if not client_id or not secret or "\0" in client_id + secret:  # PostgreSQL keeps no NUL in a text
        return _refused("invalid_request", 400)
    now = MACHINE.now()
    with reading() as session:
        client = session.scalar(sa.select(ApiClient).where(ApiClient.client_id == client_id))
        hashes = [each.secret_hash for each in secrets_of(session, client.id, now)] if client else []
    right = shows_secret(client, hashes, secret)  # also for nobody: it takes its time
    if client is None or not right:
        return _not_known(client_id, now)
    try:
        scopes = asked_for(request.form.get("scope"), client.scopes)
    except NotGranted:
        return _refused("invalid_scope", 400)
    if use_is_news(client, now):
        with transaction() as work:
            note_use(work, client.id, now)
    return _issued(ticket_for(client, scopes, new_seed()))


def _issued(ticket: Ticket) -> Response:
    signed = signer(runtime().settings.keys_dir).sign(ticket.claims, ticket.lifetime)
    seconds = int(ticket.lifetime.total_seconds())
    scope = {name: value for name, value in ticket.claims.items() if name == "scope"}
    return _answer(jsonify(access_token=signed, token_type="Bearer", expires_in=seconds, **scope))


def _not_known(client_id: str, now: datetime) -> Response:
    """The secret is wrong; an address that tries many client ids is told to wait."""
    try:
        with transaction() as work:
            count_name(work, TOKEN, client_address(), work.keys.blind_index(f"client:{client_id}"), now)
    except TooManyNames as refusal:
        answer = _refused("temporarily_unavailable", refusal.status)
        answer.headers["Retry-After"] = str(refusal.details["retry_after"])
        return answer
    return _refused("invalid_client", 401)


def _credentials() -> tuple[str, str]:
    """Client id and secret; empty when missing or unreadable."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.form.get("client_id", ""), request.form.get("client_secret", "")
    try:
        client_id, _, secret = b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)  # RFC 6749 2.3.1: both are form-encoded first


def _refused(error: str, status: int) -> Response:
    answer = _answer(jsonify(error=error))
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="fayuan"'
    return answer


def _answer(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
