"""API clients: programs that get a bearer token for their secret (OAuth 2.0 client credentials).

Every `now` here is the machine's time, as for people's sessions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.logins.passwords import matches
from services.identity.logins.sessions import Ticket
from services.identity.models import ApiClient, ClientSecret
from services.identity.programs.scopes import ROLE
from shared.contracts.identity import RolesChanged
from shared.database import table_of
from shared.errors import Invalid, Rejected
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

TOKEN_LIFETIME = timedelta(hours=1)
REQUESTS_PER_MINUTE = 600
MOST_PER_MINUTE = 6000
SECRETS = 2
"""So many secrets of a program count at once: the new one and the one it replaces."""
USE_NOTED_EVERY = timedelta(minutes=1)


class ClientTaken(Invalid):
    """Some program has this client id."""

    zh = "这个接口账号已经存在。"


class ClientClosed(Rejected):
    """The client is closed."""

    zh = "这个接口账号已停用，不能再修改。"


def add_client(
    work: UnitOfWork, *, client_uuid: UUID, client_id: str, name: str, organisation: str, secret_hash: str,
    scopes: Sequence[str] | None = None, requests_per_minute: int = REQUESTS_PER_MINUTE,
) -> None:  # fmt: skip
    """A new client with the role `integration` at an organisation; raises ClientTaken."""
    values: dict[str, Any] = {
        "id": client_uuid, "client_id": client_id, "name": name, "organisation": organisation,
        "roles": [{"role": ROLE, "organisation": organisation}], "active": True,
        "scopes": None if scopes is None else sorted(scopes), "requests_per_minute": requests_per_minute,
        "created_at": work.clock.now(),
    }  # fmt: skip
    if not insert_new(work.session, table_of(ApiClient), values):
        raise ClientTaken({"client_id": [ClientTaken.zh]})
    _add_secret(work, client_uuid, secret_hash, work.clock.now())


def rotate_secret(
    work: UnitOfWork, client: ApiClient, secret_hash: str, overlap: timedelta, now: datetime
) -> None:
    """A new secret; the one before counts for the overlap and ends by itself, all older ones end now.

    Without overlap the tokens it brought stop counting too: it may have been stolen.
    """
    _check_open(client)
    newest = next(iter(secrets_of(work.session, client.id, now)), None)
    others = sa.delete(ClientSecret).where(ClientSecret.client_uuid == client.id)
    if newest is not None and overlap:
        newest.ends_at = now + overlap
        others = others.where(ClientSecret.id != newest.id)
    work.session.execute(others)
    _add_secret(work, client.id, secret_hash, now)
    if not overlap:
        work.emit(RolesChanged(person_id=client.id, at=now))


def change_client(
    work: UnitOfWork, client: ApiClient, *, scopes: Iterable[str], requests_per_minute: int, now: datetime
) -> None:
    """Other scopes or another limit; tokens with the old ones stop counting."""
    _check_open(client)
    changed = (sorted(scopes), requests_per_minute)
    if (client.scopes, client.requests_per_minute) != changed:
        client.scopes, client.requests_per_minute = changed
        work.emit(RolesChanged(person_id=client.id, at=now))


def close_client(work: UnitOfWork, client: ApiClient, now: datetime) -> None:
    """No more tokens for this program; those it has stop counting."""
    if client.active:
        client.active = False
        work.session.execute(sa.delete(ClientSecret).where(ClientSecret.client_uuid == client.id))
        work.emit(RolesChanged(person_id=client.id, at=now))


def secrets_of(session: Session, client_uuid: UUID, now: datetime) -> list[ClientSecret]:
    """The secrets that count at this moment, the newest first."""
    living = sa.or_(ClientSecret.ends_at.is_(None), ClientSecret.ends_at > now)
    query = sa.select(ClientSecret).where(ClientSecret.client_uuid == client_uuid, living)
    order = (ClientSecret.ends_at.is_not(None), ClientSecret.created_at.desc(), ClientSecret.id)
    return list(session.scalars(query.order_by(*order).limit(SECRETS)))


def shows_secret(client: ApiClient | None, hashes: Sequence[str], secret: str) -> bool:
    """Whether the secret is one of an open client; the same work for a client that nobody has."""
    padded = [*hashes, *[None] * SECRETS][:SECRETS]
    found = [matches(secret, known) for known in padded]
    return client is not None and client.active and any(found)


def ticket_for(client: ApiClient, scopes: Iterable[str] | None, session_id: UUID) -> Ticket:
    """What the client's token says: who it is, what it is good for (None: all that its role may), and how
    often it may ask."""
    claims = {
        "sub": str(client.id), "sid": str(session_id), "name": client.name, "roles": client.roles, "csrf": "",
        "limit": client.requests_per_minute,
    }  # fmt: skip
    if scopes is not None:
        claims["scope"] = " ".join(sorted(scopes))
    return Ticket(claims, TOKEN_LIFETIME)


def use_is_news(client: ApiClient, now: datetime) -> bool:
    """Whether this use is worth writing down: at most one a minute is."""
    return client.last_used_at is None or client.last_used_at + USE_NOTED_EVERY <= now


def note_use(work: UnitOfWork, client_uuid: UUID, now: datetime) -> None:
    """Remember when a program got a token."""
    known = sa.update(ApiClient).where(ApiClient.id == client_uuid)
    work.session.execute(known.values(last_used_at=now))


def _add_secret(work: UnitOfWork, client_uuid: UUID, secret_hash: str, now: datetime) -> None:
    work.session.add(
        ClientSecret(id=work.ids.uuid(), client_uuid=client_uuid, secret_hash=secret_hash, created_at=now)
    )


def _check_open(client: ApiClient) -> None:
    if not client.active:
        raise ClientClosed
