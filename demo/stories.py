"""The ways a case can go, each driven from the application to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from demo import answers
from demo.drive import Drive


def granted(drive: Drive) -> None:
    """Granted, handled, closed, rated, archived: all five stages."""
    drive.apply()
    decide(drive, answers.GRANT)
    drive.work(assigned_member(drive), "respond_to_assignment", answers.ACCEPT)
    handle(drive)
    close(drive)


def refused(drive: Drive) -> None:
    """Refused with the unmet condition."""
    drive.apply()
    decide(drive, answers.REFUSE)
    drive.until_state("REFUSED")
    drive.finish()


def corrected(drive: Drive) -> None:
    """Two defects, one notice, corrected once, then granted."""
    drive.apply()
    drive.work("reviewer", "examine_materials", answers.DEFECTIVE)
    drive.until_state("CORRECTION")
    drive.correct()
    decide(drive, answers.GRANT)
    drive.until_state("ASSIGNED")
    drive.finish()


def never_corrected(drive: Drive, later: Callable[[], None]) -> None:
    """Nobody corrects; `later` lets the period run out."""
    drive.apply()
    drive.work("reviewer", "examine_materials", answers.DEFECTIVE)
    drive.open_correction()
    later()
    drive.until_state("WITHDRAWN_DEEMED")
    drive.finish()


def conflicted(drive: Drive) -> None:
    """The first member has a conflict; the next one takes the case."""
    drive.apply()
    decide(drive, answers.GRANT)
    drive.work(assigned_member(drive), "respond_to_assignment", answers.CONFLICT)
    drive.work(assigned_member(drive, times=2), "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")
    drive.finish()


def decide(drive: Drive, proposal: dict[str, Any]) -> None:
    """Examine, propose, approve: three acts of two persons."""
    drive.work("reviewer", "examine_materials", answers.EXAMINED)
    drive.work("reviewer", "propose_decision", proposal)
    drive.work("approver", "approve_decision", answers.APPROVE)


def assigned_member(drive: Drive, times: int = 1) -> str:
    """The login of the member assigned, once as many assignments came."""
    drive.assigned(times)
    return drive.handler()


def handle(drive: Drive) -> None:
    """Agreement, first meeting, progress until complete."""
    me = drive.handler()
    contact(drive)
    report(drive, me, "pleading_files", answers.progress)
    report(drive, me, "decision_files", answers.completion)


def contact(drive: Drive) -> None:
    """Agreement and first meeting."""
    me, today = drive.handler(), drive.today
    drive.work(me, "sign_agreement", lambda key: answers.agreement(today, drive.upload(me, key, "files")))
    drive.work(me, "hold_first_meeting", answers.meeting(today))


def report(
    drive: Drive,
    me: str,
    field: str,
    entry: Callable[[date, list[str]], dict[str, Any]],
    element: str = "report_progress",
) -> None:
    """An entry of the log, with its file."""
    drive.work(me, element, lambda key: entry(drive.today, drive.upload(me, key, field)))


def hand_in(drive: Drive, element: str = "submit_closing_file") -> None:
    """The closing file, handed in or corrected."""
    me = drive.handler()

    def file(key: str) -> dict[str, Any]:
        report = drive.upload(me, key, "closing_report")
        return answers.closing_file(report, drive.upload(me, key, "case_file"))

    drive.work(me, element, file)


def close(drive: Drive) -> None:
    """Closing file, review, assessment, rating, archive."""
    hand_in(drive)
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.work("assessor", "assess_quality", answers.SHEET)
    drive.rate()
    drive.until("evaluation.case_archived")
    drive.until_state("ARCHIVED")
    drive.finish()
