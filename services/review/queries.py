"""Reads for review's pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.review.models import Case, DeadlineMark, Decision, Finding, Notice
from shared.errors import NotFound
from shared.web import Person

Row = TypeVar("Row", Finding, Notice, DeadlineMark)


@dataclass(frozen=True)
class ReviewRecord:
    """Everything review holds of one case, oldest first."""

    case: Case
    findings: list[Finding]
    notices: list[Notice]
    decision: Decision | None
    marks: list[DeadlineMark]

    def defects(self, notice: Notice) -> list[Finding]:
        """All that the notice lists."""
        return [f for f in self.findings if f.round == notice.round and not f.good]


def review_of(session: Session, case_id: UUID, person: Person) -> ReviewRecord:
    """The record, for who may see the case; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not person.may_see(
        organisation=case.agency, involved=[case.applicant_id, case.handler_id]
    ):
        raise NotFound

    return ReviewRecord(
        case=case,
        findings=_rows(session, Finding, case_id, Finding.round, Finding.position),
        notices=_rows(session, Notice, case_id, Notice.round),
        decision=session.scalar(sa.select(Decision).where(Decision.case_id == case_id)),
        marks=_rows(session, DeadlineMark, case_id, DeadlineMark.noted_at),
    )


def _rows(session: Session, model: type[Row], case_id: UUID, *order: Any) -> list[Row]:
    query = sa.select(model).where(model.case_id == case_id).order_by(*order)
    return list(session.scalars(query))
