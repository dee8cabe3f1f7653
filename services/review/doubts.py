"""Doubt about a decision (S0-7.4.3c): somebody of the agency phones and explains it, on record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.review.cases import case_of, open_case
from services.review.models import Doubt, Explanation
from services.review.queries import about, newest_decision
from services.review.refusals import DoubtUnderWay, NothingDecided
from services.review.telling import publish
from shared.contracts.review_remedies import ExplanationRecorded, RecordExplanation
from shared.contracts.submission import latest
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import Person, may

NO_ANSWER = "no_answer"


def raise_doubt(work: UnitOfWork, case_id: UUID, person: Person, question: str) -> Doubt:
    """Keep what the applicant does not understand, and have somebody phone them.

    Raises NotFound for anybody but the applicant, Sealed, NothingDecided, DoubtUnderWay.
    """
    case = open_case(case_id, work)
    if not may(person, "review.doubt.raise", about(case)):
        raise NotFound
    require_doubtable(work.session, case_id)
    doubt = Doubt(id=work.ids.uuid(), case_id=case_id, question=question, raised_at=work.clock.now())
    work.session.add(doubt)
    publish(work, case, "decision_doubted", doubt.id, {"doubt_id": str(doubt.id)})
    return doubt


def require_doubtable(session: Session, case_id: UUID) -> None:
    """Refuse before a decision, and while a call is still to come."""
    if newest_decision(session, case_id) is None:
        raise NothingDecided
    waiting = sa.select(Doubt.id).where(Doubt.case_id == case_id, Doubt.answered_at.is_(None))
    if session.execute(waiting).first():
        raise DoubtUnderWay


def record_explanation(command: RecordExplanation, work: UnitOfWork) -> None:
    """Keep the call: when, with whom, what was explained, or that nobody answered."""
    case = case_of(command.case_id, work)
    call = latest(command.submissions, "explain_by_phone")
    answers = call.answers
    answered = answers["result"] != NO_ANSWER
    if case.sealed_at is None:
        still = answers.get("still_doubts")
        work.session.add(
            Explanation(
                id=work.ids.uuid(), case_id=case.case_id, doubt_id=command.doubt_id, result=answers["result"],
                called_on=date.fromisoformat(answers["called_on"]), still_doubts=still and still == "yes",
                content={name: answers.get(name) for name in ("called_at", "spoken_with", "explained")},
                explained_by=call.by, explained_at=call.at,
            )
        )  # fmt: skip
        if answered:
            work.session.get_one(Doubt, command.doubt_id).answered_at = call.at
    work.emit(ExplanationRecorded(case_id=case.case_id, answered=answered))
