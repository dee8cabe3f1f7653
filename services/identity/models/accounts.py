"""The tables of identity: who there is, where they belong, what they may do, where they are logged in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant, Key

_LIVE = sa.text("revoked_at IS NULL")


class Base(DeclarativeBase):
    """Root of identity's tables."""


class Organisation(Base):
    """A node of the tree; `path` is its materialised place, e.g. `/demo-city/centre/`."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    parent_path: Mapped[str | None] = mapped_column(sa.ForeignKey("organisation.path"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(100))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Person(Base):
    """Somebody with an account; `organisation` is where they belong.

    `state` is one of rules.STATES. `sleeps_at` (the machine's time): dormant from then on unless they log in;
    null for those who never sleep. `wake_asked_at`: they logged in while dormant and wait to be woken.
    """

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(sa.ForeignKey("organisation.path"), index=True)
    login: Mapped[str] = mapped_column(Encrypted("person.login"))
    login_index: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(Encrypted("person.name"))
    phone: Mapped[str] = mapped_column(Encrypted("person.phone"))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    password_temporary: Mapped[bool]
    state: Mapped[str] = mapped_column(sa.String(10), server_default="active")
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_login_at: Mapped[datetime | None] = mapped_column(Instant)
    sleeps_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    wake_asked_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def active(self) -> bool:
        """Whether other services count on them; who is dormant keeps what is assigned and is still told."""
        return self.state in ("active", "dormant")


class RoleGrant(Base):
    """A role somebody holds, or held, at an organisation; revoked grants stay on record.

    It counts from `starts_at` (null: at once) until `ends_at` (null: until revoked), by the business clock.
    `turns_at` is the next of these moments that has not been announced.
    """

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
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    turns_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[UUID | None]


class Invitation(Base):
    """The one open slip of a person: with its code they choose a password. It goes when it is used.

    Only the code's blind index is kept; `expires_at` is the machine's time.
    """

    __tablename__ = "invitation"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    code_index: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class PersonEvent(Base):
    """One step in the life of an account: who did what when and why. Never changed.

    `by_id` is null for the system itself; `role` and `organisation`: which role or place the step is about.
    """

    __tablename__ = "person_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(sa.String(20))
    role: Mapped[str | None] = mapped_column(sa.String(40))
    organisation: Mapped[str | None] = mapped_column(sa.String(200))
    why: Mapped[str] = mapped_column(Encrypted("person_event.why"))


class OrganisationEvent(Base):
    """One step in the life of an organisation: added, renamed, closed, opened. Never changed."""

    __tablename__ = "organisation_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(100))


class LoginSession(Base):
    """One login; its times are the machine's, as those of the tokens are. `device`: words for its owner."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[str] = mapped_column(sa.String(60), server_default="")


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
