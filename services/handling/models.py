"""The tables of handling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Encrypted, Instant


class Base(DeclarativeBase):
    """All tables of handling."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: sa.Uuid, str: sa.String(100)}


class Case(Base):
    """Handling's copy of a case, and who handles it since when."""

    __tablename__ = "case_copy"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    agency: Mapped[str] = mapped_column(sa.String(200))
    applicant_id: Mapped[UUID]
    handler_id: Mapped[UUID | None]
    firm_path: Mapped[str | None] = mapped_column(sa.String(200))
    assigned_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]


class Agreement(Base):
    """First contact, the agreement, and that no fee is charged (S0-7.4.5a)."""

    __tablename__ = "agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    contacted_on: Mapped[date]
    contacted_with: Mapped[str]
    signed_on: Mapped[date]
    free_of_charge_told: Mapped[bool]
    files: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("agreement.files"))
    due_at: Mapped[datetime]
    on_time: Mapped[bool]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class Meeting(Base):
    """A meeting with the recipient: facts, advice, rights and risks (S0-7.4.5b)."""

    __tablename__ = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    met_on: Mapped[date]
    place: Mapped[str] = mapped_column(Encrypted("meeting.place"))
    facts: Mapped[str] = mapped_column(Encrypted("meeting.facts"))
    advice: Mapped[str] = mapped_column(Encrypted("meeting.advice"))
    rights_told: Mapped[bool]
    risks_told: Mapped[bool]
    due_at: Mapped[datetime]
    on_time: Mapped[bool]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class Progress(Base):
    """One entry of the handler's log, the last one declaring the case complete (S0-7.3.4)."""

    __tablename__ = "progress"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    occurred_on: Mapped[date]
    summary: Mapped[str] = mapped_column(Encrypted("progress.summary"))
    files: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("progress.files"))
    completed_on: Mapped[date | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class DeadlineMark(Base):
    """A period of the handler that was missed."""

    __tablename__ = "deadline_mark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    mark: Mapped[str]
    due_at: Mapped[datetime]
    noted_at: Mapped[datetime]
