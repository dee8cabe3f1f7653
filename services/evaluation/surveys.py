"""Rating the service: by the recipient online, or on the phone or face to face through a clerk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.evaluation.models import Case, Rating, Survey
from services.evaluation.queries import about
from shared.contracts.workflow import PublishMessage
from shared.errors import NotFound, Rejected, Sealed
from shared.messaging.work import UnitOfWork
from shared.policy import Policy
from shared.rights import Person, may

RECORDED = "这种方式的评价已经登记过了。"


class SurveyNotOpen(Rejected):
    """There is nothing to rate now."""

    zh = "现在不能评价：评价还没有开始，或者期限已过。"


class AlreadyRated(Rejected):
    """This case was rated already."""

    zh = "您已经评价过了，谢谢。"


def dimensions_of(policy: Policy) -> dict[str, str]:
    """What a recipient rates, code and name, as the operator has set it (S0-7.4.10.1, S0-7.4.10.2)."""
    return {entry["code"]: entry["label"] for entry in policy.get("survey.dimensions")}


def rate(work: UnitOfWork, case_id: UUID, person: Person, answer: dict[str, Any]) -> None:
    """Keep the rating of the recipient and tell the process; only while the survey is open.

    Raises NotFound for anybody but the recipient, Sealed after the archive, SurveyNotOpen, AlreadyRated.
    """
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None or not may(person, "evaluation.survey.answer", about(case)):
        raise NotFound
    _keep(work, case, Rating(channel="online", grades=answer["grades"], comment=answer["comment"]))


def record_answer(work: UnitOfWork, case_id: UUID, person: Person, answer: dict[str, Any]) -> None:
    """Keep what the recipient said on the phone or face to face (S0-7.4.10.3), as a clerk wrote it down.

    It is the only way to ask a recipient without an account. Raises like `rate`; NotFound for anybody but
    a clerk of the case's agency.
    """
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None or not may(person, "evaluation.survey.record", about(case)):
        raise NotFound
    _keep(
        work, case,
        Rating(channel=answer["channel"], grades=answer["grades"], comment=answer["comment"],
               recorded_by=person.id),
    )  # fmt: skip


def _keep(work: UnitOfWork, case: Case, rating: Rating) -> None:
    if case.archived_at:
        raise Sealed
    survey = work.session.get(Survey, case.case_id)
    if survey is None or survey.closed_at or work.clock.now() > survey.due_at:
        raise SurveyNotOpen
    given = sa.select(Rating.id).where(Rating.case_id == case.case_id, Rating.channel == rating.channel)
    if work.session.scalar(given):
        raise AlreadyRated(None if rating.channel == "online" else RECORDED)
    rating.id, rating.case_id, rating.given_at = work.ids.uuid(), case.case_id, work.clock.now()
    work.session.add(rating)
    work.emit(
        PublishMessage(
            case_id=case.case_id, name="survey_answered", correlation_key=str(case.case_id),
            message_id=str(rating.id),
        )
    )  # fmt: skip
