"""The tables of review."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant, Key, table_of


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
    firm_path: Mapped[str | None] = mapped_column(sa.String(200))
    authority: Mapped[str | None] = mapped_column(sa.String(200))
    sealed_at: Mapped[datetime | None]


class CaseState(Base):
    """The state of a case as workflow announced it last; it may be known before the case is."""

    __tablename__ = "case_state"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    sequence: Mapped[int] = mapped_column(Key)


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
    """To grant or not, proposed by one person and approved by another (S0-7.4.3).

    There is a second one where the judicial bureau ordered the case to be reviewed again.
    """

    __tablename__ = "decision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
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
    """A mark of a period that was reached: half, four fifths, or the breach."""

    __tablename__ = "deadline_mark"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    mark: Mapped[str]
    due_at: Mapped[datetime]
    noted_at: Mapped[datetime]


class Termination(Base):
    """A report that legal aid should end, what two persons found, and whether it did (S0-7.4.9c)."""

    __tablename__ = "termination"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    ground: Mapped[str]
    facts: Mapped[str] = mapped_column(Encrypted("termination.facts"))
    reported_by: Mapped[UUID]
    reported_as: Mapped[str]
    reported_at: Mapped[datetime]
    # known from the verification on
    outcome: Mapped[str | None]
    verification: Mapped[dict[str, Any] | None] = mapped_column(Encrypted("termination.verification"))
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    terminated_on: Mapped[date | None]
    effective: Mapped[bool | None]
    effect_at: Mapped[datetime | None]


class Doubt(Base):
    """The applicant does not understand a decision; somebody phones and explains it (S0-7.4.3c)."""

    __tablename__ = "doubt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    question: Mapped[str] = mapped_column(Encrypted("doubt.question"))
    raised_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Explanation(Base):
    """One phone call about a doubt; `result` is `reached`, `no_answer` or `given_up`."""

    __tablename__ = "explanation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    doubt_id: Mapped[UUID]
    result: Mapped[str]
    called_on: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(Encrypted("explanation.content"))
    still_doubts: Mapped[bool | None]
    explained_by: Mapped[UUID]
    explained_at: Mapped[datetime]


class Objection(Base):
    """The applicant's objection to a refusal or a termination, and the judicial bureau's decision."""

    __tablename__ = "objection"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    against: Mapped[str]
    decision_id: Mapped[UUID] = mapped_column(unique=True)
    reasons: Mapped[str] = mapped_column(Encrypted("objection.reasons"))
    filed_at: Mapped[datetime]
    # known from the decision on
    outcome: Mapped[str | None]
    findings: Mapped[str | None] = mapped_column(Encrypted("objection.findings"))
    number: Mapped[str | None] = mapped_column(unique=True)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    effective: Mapped[bool | None]


class PaperCounter(Base):
    """The last number given per agency, year and series of papers; locked while the next is taken."""

    __tablename__ = "paper_counter"

    agency: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


PAPER_COUNTER = table_of(PaperCounter)
