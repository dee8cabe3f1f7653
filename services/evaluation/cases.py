"""Evaluation's copy of the cases."""

from __future__ import annotations

from uuid import UUID

from services.evaluation.models import Case
from shared.contracts.dispatch import CaseAccepted, TurnTaken
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


def keep_offer(event: TurnTaken, work: UnitOfWork) -> None:
    """Remember whose firm is asked; it sees the case once its member has accepted."""
    case_of(event.case_id, work).offered_firm = event.firm_path


def keep_handler(event: CaseAccepted, work: UnitOfWork) -> None:
    """Remember who handles the case: they and their firm's manager may see it."""
    case = case_of(event.case_id, work)
    case.handler_id, case.firm_path = event.handler_id, case.offered_firm


def case_of(case_id: UUID, work: UnitOfWork) -> Case:
    """The case, locked; raises NotYet while its registration is still on the way."""
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case
