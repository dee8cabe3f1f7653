"""Reads for dispatch's pages and API."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.dispatch.models import (
    Assignment,
    Case,
    ChangeFile,
    ChangeLetter,
    ChangeRequest,
    Consideration,
    Escalation,
    Member,
)
from shared.errors import NotFound
from shared.rights import Person, Relation, may

Row = TypeVar("Row", Assignment, Consideration, Escalation, ChangeRequest)


@dataclass(frozen=True)
class DispatchRecord:
    """Everything dispatch holds of one case, oldest first; `members` are those it speaks of."""

    case: Case
    assignments: list[Assignment]
    considerations: list[Consideration]
    escalations: list[Escalation]
    changes: list[ChangeRequest]
    members: dict[str, Member]


@dataclass(frozen=True)
class ChangeRecord:
    """One request, for one reader: `words` says whether they may read what was written and handed in."""

    case: Case
    change: ChangeRequest
    files: list[ChangeFile]
    letter: ChangeLetter | None
    handler: Member
    new_handler: Member | None
    words: bool
    staff: bool


@dataclass(frozen=True)
class Place:
    """A member's place in the rotation."""

    place: int
    member: Member
    turns: int
    waiting_since: datetime


def dispatch_of(session: Session, case_id: UUID, person: Person) -> DispatchRecord:
    """The record, for who may see the case; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not may(person, "dispatch.case.read", about(case)):
        raise NotFound
    return DispatchRecord(
        case=case,
        assignments=_rows(session, Assignment, case_id, Assignment.taken_at),
        considerations=_rows(session, Consideration, case_id, Consideration.at),
        escalations=_rows(session, Escalation, case_id, Escalation.at),
        changes=_rows(session, ChangeRequest, case_id, ChangeRequest.requested_at),
        members={str(member.member_id): member for member in session.scalars(sa.select(Member))},
    )


def change_of(session: Session, change_id: UUID, person: Person) -> ChangeRecord:
    """A request, for who made it (also once the case left them) and for who may see the case.

    What was written and handed in is for who wrote it and for the agency: not for the handler complained
    about, nor for the recipient whom the handler names. Raises NotFound for anybody else.
    """
    change = session.get(ChangeRequest, change_id)
    case = session.get(Case, change.case_id) if change else None
    if change is None or case is None:
        raise NotFound
    known = about_change(change, case)
    if not may(person, "dispatch.change.read", known):
        raise NotFound
    files = sa.select(ChangeFile).where(ChangeFile.change_id == change.id).order_by(ChangeFile.id)
    new = change.new_handler_id
    return ChangeRecord(
        case=case, change=change, files=list(session.scalars(files)),
        letter=session.get(ChangeLetter, change.id), handler=session.get_one(Member, change.handler_id),
        new_handler=session.get(Member, new) if new else None,
        words=may(person, "dispatch.change.read_words", replace(known, own=(change.requested_by,))),
        staff=may(person, "dispatch.change.read_notes", known),
    )  # fmt: skip


def evidence_file(session: Session, change_id: UUID, file_id: UUID, person: Person) -> ChangeFile:
    """A file of a request, for who may read it; raises NotFound."""
    record = change_of(session, change_id, person)
    found = next((file for file in record.files if file.id == file_id), None)
    if found is None or not record.words:
        raise NotFound
    return found


def letter_of(session: Session, change_id: UUID, person: Person) -> tuple[Case, ChangeLetter]:
    """The letter to the authority, for the agency and for the authority's own people; raises NotFound."""
    letter = session.get(ChangeLetter, change_id)
    case = session.get(Case, letter.case_id) if letter else None
    if letter is None or case is None:
        raise NotFound
    if not may(person, "dispatch.letter.read", about(case)):
        raise NotFound
    return case, letter


def rotation(session: Session) -> list[Place]:
    """The active members in the order in which they are asked."""
    active = sa.select(Member).where(Member.active)
    ordered = session.scalars(
        active.order_by(Member.turns, Member.waiting_since, sa.cast(Member.member_id, sa.String))
    )
    return [Place(n, m, m.turns, m.waiting_since) for n, m in enumerate(ordered, start=1)]


def _rows(session: Session, model: type[Row], case_id: UUID, order: Any) -> list[Row]:
    return list(session.scalars(sa.select(model).where(model.case_id == case_id).order_by(order)))


def about(case: Case) -> Relation:
    """What the table of rights asks of a case."""
    return Relation(
        organisation=case.agency, own=(case.applicant_id,), assigned=(case.handler_id,), firm=case.firm_path,
        authority=case.authority,
    )  # fmt: skip


def about_change(change: ChangeRequest, case: Case) -> Relation:
    """The same of a request: also theirs who made it and whom it would replace, when the case left them."""
    known = about(case)
    return replace(
        known, own=(*known.own, change.requested_by), assigned=(*known.assigned, change.handler_id)
    )


def reads_everything(case: Case, person: Person) -> bool:
    """Whether this reader sees how members were chosen: staff, the handler and their firm, but neither the
    applicant nor the authority that asked for the case."""
    return person.id != case.applicant_id and may(person, "dispatch.choice.read", about(case))
