"""The handler's log, entry by entry, in any order and as often as needed (S0-7.4.6 to S0-7.4.8, S0-8.1)."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from services.handling import rules
from services.handling.handlers.case import case_of, day, files_of, moment, origin
from services.handling.models import Case, EvidenceDeadline, Progress, Solution
from services.handling.stays import is_suspended
from services.handling.witness import current_deadline, open_window
from shared.contracts.handling import ProgressRecorded, ProgressRejected
from shared.contracts.handling_work import RecordEvidenceDeadline, RecordSolution, SolutionRecorded
from shared.contracts.submission import Submission, latest
from shared.messaging.work import UnitOfWork

ELEMENTS = ("report_progress", "report_nonlitigation")
"""The tasks whose newest submission is the entry."""


class EntryCommand(Protocol):
    """Any command that keeps an entry of the log."""

    @property
    def case_id(self) -> UUID:
        """The case."""

    @property
    def submissions(self) -> list[Submission]:
        """The newest submission of each of the tasks."""


def record_entry(command: EntryCommand, work: UnitOfWork) -> None:
    """Keep one entry of the log, or say which rule it breaks; the last one completes the case."""
    _kept(command, work)


def record_evidence_deadline(command: RecordEvidenceDeadline, work: UnitOfWork) -> None:
    """Keep the entry, and from when to when witnesses can be applied for (S0-7.4.7b)."""
    progress = _kept(command, work)
    if progress is not None and progress.details:
        open_window(progress, work)


def record_solution(command: RecordSolution, work: UnitOfWork) -> None:
    """Keep the solution agreed with the recipient, its risks and consequences told (S0-8.1a)."""
    case = case_of(command.case_id, work)
    submission = latest(command.submissions, "propose_solution")
    answers = submission.answers
    texts = {name: answers[name] for name in ("agreed_with", "mode", "opinion", "risks", "risks_told")}
    work.session.add(
        Solution(
            agreed_on=day(answers["agreed_on"]), files=files_of(submission), **texts,
            **origin(case, submission, work),
        )
    )  # fmt: skip
    work.emit(SolutionRecorded(case_id=case.case_id))


def _kept(command: EntryCommand, work: UnitOfWork) -> Progress | None:
    case = case_of(command.case_id, work)
    submission = max((s for s in command.submissions if s.element in ELEMENTS), key=lambda s: (s.at, s.id))
    entry, log = entry_of(submission.answers), _log(case, work)
    completed_on = _completed_on(submission.answers)
    fault = rules.progress_fault(
        entry.occurred_on, entry.completed, completed_on, moment(case.accepted_at), submission.at
    ) or rules.entry_fault(entry, log)
    if fault:
        work.emit(ProgressRejected(case_id=case.case_id, reason=fault, remark=rules.REMARKS[fault]))
        return None
    progress = Progress(
        kind=entry.kind, occurred_on=entry.occurred_on, summary=submission.answers["summary"],
        files=files_of(submission, rules.FILE_FIELDS), completed_on=completed_on,
        details=dict(entry.details), marks=rules.marks_of(entry, log), **origin(case, submission, work),
    )  # fmt: skip
    work.session.add(progress)
    work.emit(
        ProgressRecorded(
            case_id=case.case_id, completed=entry.completed, completed_on=completed_on,
            report=rules.report_of(entry),
        )
    )  # fmt: skip
    return progress


def entry_of(answers: dict[str, Any]) -> rules.Entry:
    """The answers as the rules read them: what every entry has, and the details of its kind."""
    apart = {*rules.GENERAL, *rules.FILE_FIELDS}
    details = {key: v for key, v in answers.items() if key not in apart and v not in (None, "", [])}
    return rules.Entry(answers["kind"], day(answers["occurred_on"]), details, answers["completed"] == "yes")


def _completed_on(answers: dict[str, Any]) -> date | None:
    told = answers.get("completed_on") if answers["completed"] == "yes" else None
    return day(told) if told else None


def _log(case: Case, work: UnitOfWork) -> rules.Log:
    rows = work.session.scalars(sa.select(Progress).where(Progress.case_id == case.case_id))
    deadline: EvidenceDeadline | None = current_deadline(work.session, case.case_id)
    return rules.Log(
        entries=[rules.Entry(r.kind, r.occurred_on, r.details or {}) for r in rows],
        evidence_ends_on=deadline.ends_on if deadline else None,
        suspended=is_suspended(work.session, case.case_id),
    )
