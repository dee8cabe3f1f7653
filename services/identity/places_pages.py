"""The administrator's pages about API clients."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError

from services.identity import clients, rules
from services.identity.models import ApiClient
from services.identity.pages import MACHINE, page
from services.identity.passwords import hashed
from services.identity.queries import clients as known_clients
from services.identity.queries import organisations
from services.identity.schemas import ClientForm, row_id
from shared.errors import Invalid, NotFound
from shared.web import current_person, reading, requires, transaction

bp = Blueprint("places", __name__)
Errors = Mapping[str, list[str]]


@bp.get("/identity/clients")
@requires("administrator")
def client_list() -> Response:
    """The programs that may use the interfaces, and the form for another."""
    return _clients()


@bp.post("/identity/clients")
@requires("administrator")
def add_client() -> Response:
    """A new program; its secret is shown this once."""
    secret = secrets.token_urlsafe(32)
    try:
        filled = ClientForm().load(request.form)
        _known_place(filled["organisation"], "organisation")
        kept = hashed(secret)
        with transaction() as work:
            clients.add_client(
                work, client_uuid=work.ids.uuid(), client_id=filled["client_id"], name=filled["name"],
                organisation=filled["organisation"], secret_hash=kept,
            )  # fmt: skip
    except ValidationError as error:
        return _clients(422, error.normalized_messages(), request.form)
    except Invalid as refusal:
        return _clients(422, refusal.fields, request.form)
    return _clients(secret=secret, client_id=filled["client_id"])


@bp.post("/identity/clients/close")
@requires("administrator")
def close_client() -> Response:
    """No more tokens for this program."""
    client_uuid: UUID = row_id(request.form)
    with transaction() as work:
        client = work.session.get(ApiClient, client_uuid)
        if client is None or not current_person().holds("administrator", at=client.organisation):
            raise NotFound
        clients.close_client(work, client, MACHINE.now())
    return make_response(redirect("/identity/clients?done=closed", 303))


def _known_place(path: str, field: str) -> str:
    with reading() as session:
        if path not in {row.path for row in organisations(session, current_person())} - {rules.PUBLIC}:
            raise ValidationError("请选择机构。", field)
    return path


def _clients(
    status: int = 200, errors: Errors | None = None, values: Mapping[str, str] | None = None,
    secret: str = "", client_id: str = "",
) -> Response:  # fmt: skip
    with reading() as session:
        rows = known_clients(session, current_person())
        known = organisations(session, current_person())
        places = [row for row in known if row.path != rules.PUBLIC and row.closed_at is None]
    return page(
        "clients.html", status, errors=errors or {}, values=values or {}, rows=rows, places=places,
        secret=secret, client_id=client_id, done=request.args.get("done", ""),
    )  # fmt: skip
