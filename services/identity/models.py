"""The tables of identity: who there is, where they belong, what they may do, where they are logged in."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant

_LIVE = sa.text("revoked_at IS NULL")


class Base(DeclarativeBase):
    """Root of identity's tables."""

    @classmethod
    def table(cls) -> sa.Table:
        """The table itself, for inserts that may meet an existing row."""
        return cast("sa.Table", cls.__table__)


class Organisation(Base):
    """A node of the tree; `path` is its materialised place, e.g. `/demo-city/centre/`."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    parent_path: Mapped[str | None] = mapped_column(sa.ForeignKey("organisation.path"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(100))


class Person(Base):
    """Somebody with an account; `organisation` is where they belong."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(sa.ForeignKey("organisation.path"), index=True)
    login: Mapped[str] = mapped_column(Encrypted("person.login"))
    login_index: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(Encrypted("person.name"))
    phone: Mapped[str] = mapped_column(Encrypted("person.phone"))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    password_temporary: Mapped[bool]
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)


class RoleGrant(Base):
    """A role somebody holds, or held, at an organisation; revoked grants stay on record."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index("uq_role_grant_live", "person_id", "role", "organisation", unique=True,
                 sqlite_where=_LIVE, postgresql_where=_LIVE),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    organisation: Mapped[str] = mapped_column(sa.ForeignKey("organisation.path"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[UUID | None]


class LoginSession(Base):
    """One login; its times are the machine's, as those of the tokens are."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class LoginAttempt(Base):
    """Failures in a row for a login name, whether anybody has that name or not."""

    __tablename__ = "login_attempt"

    login_index: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)


class ApiClient(Base):
    """A program with an account; `roles`: [{"role", "organisation"}].

    `scopes`: the actions it may ask for, or null for all that its roles may (accounts made before there were
    scopes). `last_used_at`: when it last got a token, to the minute.
    """

    __tablename__ = "api_client"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(sa.String(100), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    organisation: Mapped[str] = mapped_column(sa.ForeignKey("organisation.path"))
    roles: Mapped[list[dict[str, str]]] = mapped_column(Document)
    scopes: Mapped[list[str] | None] = mapped_column(Document)
    requests_per_minute: Mapped[int] = mapped_column(default=600, server_default="600")
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)


class ClientSecret(Base):
    """A secret of a program, good until `ends_at` (the machine's time) or until it is replaced."""

    __tablename__ = "client_secret"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_uuid: Mapped[UUID] = mapped_column(sa.ForeignKey("api_client.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
