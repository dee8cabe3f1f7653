"""The log of access to personal data: who looked at what, when and what for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.accounts import Base
from shared.append_only import append_only
from shared.database import Document, Encrypted, Instant, Key, table_of


class AccessEntry(Base):
    """Who looked at which personal data when, and what for; never changed (the database refuses it).

    `organisation`: whose record it is; `behalf_of_id`: who the person stood in for.
    """

    __tablename__ = "access_entry"
    __table_args__ = (
        sa.Index("ix_access_entry_person", "person_id", "number"),
        sa.Index("ix_access_entry_case", "case_number", "number"),
        sa.Index("ix_access_entry_at", "at", "number"),
    )

    number: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    service: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[UUID]
    behalf_of_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(sa.String(20))
    what: Mapped[str] = mapped_column(sa.String(60))
    record_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    case_number: Mapped[str] = mapped_column(sa.String(100))
    organisation: Mapped[str] = mapped_column(sa.String(200))
    fields: Mapped[list[str]] = mapped_column(Document)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(Encrypted("access_entry.note"))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AccessEnd(Base):
    """The last entry's number and hash; its one row is locked until the next entry's commit."""

    __tablename__ = "access_end"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Key)
    hash: Mapped[str] = mapped_column(sa.String(64))


_TABLE = table_of(AccessEntry)
_FIXED = ", ".join(c.name for c in _TABLE.columns if c.name != "note")
for _dialect, _statements in append_only("access_entry", _FIXED).items():
    for _statement in _statements:
        sa.event.listen(
            table_of(AccessEntry), "after_create", sa.DDL(_statement).execute_if(dialect=_dialect)
        )
