"""Termination (S0-7.4.9c): reported by anybody concerned, verified and approved by two others."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.review import rules
from services.review.cases import case_of, open_case
from services.review.models import Case, Termination
from services.review.queries import about, newest_decision, relation_of, state_of
from services.review.refusals import NothingToTerminate, ReportUnderWay
from services.review.telling import next_number, publish
from shared.clock import SHANGHAI
from shared.contracts.review_remedies import (
    AidTerminated,
    RecordTermination,
    RecordTerminationEffect,
    TerminationEffectRecorded,
    TerminationRecorded,
    TerminationRejected,
)
from shared.contracts.submission import Submission, latest
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import Person, may

SERIES = "终"


def report(work: UnitOfWork, case_id: UUID, person: Person, ground: str, facts: str) -> Termination:
    """Keep the report and start its verification.

    Raises NotFound for who has nothing to do with the case, Sealed, NothingToTerminate, ReportUnderWay.
    """
    case = open_case(case_id, work)
    if not may(person, "review.termination.report", about(case)):
        raise NotFound
    require_terminable(work.session, case)
    termination = Termination(
        id=work.ids.uuid(), case_id=case_id, ground=ground, facts=facts, reported_by=person.id,
        reported_as=relation_of(person, case), reported_at=work.clock.now(),
    )  # fmt: skip
    work.session.add(termination)
    handler = case.handler_id
    publish(work, case, "termination_reported", termination.id, {
        "handler_id": str(handler) if handler else None, "firm_path": case.firm_path if handler else None,
        "termination_id": str(termination.id), "ground": ground, "reported_by": str(person.id),
    })  # fmt: skip
    return termination


def require_terminable(session: Session, case: Case) -> None:
    """Refuse a case that is not running, and a second report while one is being verified."""
    decision = newest_decision(session, case.case_id)
    state = state_of(session, case.case_id)
    if not rules.is_terminable(state, decision.outcome if decision else None):
        raise NothingToTerminate
    waiting = sa.select(Termination.id).where(
        Termination.case_id == case.case_id,
        Termination.outcome.is_(None)
        | ((Termination.outcome == rules.TERMINATE) & Termination.effective.is_(None)),
    )
    if session.execute(waiting).first():
        raise ReportUnderWay


def record_termination(command: RecordTermination, work: UnitOfWork) -> None:
    """Keep the verification and the decision; the paper gets its number."""
    case = case_of(command.case_id, work)
    if case.sealed_at is not None:
        work.emit(TerminationRecorded(case_id=case.case_id, outcome=rules.SEALED, terminated_on=None))
        return
    verified = latest(command.submissions, "verify_termination")
    approved = latest(command.submissions, "approve_termination")
    termination = work.session.get_one(Termination, command.termination_id)
    termination.outcome = rules.TERMINATE if verified.answers["proposal"] == "terminate" else rules.KEEP
    termination.verification = {**verified.answers, "evidence_files": _files(verified)}
    termination.verified_by, termination.verified_at = verified.by, verified.at
    termination.approved_by, termination.approved_at = approved.by, approved.at
    if termination.outcome == rules.TERMINATE:
        termination.terminated_on = _today(work)
        termination.number = next_number(work, case.agency, SERIES)
    else:
        work.emit(TerminationRejected(case_id=case.case_id, reason="kept"))
    work.emit(
        TerminationRecorded(
            case_id=case.case_id, outcome=termination.outcome, terminated_on=termination.terminated_on
        )
    )


def record_termination_effect(command: RecordTerminationEffect, work: UnitOfWork) -> None:
    """Keep whether the decision still met a running case."""
    case = case_of(command.case_id, work)
    termination = work.session.get_one(Termination, command.termination_id)
    if case.sealed_at is None:
        termination.effective, termination.effect_at = command.effective, work.clock.now()
    if command.effective:
        work.emit(AidTerminated(case_id=case.case_id, ground=termination.ground))
    else:
        work.emit(TerminationRejected(case_id=case.case_id, reason="too_late"))
    work.emit(TerminationEffectRecorded(case_id=case.case_id))


def _files(submission: Submission) -> list[dict[str, str]]:
    """The evidence: {"id", "sha256", "name"} of every file."""
    kept = submission.files
    return [
        {"id": str(i), "sha256": kept[str(i)]["sha256"], "name": kept[str(i)]["name"]}
        for i in submission.answers.get("evidence_files") or []
    ]


def _today(work: UnitOfWork) -> date:
    return work.clock.now().astimezone(SHANGHAI).date()
