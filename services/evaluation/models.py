"""The tables of evaluation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant


class Base(DeclarativeBase):
    """All tables of evaluation."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: sa.Uuid, str: sa.String(100)}


class Case(Base):
    """Evaluation's copy of what it needs to know of a case."""

    __tablename__ = "case_copy"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    agency: Mapped[str] = mapped_column(sa.String(200))
    applicant_id: Mapped[UUID]
    handler_id: Mapped[UUID | None]
    offered_firm: Mapped[str | None] = mapped_column(sa.String(200))
    firm_path: Mapped[str | None] = mapped_column(sa.String(200))
    archived_at: Mapped[datetime | None]


class HandlingStep(Base):
    """A step of the handling that is on record: `agreement`, `meeting` or `completion` (S0-7.3.5a)."""

    __tablename__ = "handling_step"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]


class ClosingFile(Base):
    """What the handler handed in, first or after a correction (S0-7.4.9a)."""

    __tablename__ = "closing_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    round: Mapped[int]
    result: Mapped[str]
    report: Mapped[str] = mapped_column(Encrypted("closing_file.report"))
    files: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("closing_file.files"))
    completed_on: Mapped[date]
    submitted_by: Mapped[UUID]
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    on_time: Mapped[bool]
    unmet: Mapped[list[str]] = mapped_column(Document, server_default="[]")


class ClosingReview(Base):
    """The centre's verdict on a closing file (S0-7.4.9b)."""

    __tablename__ = "closing_review"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    round: Mapped[int]
    conforms: Mapped[bool]
    problems: Mapped[list[dict[str, str]]] = mapped_column(Encrypted("closing_review.problems"))
    remark: Mapped[str | None] = mapped_column(Encrypted("closing_review.remark"))
    reviewed_by: Mapped[UUID]
    reviewed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    on_time: Mapped[bool]


class Survey(Base):
    """The invitation to rate one case, and how it ended."""

    __tablename__ = "survey"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID]
    handler_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    rated_by: Mapped[str | None]


class Rating(Base):
    """One answer to a survey; one per channel, the latest counts (S0-7.4.10.3)."""

    __tablename__ = "rating"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    channel: Mapped[str]
    grades: Mapped[dict[str, str]] = mapped_column(Document)
    comment: Mapped[str | None] = mapped_column(Encrypted("rating.comment"))
    given_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]

    __table_args__ = (sa.UniqueConstraint("case_id", "channel"),)


class Assessment(Base):
    """Whether a closed case was drawn for quality assessment, and whose work is assessed (S1-四(三)1a)."""

    __tablename__ = "assessment"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    drawn: Mapped[bool]
    special: Mapped[bool]
    percent: Mapped[int]
    handler_id: Mapped[UUID]
    firm_path: Mapped[str] = mapped_column(sa.String(200))
    drawn_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ScoreSheet(Base):
    """What an assessor or, after them, an expert gave; the expert's replaces the assessor's.

    `items`: [{"item", "label", "points", "most", "remark"}]; scores and coefficients are decimal texts,
    exact on every database.
    """

    __tablename__ = "score_sheet"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    level: Mapped[str]
    items: Mapped[list[dict[str, Any]]] = mapped_column(Encrypted("score_sheet.items"))
    score: Mapped[str]
    remark: Mapped[str] = mapped_column(Encrypted("score_sheet.remark"))
    scored_by: Mapped[UUID]
    scored_at: Mapped[datetime]
    due_at: Mapped[datetime]
    on_time: Mapped[bool]
    grade: Mapped[str | None]
    coefficient: Mapped[str | None]
    consequences: Mapped[list[dict[str, str]] | None] = mapped_column(Document)
    graded_at: Mapped[datetime | None]

    __table_args__ = (sa.UniqueConstraint("case_id", "level"),)


class Improvement(Base):
    """What an operator undertakes after what recipients said: for whom, until when, done (S0-7.4.10.2)."""

    __tablename__ = "improvement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(sa.String(200), index=True)
    dimension: Mapped[str]
    measure: Mapped[str] = mapped_column(Encrypted("improvement.measure"))
    owner: Mapped[str] = mapped_column(Encrypted("improvement.owner"))
    due_on: Mapped[date]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(Encrypted("improvement.outcome"))
    done_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]


class DeadlineMark(Base):
    """A period of closing or assessment that was missed."""

    __tablename__ = "deadline_mark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    mark: Mapped[str]
    due_at: Mapped[datetime]
    noted_at: Mapped[datetime]


class Part(Base):
    """What another service announced when it sealed its record of a case."""

    __tablename__ = "part"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    items: Mapped[list[dict[str, str]]] = mapped_column(Document)


class Archive(Base):
    """The archived case file: its number and the manifest of everything in it (S0-7.3.5c)."""

    __tablename__ = "archive"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    manifest: Mapped[dict[str, Any]] = mapped_column(Document)
    manifest_sha256: Mapped[str]
    archived_at: Mapped[datetime]


class ArchiveCounter(Base):
    """The last archive number of a centre in a year."""

    __tablename__ = "archive_counter"

    agency: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
