"""The tables of dispatch."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import Document, Encrypted, Instant


class Base(DeclarativeBase):
    """All tables of dispatch."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, UUID: sa.Uuid, str: sa.String(100)}


class Case(Base):
    """Dispatch's copy of a case; the parties are known by blind indexes of their names.

    `state`: the newest case state that workflow announced, under its `state_sequence`.
    """

    __tablename__ = "case_copy"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    agency: Mapped[str] = mapped_column(sa.String(200))
    applicant_id: Mapped[UUID]
    matter: Mapped[str]
    applicant_index: Mapped[str] = mapped_column(index=True)
    opponent_indexes: Mapped[list[str]] = mapped_column(Document)
    firm_id: Mapped[UUID | None] = mapped_column(index=True)
    firm_path: Mapped[str | None] = mapped_column(sa.String(200))
    handler_id: Mapped[UUID | None]
    case_kind: Mapped[str] = mapped_column(server_default="litigation")
    category: Mapped[str] = mapped_column(server_default="")
    authority: Mapped[str | None] = mapped_column(sa.String(200))
    earlier_case_id: Mapped[UUID | None]
    applicant_name: Mapped[str | None] = mapped_column(Encrypted("case_copy.applicant_name"))
    state: Mapped[str | None]
    state_sequence: Mapped[int] = mapped_column(server_default="0", default=0)
    sealed_at: Mapped[datetime | None]


class Contact(Base):
    """How a handler is reached, as identity announced it: the letter to the authority names it."""

    __tablename__ = "contact"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(Encrypted("contact.phone"))


class Member(Base):
    """Dispatch's copy of a roster member, with the member's place in the rotation."""

    __tablename__ = "member"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    firm_path: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str]
    active: Mapped[bool]
    licensed_on: Mapped[date]
    review_passed: Mapped[bool]
    sanctioned_on: Mapped[date | None]
    matters: Mapped[list[str]] = mapped_column(Document)
    names: Mapped[dict[str, str]] = mapped_column(Encrypted("member.names"))
    name_index: Mapped[str]
    firm_index: Mapped[str]
    turns: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime]


class Turn(Base):
    """The ledger: every turn taken (+1) or given back (-1), never changed afterwards."""

    __tablename__ = "turn"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    change: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]


class Assignment(Base):
    """A case offered to a member, and the member's response; `changed` once the case got another handler."""

    __tablename__ = "assignment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    member_id: Mapped[UUID]
    firm_id: Mapped[UUID]
    taken_at: Mapped[datetime]
    waited_since: Mapped[datetime]
    response: Mapped[str | None]
    responded_by: Mapped[UUID | None]
    responded_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Encrypted("assignment.reason"))


class Consideration(Base):
    """Why a choice fell as it did: every member looked at, with the reasons against (S0-7.4.4b)."""

    __tablename__ = "consideration"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    chosen: Mapped[UUID | None]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    at: Mapped[datetime]


class ChangeRequest(Base):
    """A request to change the handler, its decision, and what became of it (S0-7.4.4f).

    `state`: one of `change_rules.CHANGE_STATES`. `assignment_id`: whose handling it would end. `hearing`: how
    both sides were heard. `decided_by` and `approved_by` are two persons; the second only where the ground
    needs one.
    """

    __tablename__ = "change_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    assignment_id: Mapped[UUID]
    handler_id: Mapped[UUID]
    firm_id: Mapped[UUID]
    firm_path: Mapped[str] = mapped_column(sa.String(200))
    ground: Mapped[str]
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    statement: Mapped[str] = mapped_column(Encrypted("change_request.statement"))
    evidence: Mapped[str | None] = mapped_column(Encrypted("change_request.evidence"))
    state: Mapped[str]
    due_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    hearing: Mapped[str | None] = mapped_column(Encrypted("change_request.hearing"))
    reasons: Mapped[str | None] = mapped_column(Encrypted("change_request.reasons"))
    authority_name: Mapped[str | None] = mapped_column(sa.String(200))
    settled_at: Mapped[datetime | None]
    new_handler_id: Mapped[UUID | None]


class ChangeFile(Base):
    """Evidence handed in with a request; the content lies in the file store under `sha256`."""

    __tablename__ = "change_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    change_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Encrypted("change_file.name"))
    sha256: Mapped[str]
    media_type: Mapped[str]


class ChangeLetter(Base):
    """The letter that names the new handler to the authority (S0-7.4.4f-letter).

    `content`: {"recipient", "previous", "handler", "firm", "phone"} as they were when it was written.
    """

    __tablename__ = "change_letter"

    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    authority_name: Mapped[str | None] = mapped_column(sa.String(200))
    content: Mapped[dict[str, str]] = mapped_column(Encrypted("change_letter.content"))
    issued_at: Mapped[datetime]
    delivery: Mapped[str]
    delivered_on: Mapped[date | None]
    delivered_by: Mapped[UUID | None]
    delivery_note: Mapped[str | None] = mapped_column(Encrypted("change_letter.delivery_note"))


class Escalation(Base):
    """What a dispatcher arranged when nobody was available."""

    __tablename__ = "escalation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    action: Mapped[str]
    explanation: Mapped[str] = mapped_column(Encrypted("escalation.explanation"))
    recorded_by: Mapped[UUID]
    at: Mapped[datetime]


class RotationLock(Base):
    """The one row that whoever takes a turn locks first: turns are taken one after the other."""

    __tablename__ = "rotation_lock"

    id: Mapped[int] = mapped_column(primary_key=True)
