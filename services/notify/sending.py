"""A notice: one text per recipient, one delivery per recipient and channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.notify import rules, texts
from services.notify.contacts import case_of
from services.notify.delivering import begin
from services.notify.models import Case, Letter, Notice
from services.notify.recipients import Recipient, handler_facts, recipients_of
from shared.contracts.notify import NoticeSent, SendNotice
from shared.messaging.work import UnitOfWork


def send_notice(command: SendNotice, work: UnitOfWork) -> None:
    """Tell each recipient over every channel that the policy names, in the step that asks for it.

    The answer's `delivered_at` is the first success, or null: then no period starts (S0-7.4.2d2).
    """
    case = case_of(command.case_id, work)
    channels = work.policy.get(f"notice.channels.{command.channels}")
    recipients = recipients_of(command, case, channels, work)
    facts = _facts(command, case, work)
    notice = Notice(
        id=work.ids.uuid(), case_id=case.case_id, template=command.template, channels=command.channels,
        created_at=work.clock.now(), delivered_at=None,
    )  # fmt: skip
    work.session.add(notice)
    for recipient in recipients:
        letter = _letter(notice, recipient, facts, work)
        for channel in recipient.channels:
            begin(notice, letter, recipient, channel, work)
    work.emit(NoticeSent(case_id=case.case_id, notice_id=notice.id, delivered_at=notice.delivered_at))


def _letter(notice: Notice, recipient: Recipient, facts: Mapping[str, Any], work: UnitOfWork) -> Letter:
    text = texts.render(notice.template, {**facts, "name": recipient.name, "to": recipient.reader})
    if recipient.passes_on:
        text = texts.passed_on(text, f"/intake/cases/{notice.case_id}")
    letter = Letter(
        id=work.ids.uuid(), notice_id=notice.id, case_id=notice.case_id, recipient_id=recipient.person_id,
        title=text.title, body=text.body, short=text.short, link=text.link, link_text=text.link_text,
    )  # fmt: skip
    work.session.add(letter)
    return letter


def _facts(command: SendNotice, case: Case, work: UnitOfWork) -> dict[str, Any]:
    """What every text may name; what this notice lacks is left out, so that naming it is an error."""
    agencies = {a["path"]: a["name"] for a in work.policy.get("intake.agencies")}
    facts: dict[str, Any] = {
        "number": case.number, "case_id": case.case_id, "about": command.about,
        "agency": agencies.get(case.agency, "法律援助机构"),
        "telephone": work.policy.get("intake.complaint_telephone"),
    }  # fmt: skip
    if command.about.get("handler_id"):
        facts["handler"] = handler_facts(UUID(command.about["handler_id"]), work)
    if command.about.get("due"):
        facts["due"] = rules.moment_or_day(command.about["due"])
    elif "working_days" in command.about:
        days = int(command.about["working_days"])
        facts["due"] = work.calendar.after_working_days(work.clock.now(), days)
    return facts | _facts_of_submissions(command, work)


def _facts_of_submissions(command: SendNotice, work: UnitOfWork) -> dict[str, Any]:
    if not command.submissions:
        return {}
    answers = max(command.submissions, key=lambda s: (s.at, s.id)).answers
    materials = {m["code"]: m["label"] for m in work.policy.get("intake.materials")}
    grounds = {g["code"]: g["label"] for g in work.policy.get("review.refusal_grounds")}
    return {
        "answers": answers, "defects": rules.defects_in(answers, materials),
        "grounds": rules.refusal_grounds(answers, grounds),
    }  # fmt: skip
