"""The tables of intake. The id of an application is the id of the later case."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from shared.database import Document, Encrypted, Instant, table_of


class Base(DeclarativeBase):
    """All tables of intake."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: sa.Uuid, str: sa.String(100)}


class Consent(Base):
    """Who confirmed which notice, when and from where; without it there is no application (S0-7.3.1b)."""

    __tablename__ = "consent"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    notice_version: Mapped[str]
    notice_sha256: Mapped[str]
    confirmed_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(Encrypted("consent.address"))


class Application(Base):
    """A draft, then a submitted application, then the line of the case in the register.

    The notice of an authority (通知辩护、通知代理) is a line too: `answers` are then those of the form
    `notice`, and `applicant_id` is the id of a person without an account.
    """

    __tablename__ = "application"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(default=1)
    answers: Mapped[dict[str, Any]] = mapped_column(Encrypted("application.answers"))
    steps_done: Mapped[list[str]] = mapped_column(Document, default=list)
    confirm_by: Mapped[datetime]
    expired_at: Mapped[datetime | None]
    # known from the submission on, empty in a draft
    agency: Mapped[str] = mapped_column(sa.String(200), default="")
    matter: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    case_kind: Mapped[str] = mapped_column(default="")
    party_index: Mapped[str | None]
    same_as: Mapped[UUID | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    policy_version: Mapped[str | None]
    earlier_case_id: Mapped[UUID | None] = mapped_column(index=True)
    # of an authority's notice only
    authority: Mapped[str | None] = mapped_column(sa.String(200), index=True)
    entered_by: Mapped[UUID | None]
    notice_index: Mapped[str | None] = mapped_column(index=True)
    # of both again
    submitted_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    # known from what happens later
    registered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(Encrypted("application.withdrawal_reason"))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    sealed_at: Mapped[datetime | None]
    # the register: what other services announced
    state: Mapped[str] = mapped_column(default="DRAFT")
    state_sequence: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str | None]
    handler_id: Mapped[UUID | None] = mapped_column(index=True)
    firm_path: Mapped[str | None] = mapped_column(sa.String(200))

    materials: Mapped[list[Material]] = relationship(order_by="Material.uploaded_at, Material.id")

    __table_args__ = (
        sa.Index("ix_application_party", "party_index", "matter"),
        sa.Index("ix_application_agency", "agency", "case_id"),
        sa.Index("ix_application_draft", "confirm_by", sqlite_where=sa.text("submitted_at IS NULL"),
                 postgresql_where=sa.text("submitted_at IS NULL")),
    )  # fmt: skip

    def submission(self) -> tuple[str, datetime]:
        """Number and moment of the submission; raises LookupError for a draft."""
        if self.number is None or self.submitted_at is None:
            raise LookupError("a draft has no number")
        return self.number, self.submitted_at


class Material(Base):
    """One uploaded file of a material group; the file itself lies in the file store by its SHA-256."""

    __tablename__ = "material"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.case_id"), index=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(Encrypted("material.name"))
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    uploaded_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    item_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("correction_item.id"))


class Correction(Base):
    """One correction notice: everything that was wanting, until when, and how it ended (S0-7.4.2d)."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.case_id"), index=True)
    notice_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    due: Mapped[datetime]
    resubmitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    items: Mapped[list[CorrectionItem]] = relationship(order_by="CorrectionItem.position")


class CorrectionItem(Base):
    """One defect of a notice: what is wrong, how to put it right, and what the applicant says to it."""

    __tablename__ = "correction_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.case_id"), index=True)
    correction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("correction.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    defect: Mapped[str] = mapped_column(Encrypted("correction_item.defect"))
    remedy: Mapped[str] = mapped_column(Encrypted("correction_item.remedy"))
    reply: Mapped[str | None] = mapped_column(Encrypted("correction_item.reply"))


class HistoryEntry(Base):
    """A line of the history an applicant reads: kind `state`, `stage` or `act`, and its code.

    `sequence` orders what happened at one moment: the announcement's number, 0 for one's own acts.
    """

    __tablename__ = "history_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.case_id"), index=True)
    at: Mapped[datetime]
    sequence: Mapped[int]
    kind: Mapped[str]
    code: Mapped[str]


class NumberCounter(Base):
    """The last case number given per agency, year and series; locked while the next one is taken."""

    __tablename__ = "number_counter"

    agency: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


NUMBER_COUNTER = table_of(NumberCounter)


class UploadedLetter(Base):
    """A file brought along with a notice that is being entered; it becomes a material of the case."""

    __tablename__ = "uploaded_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    by: Mapped[UUID]
    name: Mapped[str] = mapped_column(Encrypted("uploaded_letter.name"))
    sha256: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(index=True)


class DiscardedFile(Base):
    """A file that a removed material or an expired draft named; it is deleted unless another names it."""

    __tablename__ = "discarded_file"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    discarded_at: Mapped[datetime]


class Disclosure(Base):
    """Somebody looked at masked data in full: who, when and for what purpose: from before the
    access log, which has them since (`shared/web/access_log.py`)."""

    __tablename__ = "disclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.case_id"), index=True)
    person_id: Mapped[UUID]
    at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(Encrypted("disclosure.purpose"))
