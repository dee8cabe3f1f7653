"""The letter that tells the authority who handles the case now (S0-7.4.4f-letter)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.dispatch.models import Case, ChangeLetter, ChangeRequest, Contact, Member
from shared.clock import SHANGHAI
from shared.contracts.handler_change import (
    IssueLetter,
    LetterDeliveryRecorded,
    LetterIssued,
    RecordLetterDelivery,
)
from shared.contracts.submission import latest
from shared.messaging.work import UnitOfWork
from shared.service import Handler

IN_APP, PAPER, NONE = "in_app", "paper", "none"
ASK_US = "请向本机构询问"


def issue_letter(command: IssueLetter, work: UnitOfWork) -> None:
    """Write the letter with the names and number of this moment, and say which way it goes."""
    change = work.session.get_one(ChangeRequest, command.change_id)
    case = work.session.get_one(Case, change.case_id, with_for_update=True)
    letter = work.session.get(ChangeLetter, change.id)
    if letter is None and not case.sealed_at:
        letter = _write(case, change, work)
    delivery = letter.delivery if letter else NONE
    work.emit(LetterIssued(case_id=case.case_id, delivery=delivery, organisation=case.authority))


def record_letter_delivery(command: RecordLetterDelivery, work: UnitOfWork) -> None:
    """Keep how and when the letter reached the authority; nothing of a sealed case is changed."""
    letter = work.session.get_one(ChangeLetter, command.change_id, with_for_update=True)
    case = work.session.get_one(Case, letter.case_id)
    if not case.sealed_at and letter.delivered_on is None:
        letter.delivery = command.delivery
        if command.delivery == PAPER:
            submission = latest(command.submissions, "deliver_letter")
            letter.delivered_on = date.fromisoformat(str(submission.answers["delivered_on"]))
            letter.delivered_by = submission.by
            letter.delivery_note = submission.answers.get("note") or None
        else:
            letter.delivered_on = work.clock.now().astimezone(SHANGHAI).date()
    work.emit(LetterDeliveryRecorded(case_id=letter.case_id))


def _write(case: Case, change: ChangeRequest, work: UnitOfWork) -> ChangeLetter:
    names = {a["path"]: a["name"] for a in work.policy.get("intake.authorities")}
    letter = ChangeLetter(
        change_id=change.id, case_id=case.case_id, issued_at=work.clock.now(),
        authority_name=change.authority_name or names.get(case.authority or ""),
        content=_content(case, change, work), delivery=NONE,
    )  # fmt: skip
    letter.delivery = _way(case, letter, bool(work.policy.get("dispatch.paper_letters")))
    work.session.add(letter)
    return letter


def _way(case: Case, letter: ChangeLetter, on_paper: bool) -> str:
    if case.authority:
        return IN_APP
    return PAPER if letter.authority_name and on_paper else NONE


def _content(case: Case, change: ChangeRequest, work: UnitOfWork) -> dict[str, str]:
    new = _member(change.new_handler_id, work)
    contact = work.session.get(Contact, change.new_handler_id)
    return {
        "recipient": case.applicant_name or "",
        "previous": _member(change.handler_id, work)["name"],
        "handler": new["name"],
        "firm": new["firm_name"],
        "phone": contact.phone if contact and contact.phone else ASK_US,
    }


def _member(member_id: UUID | None, work: UnitOfWork) -> dict[str, Any]:
    return work.session.get_one(Member, member_id).names


HANDLERS: dict[type, Handler] = {
    IssueLetter: issue_letter,
    RecordLetterDelivery: record_letter_delivery,
}
