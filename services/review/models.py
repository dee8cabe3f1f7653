"""The tables of review."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant


class Base(DeclarativeBase):
    """All tables of review."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: sa.Uuid, str: sa.String(100)}


class Case(Base):
    """Review's copy of what it needs to know of a case."""

    __tablename__ = "case_copy"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    agency: Mapped[str] = mapped_column(sa.String(200))
    applicant_id: Mapped[UUID]
    matter: Mapped[str]
    category: Mapped[str]
    handler_id: Mapped[UUID | None]
    sealed_at: Mapped[datetime | None]


class Finding(Base):
    """What a reviewer found about one material in one round (S0-7.3.2a)."""

    __tablename__ = "finding"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    round: Mapped[int]
    position: Mapped[int]
    material: Mapped[str]
    complete: Mapped[bool]
    statutory_form: Mapped[bool]
    genuine: Mapped[bool]
    valid: Mapped[bool]
    defect: Mapped[str | None] = mapped_column(Encrypted("finding.defect"))
    remedy: Mapped[str | None] = mapped_column(Encrypted("finding.remedy"))
    found_by: Mapped[UUID]
    found_at: Mapped[datetime]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with the material."""
        return self.complete and self.statutory_form and self.genuine and self.valid


class Notice(Base):
    """The one correction notice of a round; it lists every finding of the round that is not good."""

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    round: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID]
    supervisor_reason: Mapped[str | None] = mapped_column(Encrypted("notice.supervisor_reason"))


class Decision(Base):
    """To grant or not, proposed by one person and approved by another (S0-7.4.3)."""

    __tablename__ = "decision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(unique=True)
    outcome: Mapped[str]
    grounds: Mapped[list[str]] = mapped_column(Document)
    reasons: Mapped[str] = mapped_column(Encrypted("decision.reasons"))
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    approved_by: Mapped[UUID]
    approved_at: Mapped[datetime]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    on_time: Mapped[bool]


class DeadlineMark(Base):
    """A mark of the decision period that was reached: half, four fifths, or the breach."""

    __tablename__ = "deadline_mark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    mark: Mapped[str]
    due_at: Mapped[datetime]
    noted_at: Mapped[datetime]
