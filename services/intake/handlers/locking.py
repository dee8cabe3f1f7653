"""Getting hold of an application for a change: the row stays locked until the transaction ends."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.intake.models import Application, HistoryEntry
from shared.errors import NotFound, NotYet, Sealed
from shared.messaging.work import UnitOfWork


def locked(work: UnitOfWork, case_id: UUID) -> Application | None:
    """The application of that id, locked, or None."""
    wanted = sa.select(Application).where(Application.case_id == case_id).with_for_update()
    return work.session.execute(wanted).scalar_one_or_none()


def own_application(work: UnitOfWork, case_id: UUID, person_id: UUID) -> Application:
    """The person's own application, locked; raises NotFound (also for someone else's) or Sealed."""
    application = locked(work, case_id)
    if application is None or application.applicant_id != person_id:
        raise NotFound
    if application.sealed_at is not None:
        raise Sealed
    return application


def submitted(work: UnitOfWork, case_id: UUID) -> Application:
    """The submitted application a command is about, locked; raises NotYet when it is not there."""
    application = locked(work, case_id)
    if application is None or application.submitted_at is None:
        raise NotYet
    return application


def remember(work: UnitOfWork, case_id: UUID, kind: str, code: str) -> None:
    """Add a line to the history; the moment is that of the message acted on, or now."""
    at, sequence = (work.cause.time, work.cause.sequence) if work.cause else (work.clock.now(), 0)
    work.session.add(
        HistoryEntry(id=work.ids.uuid(), case_id=case_id, at=at, sequence=sequence, kind=kind, code=code)
    )
