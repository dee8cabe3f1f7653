"""Evaluation's copy of the cases."""

from __future__ import annotations

from uuid import UUID

from services.evaluation.models import Case
from shared.contracts.dispatch import CaseAccepted
from shared.contracts.intake import ApplicationRegistered
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork


def keep_case(event: ApplicationRegistered, work: UnitOfWork) -> None:
    """Keep what evaluation needs to know of a registered case."""
    work.session.merge(
        Case(
            case_id=event.case_id, number=event.number, agency=event.agency, applicant_id=event.applicant_id
        )
    )  # fmt: skip


def keep_handler(event: CaseAccepted, work: UnitOfWork) -> None:
    """Remember who handles the case."""
    case_of(event.case_id, work).handler_id = event.handler_id


def case_of(case_id: UUID, work: UnitOfWork) -> Case:
    """The case, locked; raises NotYet while its registration is still on the way."""
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case
