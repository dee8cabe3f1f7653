"""The administrator's pages about API clients: who they are, what they may, their secrets and last use."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.identity import rules
from services.identity.logins.passwords import hashed
from services.identity.models import ApiClient, Organisation
from services.identity.pages.login import MACHINE, page
from services.identity.programs import clients
from services.identity.programs.client_schemas import OVERLAPS, ClientChangeForm, ClientForm, overlap_of
from services.identity.programs.scopes import grantable, granted
from services.identity.queries import clients as known_clients
from services.identity.queries import organisations
from shared.errors import Invalid, NotFound
from shared.rights import Relation, may
from shared.web import current_person, needs, reading, transaction

bp = Blueprint("clients", __name__)
Errors = Mapping[str, list[str]]
SORTS = {
    "client_id": lambda row: row.client_id,
    "organisation": lambda row: (row.organisation, row.client_id),
    "used": lambda row: (row.last_used_at is None, -_seconds(row), row.client_id),
}
"""By what the list is sorted; the longest unused stand last, the never used behind them."""


@bp.get("/identity/clients")
@needs("identity.client.read")
def client_list() -> Response:
    """The programs that may use the interfaces."""
    sort = request.args.get("sort", "")
    sort = sort if sort in SORTS else "client_id"
    with reading() as session:
        rows = sorted(known_clients(session, current_person()), key=SORTS[sort])
        names = {row.path: row.name for row in organisations(session, current_person())}
    done = request.args.get("done", "")
    return page("clients.html", rows=rows, names=names, sort=sort, done=done)


@bp.get("/identity/clients/new")
@needs("identity.client.add")
def empty_form() -> Response:
    """The form for a new program."""
    return _new_form({"requests_per_minute": str(clients.REQUESTS_PER_MINUTE)})


@bp.post("/identity/clients/new")
@needs("identity.client.add")
def add() -> Response:
    """A new program; its secret is shown this once."""
    secret, values = secrets.token_urlsafe(32), _posted()
    try:
        filled = ClientForm().load(values)
        _check_place(filled["organisation"])
        kept = hashed(secret)
        with transaction() as work:
            client_uuid = work.ids.uuid()
            clients.add_client(work, client_uuid=client_uuid, secret_hash=kept, **filled)
    except ValidationError as error:
        return _new_form(values, 422, error.normalized_messages())
    except Invalid as refusal:
        return _new_form(values, 422, refusal.fields)
    return _secret_page(client_uuid, filled["client_id"], secret)


@bp.get("/identity/clients/<uuid:client_uuid>")
@needs("identity.client.read")
def shown(client_uuid: UUID) -> Response:
    """One program: what it may, its secrets, and what can be done."""
    return _client_page(client_uuid)


@bp.post("/identity/clients/<uuid:client_uuid>")
@needs("identity.client.change")
def change(client_uuid: UUID) -> Response:
    """Other scopes or another limit."""
    values = _posted()
    try:
        filled = ClientChangeForm().load(values)
    except ValidationError as error:
        return _client_page(client_uuid, 422, error.normalized_messages(), values)
    with transaction() as work:
        client = _mine(work.session, client_uuid, "identity.client.change")
        clients.change_client(work, client, **filled, now=MACHINE.now())
    return _back(client_uuid, "changed")


@bp.post("/identity/clients/<uuid:client_uuid>/secret")
@needs("identity.client.change")
def rotate(client_uuid: UUID) -> Response:
    """A new secret, shown this once; the one before counts as long as chosen."""
    secret = secrets.token_urlsafe(32)
    try:
        overlap = overlap_of(request.form)
    except ValidationError as error:
        return _client_page(client_uuid, 422, error.normalized_messages())
    kept = hashed(secret)
    with transaction() as work:
        client = _mine(work.session, client_uuid, "identity.client.change")
        clients.rotate_secret(work, client, kept, overlap, MACHINE.now())
        name = client.client_id
    return _secret_page(client_uuid, name, secret)


@bp.post("/identity/clients/<uuid:client_uuid>/close")
@needs("identity.client.close")
def close(client_uuid: UUID) -> Response:
    """No more tokens for this program."""
    with transaction() as work:
        client = _mine(work.session, client_uuid, "identity.client.close")
        clients.close_client(work, client, MACHINE.now())
    return _back(client_uuid, "closed")


def _mine(session: Session, client_uuid: UUID, action: str) -> ApiClient:
    """The program, if I look after its organisation; else there is none. A writing session locks it."""
    client = session.get(ApiClient, client_uuid, with_for_update=action != "identity.client.read")
    if client is None or not may(current_person(), action, Relation(organisation=client.organisation)):
        raise NotFound
    return client


def _check_place(path: str) -> None:
    with reading() as session:
        if path not in {row.path for row in _places(session)}:
            raise ValidationError("请选择所属机构。", "organisation")


def _places(session: Session) -> list[Organisation]:
    known = organisations(session, current_person())
    return [row for row in known if row.path != rules.PUBLIC and row.closed_at is None]


def _posted() -> dict[str, Any]:
    return {**request.form.to_dict(), "scopes": request.form.getlist("scopes")}


def _new_form(values: Mapping[str, Any], status: int = 200, errors: Errors | None = None) -> Response:
    with reading() as session:
        places = _places(session)
    found = {name: texts for name in ClientForm.ON_PAGE if (texts := (errors or {}).get(name))}
    return page("client_form.html", status, errors=found, values=values, places=places, actions=grantable())


def _client_page(
    client_uuid: UUID,
    status: int = 200,
    errors: Errors | None = None,
    values: Mapping[str, Any] | None = None,
) -> Response:
    now = MACHINE.now()
    with reading() as session:
        client = _mine(session, client_uuid, "identity.client.read")
        living = clients.secrets_of(session, client_uuid, now)
        names = {row.path: row.name for row in organisations(session, current_person())}
    present = {"scopes": granted(client.scopes), "requests_per_minute": client.requests_per_minute}
    return page(
        "client.html", status, errors=errors or {}, values=values or present, client=client, secrets=living,
        place=names.get(client.organisation, client.organisation), actions=grantable(), overlaps=OVERLAPS,
        done=request.args.get("done", ""),
    )  # fmt: skip


def _secret_page(client_uuid: UUID, client_id: str, secret: str) -> Response:
    return page("client_secret.html", client_uuid=client_uuid, client_id=client_id, secret=secret)


def _back(client_uuid: UUID, done: str) -> Response:
    return make_response(redirect(f"/identity/clients/{client_uuid}?done={done}", 303))


def _seconds(row: ApiClient) -> float:
    return row.last_used_at.timestamp() if row.last_used_at else 0.0
