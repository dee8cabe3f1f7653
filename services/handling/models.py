"""The tables of handling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant


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
    case_kind: Mapped[str | None]
    state: Mapped[str | None]
    state_sequence: Mapped[int] = mapped_column(default=0, server_default="0")


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


class Handover(Base):
    """What the earlier handler handed over and the new one received, both by name (S0-7.4.4f).

    Without `handed_over_by` the earlier handler let the period pass and the agency handed over.
    """

    __tablename__ = "handover"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    previous_handler_id: Mapped[UUID]
    handed_over_by: Mapped[UUID | None]
    handed_over_at: Mapped[datetime | None]
    listed: Mapped[dict[str, Any] | None] = mapped_column(Encrypted("handover.listed"))
    received: Mapped[dict[str, Any]] = mapped_column(Encrypted("handover.received"))
    files: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("handover.files"))
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class Progress(Base):
    """One entry of the handler's log, the last one declaring the case complete (S0-7.3.4).

    `details`: what the kind of the entry asks for besides (S0-7.4.6 to S0-7.4.8, S0-8.1), by field name.
    `marks`: what the rules found worth showing, e.g. `file_not_read`.
    """

    __tablename__ = "progress"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    occurred_on: Mapped[date]
    summary: Mapped[str] = mapped_column(Encrypted("progress.summary"))
    files: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("progress.files"))
    completed_on: Mapped[date | None]
    details: Mapped[dict[str, Any] | None] = mapped_column(Encrypted("progress.details"))
    marks: Mapped[list[str]] = mapped_column(Document, server_default="[]")
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


class Solution(Base):
    """The opinion or solution of a non-litigation case, its risks and consequences told (S0-8.1a)."""

    __tablename__ = "solution"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    agreed_on: Mapped[date]
    agreed_with: Mapped[str]
    mode: Mapped[str]
    opinion: Mapped[str] = mapped_column(Encrypted("solution.opinion"))
    risks: Mapped[str] = mapped_column(Encrypted("solution.risks"))
    risks_told: Mapped[bool]
    files: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("solution.files"))
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class EvidenceDeadline(Base):
    """When the court's period for evidence ends; the newest one of a case counts (S0-7.4.7b)."""

    __tablename__ = "evidence_deadline"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    ends_on: Mapped[date]
    witness_needed: Mapped[str]
    reminder_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class Suspension(Base):
    """A stay: reported by the handler, on record once the process pauses, over when it resumes."""

    __tablename__ = "suspension"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(Encrypted("suspension.reason"))
    document: Mapped[str] = mapped_column(Encrypted("suspension.document"))
    file_name: Mapped[str] = mapped_column(Encrypted("suspension.file_name"))
    file_sha256: Mapped[str]
    file_media_type: Mapped[str]
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None]
    resumed_on: Mapped[date | None]
    resumption: Mapped[str | None] = mapped_column(Encrypted("suspension.resumption"))
    files: Mapped[list[dict[str, str]] | None] = mapped_column(Encrypted("suspension.files"))
    resumed_by: Mapped[UUID | None]
    resumed_at: Mapped[datetime | None]
