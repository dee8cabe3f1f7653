"""What handling keeps of a case: its registration, its state, its record, sealed in the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.handling.models import Case
from services.handling.record import record_items
from shared.contracts.handling import RecordSealed, SealRecord
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.submission import Submission
from shared.contracts.workflow import CaseStateChanged
from shared.digest import digest_of_items
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork


def keep_case(event: ApplicationRegistered, work: UnitOfWork) -> None:
    """Keep what handling needs to know of a registered case."""
    work.session.merge(
        Case(
            case_id=event.case_id, number=event.number, agency=event.agency,
            applicant_id=event.applicant_id, case_kind=event.case_kind,
        )
    )  # fmt: skip


def follow_state(event: CaseStateChanged, work: UnitOfWork) -> None:
    """Keep the state of a case that is known here; an older announcement that comes late changes nothing."""
    case = work.session.get(Case, event.case_id, with_for_update=True)
    if case is None:
        return
    sequence = work.cause.sequence if work.cause else case.state_sequence + 1
    if sequence > case.state_sequence:
        case.state, case.state_sequence = event.after, sequence


def seal_record(command: SealRecord, work: UnitOfWork) -> None:
    """Close handling's part for writing and say what it holds (S0-7.1b)."""
    case = case_of(command.case_id, work)
    case.sealed_at = case.sealed_at or work.clock.now()
    items = record_items(work.session, case)
    work.emit(RecordSealed(case_id=case.case_id, digest=digest_of_items(items), items=items))


def case_of(case_id: UUID, work: UnitOfWork) -> Case:
    """The case, locked; raises NotYet before its registration has arrived."""
    case = work.session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotYet("the registration of the case has not arrived")
    return case


def origin(case: Case, submission: Submission, work: UnitOfWork) -> dict[str, Any]:
    """The columns that every row made from a form has."""
    return {
        "id": work.ids.uuid(), "case_id": case.case_id, "recorded_by": submission.by,
        "recorded_at": submission.at,
    }  # fmt: skip


def moment(value: datetime | None) -> datetime:
    """A moment of the case that must be known; raises NotYet before the handling was opened."""
    if value is None:
        raise NotYet("the handling of the case has not been opened")
    return value


def day(text: str) -> date:
    """A day as forms give it."""
    return date.fromisoformat(text)


def files_of(submission: Submission, names: Sequence[str] = ("files",)) -> list[dict[str, str]]:
    """The files attached to these questions: {"id", "sha256", "name"}."""
    known = submission.files
    attached = [str(file_id) for name in names for file_id in submission.answers.get(name) or []]
    return [
        {"id": file_id, "sha256": known[file_id]["sha256"], "name": known[file_id]["name"]}
        for file_id in attached
    ]
