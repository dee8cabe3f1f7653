"""What notify does when told, and whom it listens to."""

from __future__ import annotations

import shared.contracts  # noqa: F401  (every public event must be known before the table below is made)
from services.notify.accounts import tell_person
from services.notify.contacts import keep_case, keep_handler, keep_offer, keep_person, seal_case
from services.notify.feed import store_event
from services.notify.sending import send_notice
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.evaluation import CaseArchived
from shared.contracts.identity import PersonChanged
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.notify import SendNotice, TellPerson
from shared.messaging.contract import Event, message_classes
from shared.messaging.work import UnitOfWork
from shared.service import Handler


def accept_case(event: CaseAccepted, work: UnitOfWork) -> None:
    """Store the event, and remember the handler."""
    keep_handler(event, work)
    store_event(event, work)


def archive_case(event: CaseArchived, work: UnitOfWork) -> None:
    """Store the event, and close the case for writing."""
    seal_case(event, work)
    store_event(event, work)


HANDLERS: dict[type, Handler] = {
    **dict.fromkeys(message_classes(Event), store_event),
    CaseAccepted: accept_case,
    CaseArchived: archive_case,
    TurnTaken: keep_offer,
    PersonChanged: keep_person,
    ApplicationRegistered: keep_case,
    SendNotice: send_notice,
    TellPerson: tell_person,
}
