"""Evaluation's copy of the cases."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.evaluation.models import Case, HandlingStep
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.handling import AgreementRecorded, MeetingRecorded, ProgressRecorded
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


def keep_agreement(event: AgreementRecorded, work: UnitOfWork) -> None:
    """Remember that an agreement is on record."""
    _keep_step(event.case_id, "agreement", work)


def keep_meeting(event: MeetingRecorded, work: UnitOfWork) -> None:
    """Remember that a first meeting is on record."""
    _keep_step(event.case_id, "meeting", work)


def keep_completion(event: ProgressRecorded, work: UnitOfWork) -> None:
    """Remember that the case was declared complete."""
    if event.completed:
        _keep_step(event.case_id, "completion", work)


def steps_of(session: Session, case_id: UUID) -> set[str]:
    """The steps of the handling that are on record."""
    return set(session.scalars(sa.select(HandlingStep.step).where(HandlingStep.case_id == case_id)))


def case_of(case_id: UUID, work: UnitOfWork) -> Case:
    """The case, locked; raises NotYet while its registration is still on the way."""
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case


def _keep_step(case_id: UUID, step: str, work: UnitOfWork) -> None:
    work.session.merge(HandlingStep(case_id=case_id, step=step, recorded_at=work.clock.now()))
