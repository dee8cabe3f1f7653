"""What people are told about their account, beside any case: in the mailbox and as a text message."""

from __future__ import annotations

import sqlalchemy as sa

from services.notify import texts
from services.notify.delivering import begin
from services.notify.models import Contact, Letter, Notice
from services.notify.recipients import Recipient, holders
from services.notify.rules import STAFF
from shared.contracts.notify import TellPerson
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork

CHANNELS = "default"


def tell_person(command: TellPerson, work: UnitOfWork) -> None:
    """Tell each person named and each holder of the roles, once; NotYet for somebody not announced yet."""
    facts = {"about": command.about, "telephone": work.policy.get("intake.complaint_telephone")}
    notice = Notice(
        id=work.ids.uuid(), case_id=None, template=command.template, channels=CHANNELS,
        created_at=work.clock.now(), delivered_at=None,
    )  # fmt: skip
    work.session.add(notice)
    for recipient in _recipients(command, work):
        text = texts.render(command.template, {**facts, "name": recipient.name}, texts.ACCOUNT_NOTICES)
        letter = Letter(
            id=work.ids.uuid(), notice_id=notice.id, case_id=None, recipient_id=recipient.person_id,
            **vars(text),
        )  # fmt: skip
        work.session.add(letter)
        for channel in recipient.channels:
            begin(notice, letter, recipient, channel, work)


def _recipients(command: TellPerson, work: UnitOfWork) -> list[Recipient]:
    held = holders(command.roles, command.organisation, work)
    wanted = list(dict.fromkeys([*command.recipients, *held]))
    known = {
        c.person_id: c for c in work.session.scalars(sa.select(Contact).where(Contact.person_id.in_(wanted)))
    }
    if len(known) < len(wanted):
        raise NotYet("a person has not been announced")
    channels = tuple(work.policy.get(f"notice.channels.{CHANNELS}"))
    return [
        Recipient(
            person_id=i, name=known[i].name, phone=known[i].phone, active=known[i].active, reader=STAFF,
            channels=channels,
        )
        for i in wanted
    ]  # fmt: skip
