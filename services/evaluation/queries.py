"""Reads for evaluation's pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.evaluation.models import (
    Archive,
    Assessment,
    Case,
    ClosingFile,
    ClosingReview,
    DeadlineMark,
    Rating,
    ScoreSheet,
    Survey,
)
from shared.errors import NotFound
from shared.rights import Person, Relation, may

Row = TypeVar("Row", ClosingFile, ClosingReview, Rating, ScoreSheet, DeadlineMark)


@dataclass(frozen=True)
class AssessmentRecord:
    """How the quality of a case was assessed; the last of the sheets counts."""

    assessment: Assessment
    sheets: list[ScoreSheet]

    @property
    def final(self) -> ScoreSheet | None:
        """The sheet whose grade stands, once there is one."""
        return self.sheets[-1] if self.sheets and self.assessment.settled_at else None


@dataclass(frozen=True)
class EvaluationRecord:
    """Everything evaluation holds of one case, oldest first."""

    case: Case
    files: list[ClosingFile]
    reviews: list[ClosingReview]
    survey: Survey | None
    ratings: list[Rating]
    assessed: AssessmentRecord | None
    marks: list[DeadlineMark]
    archive: Archive | None


def about(case: Case) -> Relation:
    """What the table of rights asks of a case."""
    return Relation(
        organisation=case.agency, own=(case.applicant_id,), assigned=(case.handler_id,), firm=case.firm_path
    )


def reads_notes(person: Person, case: Case) -> bool:
    """Whether the person reads what the staff noted; in their own case nobody does."""
    return person.id != case.applicant_id and may(person, "evaluation.case.read_notes", about(case))


def case_for(session: Session, case_id: UUID, person: Person, action: str) -> Case:
    """The case, for who may do this to it; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not may(person, action, about(case)):
        raise NotFound
    return case


def evaluation_of(session: Session, case_id: UUID, person: Person) -> EvaluationRecord:
    """The record; raises NotFound like `case_for`."""
    return EvaluationRecord(
        case=case_for(session, case_id, person, "evaluation.case.read"),
        files=_rows(session, ClosingFile, case_id, ClosingFile.round),
        reviews=_rows(session, ClosingReview, case_id, ClosingReview.round),
        survey=session.get(Survey, case_id),
        ratings=_rows(session, Rating, case_id, Rating.given_at),
        assessed=_assessed(session, case_id, person),
        marks=_rows(session, DeadlineMark, case_id, DeadlineMark.noted_at),
        archive=session.get(Archive, case_id),
    )


def assessment_of(session: Session, case_id: UUID, person: Person) -> tuple[Case, AssessmentRecord]:
    """The assessment, for staff, and once it is final for the handler and their firm's manager.

    Raises NotFound for anybody else, the recipient among them, and when there is none.
    """
    case = case_for(session, case_id, person, "evaluation.assessment.read")
    record = _assessed(session, case_id, person)
    if record is None:
        raise NotFound
    return case, record


def archive_of(session: Session, case_id: UUID, person: Person, action: str) -> Archive:
    """The archived file; raises NotFound when there is none or it is not theirs to see."""
    case_for(session, case_id, person, action)
    archive = session.get(Archive, case_id)
    if archive is None:
        raise NotFound
    return archive


def _assessed(session: Session, case_id: UUID, person: Person) -> AssessmentRecord | None:
    case, assessment = session.get_one(Case, case_id), session.get(Assessment, case_id)
    if assessment is None or person.id == case.applicant_id:
        return None
    action = "evaluation.assessment.read" if assessment.settled_at else "evaluation.assessment.read_open"
    if not may(person, action, about(case)):
        return None
    return AssessmentRecord(assessment, _rows(session, ScoreSheet, case_id, ScoreSheet.scored_at))


def _rows(session: Session, model: type[Row], case_id: UUID, order: Any) -> list[Row]:
    return list(session.scalars(sa.select(model).where(model.case_id == case_id).order_by(order)))
