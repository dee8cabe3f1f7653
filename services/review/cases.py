"""Review's copy of a case: kept from what others announce, and locked for a change."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.review.models import Case, CaseState
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.workflow import CaseStateChanged
from shared.errors import NotFound, NotYet, Sealed
from shared.messaging.work import UnitOfWork


def keep_case(event: ApplicationRegistered, work: UnitOfWork) -> None:
    """Keep what review needs to know of a registered case."""
    work.session.merge(
        Case(
            case_id=event.case_id, number=event.number, agency=event.agency,
            applicant_id=event.applicant_id, matter=event.matter, category=event.category,
            authority=event.authority,
        )
    )  # fmt: skip


def keep_offer(answer: TurnTaken, work: UnitOfWork) -> None:
    """A new turn: the member before handles the case no longer, the firm is the new one's."""
    case = case_of(answer.case_id, work)
    if case.handler_id != answer.handler_id:
        case.handler_id = None
    case.firm_path = answer.firm_path


def keep_handler(event: CaseAccepted, work: UnitOfWork) -> None:
    """Remember who handles the case: they may read its review."""
    case_of(event.case_id, work).handler_id = event.handler_id


def keep_state(event: CaseStateChanged, work: UnitOfWork) -> None:
    """Remember the state; an older announcement that arrives late changes nothing."""
    sequence = work.cause.sequence if work.cause else 0
    known = work.session.get(CaseState, event.case_id, with_for_update=True)
    if known is None:
        work.session.add(CaseState(case_id=event.case_id, state=event.after, sequence=sequence))
    elif sequence > known.sequence:
        known.state, known.sequence = event.after, sequence


def case_of(case_id: UUID, work: UnitOfWork) -> Case:
    """The case a message is about, locked; raises NotYet when its registration has not arrived."""
    case = _locked(case_id, work)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case


def open_case(case_id: UUID, work: UnitOfWork) -> Case:
    """The case a person writes about, locked; raises NotFound or Sealed."""
    case = _locked(case_id, work)
    if case is None:
        raise NotFound
    if case.sealed_at is not None:
        raise Sealed
    return case


def _locked(case_id: UUID, work: UnitOfWork) -> Case | None:
    query = sa.select(Case).where(Case.case_id == case_id).with_for_update()
    return work.session.execute(query).scalar_one_or_none()
