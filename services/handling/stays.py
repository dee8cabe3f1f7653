"""Stays (中止): reported by the handler, on record while the process pauses, ended by the handler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.handling import rules
from services.handling.models import Case, Suspension
from shared.clock import SHANGHAI
from shared.contracts.workflow import PublishMessage
from shared.errors import Forbidden, NotFound, Rejected, Sealed
from shared.messaging.work import UnitOfWork
from shared.rights import Person, Relation, may

_MEGABYTE = 1024 * 1024


class CannotSuspend(Rejected):
    """Only a case that is being handled can be stayed, and only once at a time."""

    zh = "只有办理中的案件可以中止；已经中止或者正在登记中止的，不能重复办理。"


@dataclass(frozen=True)
class Report:
    """What the handler says of a stay: since when, why, the court's paper and its file (name, content)."""

    since: date
    reason: str
    document: str
    file_name: str
    file: BinaryIO


def about(case: Case) -> Relation:
    """What the table of rights asks of a case."""
    return Relation(
        organisation=case.agency, own=(case.applicant_id,), assigned=(case.handler_id,), firm=case.firm_path
    )


def suspensions_of(session: Session, case_id: UUID) -> list[Suspension]:
    """All stays of a case, the oldest first."""
    found = sa.select(Suspension).where(Suspension.case_id == case_id).order_by(Suspension.reported_at)
    return list(session.scalars(found))


def is_suspended(session: Session, case_id: UUID) -> bool:
    """Whether a stay is on record that has not ended."""
    return any(s.recorded_at and not s.resumed_at for s in suspensions_of(session, case_id))


def end_stays(case_id: UUID, work: UnitOfWork) -> None:
    """The case was dispatched anew: what was stayed until then is stayed no longer."""
    now = work.clock.now()
    for stay in suspensions_of(work.session, case_id):
        if stay.recorded_at and not stay.resumed_at:
            stay.resumed_at, stay.resumed_on = now, now.astimezone(SHANGHAI).date()


def due_with_stays(due: datetime, case: Case, until: datetime, work: UnitOfWork) -> datetime:
    """When a period of this case is due that stood still during its stays; an open one counts `until`."""
    stays = [
        (stay.recorded_at, stay.resumed_at or until)
        for stay in suspensions_of(work.session, case.case_id)
        if stay.recorded_at and case.assigned_at and stay.recorded_at >= case.assigned_at
    ]
    return rules.moved_by_stays(due, stays, work.calendar)


def may_report(session: Session, case: Case, person: Person, now: datetime) -> bool:
    """Whether this person may report a stay of the case now."""
    allowed = may(person, "handling.suspension.report", about(case))
    return allowed and not case.sealed_at and _may_suspend(session, case, now)


def refuse_report(session: Session, case_id: UUID, person: Person, now: datetime) -> Case:
    """The case, for its handler while a stay may be reported.

    Raises NotFound for strangers, Forbidden for others who may see the case, Sealed, CannotSuspend.
    """
    case = session.get(Case, case_id, with_for_update=True)
    if case is None or not may(person, "handling.case.read", about(case)):
        raise NotFound
    if not may(person, "handling.suspension.report", about(case)):
        raise Forbidden
    if case.sealed_at:
        raise Sealed
    if not _may_suspend(session, case, now):
        raise CannotSuspend
    return case


def report_suspension(work: UnitOfWork, case_id: UUID, person: Person, report: Report) -> Suspension:
    """Keep the report and tell the case's process; raises like `refuse_report`, TooLarge, FileRefused."""
    now = work.clock.now()
    case = refuse_report(work.session, case_id, person, now)
    kept = work.files.keep(report.file, work.policy.get("intake.upload_max_mb") * _MEGABYTE)
    suspension = Suspension(
        id=work.ids.uuid(), case_id=case.case_id, since=report.since, reason=report.reason,
        document=report.document, file_name=report.file_name[-200:], file_sha256=kept.sha256,
        file_media_type=kept.media_type, reported_by=person.id, reported_at=now,
    )  # fmt: skip
    work.session.add(suspension)
    work.emit(
        PublishMessage(
            case_id=case.case_id, name="suspension_reported", correlation_key=str(case.case_id),
            message_id=str(suspension.id), variables={"suspension_id": str(suspension.id)},
            seconds_to_live=int(rules.OPEN_FOR.total_seconds()),
        )
    )  # fmt: skip
    return suspension


def _may_suspend(session: Session, case: Case, now: datetime) -> bool:
    open_until = [
        None if stay.recorded_at else stay.reported_at + rules.OPEN_FOR
        for stay in suspensions_of(session, case.case_id)
        if not stay.resumed_at
    ]
    state = case.state or ("HANDLING" if case.accepted_at else None)  # opened before states were kept
    return rules.may_suspend(state, open_until, now)
