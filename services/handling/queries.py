"""Reads for handling's pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.handling.models import Agreement, Case, DeadlineMark, Meeting, Progress
from shared.errors import NotFound
from shared.web import Person

Row = TypeVar("Row", Agreement, Meeting, Progress, DeadlineMark)


@dataclass(frozen=True)
class HandlingRecord:
    """Everything handling holds of one case, oldest first."""

    case: Case
    agreements: list[Agreement]
    meetings: list[Meeting]
    progress: list[Progress]
    marks: list[DeadlineMark]


def handling_of(session: Session, case_id: UUID, person: Person) -> HandlingRecord:
    """The record, for who may see the case; raises NotFound for anybody else."""
    case = session.get(Case, case_id)
    if case is None or not person.may_see(
        organisation=case.agency, involved=[case.applicant_id, case.handler_id], firm=case.firm_path
    ):
        raise NotFound
    return HandlingRecord(
        case=case,
        agreements=_rows(session, Agreement, case_id, Agreement.recorded_at),
        meetings=_rows(session, Meeting, case_id, Meeting.recorded_at),
        progress=_rows(session, Progress, case_id, Progress.recorded_at),
        marks=_rows(session, DeadlineMark, case_id, DeadlineMark.noted_at),
    )


def _rows(session: Session, model: type[Row], case_id: UUID, order: Any) -> list[Row]:
    return list(session.scalars(sa.select(model).where(model.case_id == case_id).order_by(order)))
