"""API clients: programs that get a bearer token for their secret (OAuth 2.0 client credentials)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.identity.models import ApiClient
from services.identity.passwords import matches
from services.identity.sessions import Ticket
from shared.contracts.identity import RolesChanged
from shared.errors import Invalid
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

TOKEN_LIFETIME = timedelta(hours=1)


class ClientTaken(Invalid):
    """Some program has this client id."""

    zh = "这个接口账号已经存在。"


def add_client(
    work: UnitOfWork, *, client_uuid: UUID, client_id: str, name: str, organisation: str, secret_hash: str
) -> None:
    """A new client with the role `integration` at an organisation; raises ClientTaken."""
    values: dict[str, Any] = {
        "id": client_uuid, "client_id": client_id, "name": name, "secret_hash": secret_hash,
        "organisation": organisation, "roles": [{"role": "integration", "organisation": organisation}],
        "active": True, "created_at": work.clock.now(),
    }  # fmt: skip
    if not insert_new(work.session, ApiClient.table(), values):
        raise ClientTaken({"client_id": [ClientTaken.zh]})


def close_client(work: UnitOfWork, client: ApiClient, now: datetime) -> None:
    """No more tokens for this program; those it has stop counting."""
    if client.active:
        client.active = False
        work.emit(RolesChanged(person_id=client.id, at=now))


def ticket_for(client: ApiClient | None, secret: str, session_id: UUID) -> Ticket | None:
    """What the client's token says; None when the id or the secret is wrong or the client is closed."""
    right = matches(secret, client.secret_hash if client else None)
    if client is None or not right or not client.active:
        return None
    claims = {
        "sub": str(client.id), "sid": str(session_id), "name": client.name, "roles": client.roles, "csrf": "",
    }  # fmt: skip
    return Ticket(claims, TOKEN_LIFETIME)
