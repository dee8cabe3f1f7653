"""Objection to a refusal or termination: the judicial bureau reviews it (Legal Aid Law, article 49)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.review import rules
from services.review.cases import case_of
from services.review.models import Case, Objection
from services.review.queries import about, effective_termination, newest_decision, state_of
from services.review.refusals import (
    AlreadyObjected,
    ArchivedBeforeObjection,
    NothingToObjectTo,
    ObjectionTooLate,
)
from services.review.telling import next_number, publish
from shared.calendar import WorkCalendar
from shared.contracts.review import CaseGranted
from shared.contracts.review_remedies import (
    ObjectionDecided,
    ObjectionEffectRecorded,
    ObjectionFiled,
    ObjectionRecorded,
    RecordObjection,
    RecordObjectionEffect,
)
from shared.contracts.submission import Submission
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import Person, may

SERIES = "异"


@dataclass(frozen=True)
class Contested:
    """The decision in force that may be objected to: of which kind, which row, since when."""

    against: str
    decision_id: UUID
    decided_at: datetime


def file_objection(work: UnitOfWork, case_id: UUID, person: Person, reasons: str) -> Objection:
    """Keep the applicant's objection and hand it to the judicial bureau.

    Raises NotFound for anybody but the applicant, ArchivedBeforeObjection, NothingToObjectTo,
    AlreadyObjected, ObjectionTooLate.
    """
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None or not may(person, "review.objection.file", about(case)):
        raise NotFound
    days = work.policy.get("objection.file_days")
    contested = contested_of(work.session, case, work.clock.now(), work.calendar, days)
    objection = Objection(
        id=work.ids.uuid(), case_id=case_id, against=contested.against, decision_id=contested.decision_id,
        reasons=reasons, filed_at=work.clock.now(),
    )  # fmt: skip
    work.session.add(objection)
    publish(work, case, "objection_filed", objection.id, {
        "objection_id": str(objection.id), "against": contested.against,
        "handler_id": str(case.handler_id) if case.handler_id else None,
    })  # fmt: skip
    work.emit(ObjectionFiled(case_id=case_id, against=contested.against))
    return objection


def contested_of(
    session: Session, case: Case, now: datetime, calendar: WorkCalendar, days: int | None
) -> Contested:
    """What the applicant may object to now; raises the reason why there is nothing."""
    if case.sealed_at is not None:
        raise ArchivedBeforeObjection
    contested = _in_force(session, case)
    if contested is None:
        raise NothingToObjectTo
    known = sa.select(Objection.id).where(Objection.decision_id == contested.decision_id)
    if session.execute(known).first():
        raise AlreadyObjected
    if not rules.may_still_object(contested.decided_at, now, calendar, days):
        raise ObjectionTooLate
    return contested


def record_objection(command: RecordObjection, work: UnitOfWork) -> None:
    """Keep the bureau's decision with its number; a sealed record stays as it is."""
    case = case_of(command.case_id, work)
    review = max(command.submissions, key=lambda s: (s.at, s.id))
    outcome = rules.OBJECTION_OUTCOMES[review.answers["result"]]
    objection = work.session.get_one(Objection, command.objection_id)
    if case.sealed_at is None:
        _decide(objection, outcome, review, next_number(work, case.agency, SERIES))
    work.emit(ObjectionDecided(case_id=case.case_id, against=objection.against, outcome=outcome))
    work.emit(ObjectionRecorded(case_id=case.case_id, outcome=outcome))


def record_objection_effect(command: RecordObjectionEffect, work: UnitOfWork) -> None:
    """Keep whether the case could go on as ordered."""
    case = case_of(command.case_id, work)
    objection = work.session.get_one(Objection, command.objection_id)
    if case.sealed_at is None:
        objection.effective = command.effective
        if command.effective and objection.outcome == rules.GRANTED:
            work.emit(CaseGranted(case_id=case.case_id))
    work.emit(ObjectionEffectRecorded(case_id=case.case_id))


def _in_force(session: Session, case: Case) -> Contested | None:
    termination = effective_termination(session, case.case_id)
    state = state_of(session, case.case_id)
    if termination is not None and termination.effect_at and state in (None, *rules.TERMINATED_STATES):
        return Contested("termination", termination.id, termination.effect_at)
    decision = newest_decision(session, case.case_id)
    if decision is not None and decision.outcome == rules.REFUSED and state in (None, "REFUSED"):
        return Contested("refusal", decision.id, decision.approved_at)
    return None


def _decide(objection: Objection, outcome: str, review: Submission, number: str) -> None:
    objection.outcome, objection.number = outcome, number
    objection.findings = review.answers["reasons"]
    objection.decided_by, objection.decided_at = review.by, review.at
