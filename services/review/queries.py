"""Reads for review's pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.review.models import (
    Case,
    CaseState,
    DeadlineMark,
    Decision,
    Doubt,
    Explanation,
    Finding,
    Notice,
    Objection,
    Termination,
)
from shared.errors import NotFound
from shared.rights import Person, Relation, may

Row = TypeVar("Row", Finding, Notice, DeadlineMark, Decision, Termination, Doubt, Explanation, Objection)


@dataclass(frozen=True)
class ReviewRecord:
    """Everything review holds of one case, oldest first."""

    case: Case
    state: str | None
    findings: list[Finding]
    notices: list[Notice]
    decisions: list[Decision]
    marks: list[DeadlineMark]
    terminations: list[Termination]
    doubts: list[Doubt]
    explanations: list[Explanation]
    objections: list[Objection]

    @property
    def decision(self) -> Decision | None:
        """The decision that counts: the newest."""
        return self.decisions[-1] if self.decisions else None

    def defects(self, notice: Notice) -> list[Finding]:
        """All that the notice lists."""
        return [f for f in self.findings if f.round == notice.round and not f.good]

    def calls(self, doubt: Doubt) -> list[Explanation]:
        """The phone calls about a doubt."""
        return [e for e in self.explanations if e.doubt_id == doubt.id]


def review_of(session: Session, case_id: UUID, person: Person) -> ReviewRecord:
    """The record, for who may see the case; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not may(person, "review.case.read", about(case)):
        raise NotFound
    return ReviewRecord(
        case=case,
        state=state_of(session, case_id),
        findings=_rows(session, Finding, case_id, Finding.round, Finding.position),
        notices=_rows(session, Notice, case_id, Notice.round),
        decisions=_rows(session, Decision, case_id, Decision.approved_at),
        marks=_rows(session, DeadlineMark, case_id, DeadlineMark.noted_at),
        terminations=_rows(session, Termination, case_id, Termination.reported_at),
        doubts=_rows(session, Doubt, case_id, Doubt.raised_at),
        explanations=_rows(session, Explanation, case_id, Explanation.explained_at),
        objections=_rows(session, Objection, case_id, Objection.filed_at),
    )


def reports_of(session: Session, case_id: UUID, person: Person) -> tuple[Case, list[Termination]]:
    """The case and the reports the person may read: all; the authority its own, and what ended the case.

    Raises NotFound for who has nothing to do with the case.
    """
    case = session.get(Case, case_id)
    if case is None or not may(person, "review.termination.read", about(case)):
        raise NotFound
    reports = _rows(session, Termination, case_id, Termination.reported_at)
    if not sees_all(person, case):
        reports = [r for r in reports if r.reported_by == person.id or _is_issued(r)]
    return case, reports


def termination_of(session: Session, case_id: UUID, person: Person, termination_id: UUID) -> Termination:
    """A decision to terminate that took effect or waits for it, for its paper; raises NotFound."""
    case = session.get(Case, case_id)
    found = session.get(Termination, termination_id)
    if case is None or not may(person, "review.termination.read", about(case)):
        raise NotFound
    if found is None or found.case_id != case_id:
        raise NotFound
    if not _is_issued(found):
        raise NotFound
    return found


def about(case: Case) -> Relation:
    """What the table of rights asks of a case."""
    return Relation(
        organisation=case.agency, own=(case.applicant_id,), assigned=(case.handler_id,), firm=case.firm_path,
        authority=case.authority,
    )  # fmt: skip


def sees_all(person: Person, case: Case) -> bool:
    """Whether the person reads the review of the case, and so every report; the authority only its own."""
    return may(person, "review.case.read", about(case))


def reads_notes(person: Person, case: Case) -> bool:
    """Whether the person reads what the staff noted; in their own case nobody does."""
    return person.id != case.applicant_id and may(person, "review.case.read_notes", about(case))


def relation_of(person: Person, case: Case) -> str:
    """As what the person reports: `applicant`, `handler`, `authority` or `agency`."""
    if person.id == case.applicant_id:
        return "applicant"
    if person.id == case.handler_id:
        return "handler"
    asked_for = Relation(authority=case.authority)
    return "authority" if may(person, "review.termination.report", asked_for) else "agency"


def state_of(session: Session, case_id: UUID) -> str | None:
    """The state that workflow announced last, or None."""
    known = session.get(CaseState, case_id)
    return known.state if known else None


def newest_decision(session: Session, case_id: UUID) -> Decision | None:
    """The decision that counts."""
    query = sa.select(Decision).where(Decision.case_id == case_id).order_by(Decision.approved_at.desc())
    return session.scalars(query.limit(1)).first()


def effective_termination(session: Session, case_id: UUID) -> Termination | None:
    """The newest termination that met a running case."""
    query = sa.select(Termination).where(Termination.case_id == case_id, Termination.effective.is_(True))
    return session.scalars(query.order_by(Termination.effect_at.desc()).limit(1)).first()


def _is_issued(report: Termination) -> bool:
    return report.number is not None and report.effective is not False


def _rows(session: Session, model: type[Row], case_id: UUID, *order: Any) -> list[Row]:
    query = sa.select(model).where(model.case_id == case_id).order_by(*order)
    return list(session.scalars(query))
