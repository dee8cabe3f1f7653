"""The tables of notify."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant, Key


class Base(DeclarativeBase):
    """All tables of notify."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: sa.Uuid, str: sa.String(100)}


class Contact(Base):
    """How to reach a person; `sequence` is that of the news it comes from, so that older news is dropped."""

    __tablename__ = "contact"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Encrypted("contact.name"))
    phone: Mapped[str | None] = mapped_column(Encrypted("contact.phone"))
    active: Mapped[bool]
    sequence: Mapped[int]


class ContactRole(Base):
    """A role that a person holds at an organisation (its path) and everywhere below it."""

    __tablename__ = "contact_role"

    role: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class Case(Base):
    """Notify's copy of a case; `applicant` is {"name", "phone"} as given for this case.

    `accountless`: the applicant has no account, so what they are told is passed on to them; `authority` is
    the court, procuratorate or police whose contact does it.
    """

    __tablename__ = "case_copy"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    agency: Mapped[str] = mapped_column(sa.String(200))
    applicant_id: Mapped[UUID]
    applicant: Mapped[dict[str, str | None]] = mapped_column(Encrypted("case_copy.applicant"))
    authority: Mapped[str | None] = mapped_column(sa.String(200))
    accountless: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    handler_id: Mapped[UUID | None]
    firm_path: Mapped[str | None] = mapped_column(sa.String(200))
    offered_firm: Mapped[str | None] = mapped_column(sa.String(200))
    sealed_at: Mapped[datetime | None]


class Notice(Base):
    """One thing told to one or more people; `delivered_at` is the first success of any delivery.

    Without a case it is about an account.
    """

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    template: Mapped[str]
    channels: Mapped[str]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class Letter(Base):
    """What one recipient of a notice is told; `shown_at`: since when it lies in their mailbox."""

    __tablename__ = "letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None]
    recipient_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Encrypted("letter.title"))
    body: Mapped[str] = mapped_column(Encrypted("letter.body"))
    short: Mapped[str] = mapped_column(Encrypted("letter.short"))
    link: Mapped[str | None] = mapped_column(sa.String(200))
    link_text: Mapped[str | None]
    shown_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_letter_mailbox", "recipient_id", "read_at", "shown_at"),)


class Delivery(Base):
    """One attempt to reach one recipient over one channel.

    `state`: `waiting` (to be sent or called from `due_at` on), `sent` (handed over, not confirmed),
    `delivered` or `failed`; `result` says how.
    """

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    letter_id: Mapped[UUID]
    notice_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    recipient_id: Mapped[UUID]
    channel: Mapped[str]
    attempt: Mapped[int]
    state: Mapped[str]
    result: Mapped[str | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    recorded_by: Mapped[UUID | None]
    remark: Mapped[str | None] = mapped_column(Encrypted("delivery.remark"))

    __table_args__ = (
        sa.UniqueConstraint("letter_id", "channel", "attempt"),
        sa.Index("ix_delivery_waiting", "channel", "state", "due_at"),
    )


class Disclosure(Base):
    """Who looked at a recipient's full phone number and text in order to call them, and when: from before the
    access log, which has them since (`shared/web/access_log.py`)."""

    __tablename__ = "disclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID]
    person_id: Mapped[UUID]
    at: Mapped[datetime]


class StoredEvent(Base):
    """A public event; `position` is its place in the feed, without gaps, in the order of the commits."""

    __tablename__ = "stored_event"

    position: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    sequence: Mapped[int] = mapped_column(Key)
    time: Mapped[datetime]
    document: Mapped[dict[str, Any]] = mapped_column(Document)


class FeedEnd(Base):
    """The last position given out; its one row is locked until the event's commit."""

    __tablename__ = "feed_end"

    feed: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Key)
