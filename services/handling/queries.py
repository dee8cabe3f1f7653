"""Reads for handling's pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.handling.models import (
    Agreement,
    Case,
    DeadlineMark,
    EvidenceDeadline,
    Handover,
    Meeting,
    Progress,
    Solution,
    Suspension,
)
from services.handling.stays import about, suspensions_of
from shared.errors import NotFound
from shared.rights import Person, may

Row = TypeVar("Row", Agreement, Meeting, Handover, Progress, Solution, EvidenceDeadline, DeadlineMark)


@dataclass(frozen=True)
class HandlingRecord:
    """Everything handling holds of one case, oldest first."""

    case: Case
    agreements: list[Agreement]
    meetings: list[Meeting]
    progress: list[Progress]
    marks: list[DeadlineMark]
    handovers: list[Handover]
    solutions: list[Solution]
    evidence_deadlines: list[EvidenceDeadline]
    suspensions: list[Suspension]

    @property
    def next_stage_wanted(self) -> bool:
        """Whether the recipient needs help in the next stage of the same case."""
        return any((entry.details or {}).get("next_stage") == "yes" for entry in self.progress)


def handling_of(session: Session, case_id: UUID, person: Person) -> HandlingRecord:
    """The record, for who may see the case; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not may(person, "handling.case.read", about(case)):
        raise NotFound
    return HandlingRecord(
        case=case,
        agreements=_rows(session, Agreement, case_id, Agreement.recorded_at),
        meetings=_rows(session, Meeting, case_id, Meeting.recorded_at),
        progress=_rows(session, Progress, case_id, Progress.recorded_at),
        marks=_rows(session, DeadlineMark, case_id, DeadlineMark.noted_at),
        handovers=_rows(session, Handover, case_id, Handover.recorded_at),
        solutions=_rows(session, Solution, case_id, Solution.recorded_at),
        evidence_deadlines=_rows(session, EvidenceDeadline, case_id, EvidenceDeadline.recorded_at),
        suspensions=suspensions_of(session, case_id),
    )


def reads_notes(person: Person, case: Case) -> bool:
    """Whether the person reads what the staff noted; in their own case nobody does."""
    return person.id != case.applicant_id and may(person, "handling.case.read_notes", about(case))


def suspension_for(session: Session, suspension_id: UUID, person: Person) -> Suspension:
    """A stay, for who may see the case; raises NotFound for anybody else."""
    found = session.get(Suspension, suspension_id)
    if found is None:
        raise NotFound
    handling_of(session, found.case_id, person)
    return found


def _rows(session: Session, model: type[Row], case_id: UUID, order: Any) -> list[Row]:
    return list(session.scalars(sa.select(model).where(model.case_id == case_id).order_by(order)))
