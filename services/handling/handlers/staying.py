"""A stay begins and ends in the process: both are put on record."""

from __future__ import annotations

from services.handling import rules
from services.handling.handlers.case import case_of, day, files_of
from services.handling.models import Suspension
from shared.contracts.handling_work import (
    RecordResumption,
    RecordSuspension,
    ResumptionRecorded,
    ResumptionRejected,
    SuspensionRecorded,
)
from shared.contracts.submission import latest
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork


def record_suspension(command: RecordSuspension, work: UnitOfWork) -> None:
    """From now on the periods stand still."""
    case_of(command.case_id, work)
    suspension = _suspension(command, work)
    suspension.recorded_at = work.clock.now()
    work.emit(SuspensionRecorded(case_id=command.case_id, since=suspension.since))


def record_resumption(command: RecordResumption, work: UnitOfWork) -> None:
    """The stay is over, unless the day given cannot be right."""
    case_of(command.case_id, work)
    suspension = _suspension(command, work)
    submission = latest(command.submissions, "resume_handling")
    resumed_on = day(submission.answers["resumed_on"])
    fault = rules.resumption_fault(resumed_on, suspension.since, submission.at)
    if fault:
        remark = rules.REMARKS[fault]
        work.emit(ResumptionRejected(case_id=command.case_id, reason=fault, remark=remark))
        return
    suspension.resumed_on, suspension.resumed_at = resumed_on, work.clock.now()
    suspension.resumed_by = submission.by
    suspension.resumption = submission.answers["explanation"]
    suspension.files = files_of(submission)
    work.emit(ResumptionRecorded(case_id=command.case_id))


def _suspension(command: RecordSuspension | RecordResumption, work: UnitOfWork) -> Suspension:
    found = work.session.get(Suspension, command.suspension_id)
    if found is None or found.case_id != command.case_id:
        raise NotYet("the report of the stay has not arrived")
    return found
