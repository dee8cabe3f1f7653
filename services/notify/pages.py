"""Everyone's pages: one's own messages, and notify's part of the case page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request

from services.notify import mailbox, words
from services.notify.queries import record_of
from services.notify.schemas import MailboxQuerySchema
from shared.web import current_person, needs, open_to_all, person_or_none, reading, transaction

blueprint = Blueprint("notify_pages", __name__, url_prefix="/notify")


@blueprint.get("/messages")
@needs("notify.message.read")
def messages() -> Any:
    """One's own messages, the unread first."""
    query = MailboxQuerySchema().load(request.args.to_dict())
    person = current_person()
    with reading() as session:
        letters, following = mailbox.letters_page(session, person.id, query["after"], query["limit"])
        unread = mailbox.unread_count(session, person.id)
        return render_template(
            "notify/messages.html",
            letters=letters,
            following=following,
            unread=unread,
            first=not query["after"],
        )


@blueprint.get("/messages/count")
@open_to_all("a part of every page's head; the public has no messages and gets nothing")
def count() -> Any:
    """The words of the link to the messages when some are unread, otherwise nothing (204)."""
    person = person_or_none()
    if person is None:
        return "", 204
    with reading() as session:
        unread = mailbox.unread_count(session, person.id)
    return render_template("notify/count.html", unread=unread) if unread else ("", 204)


@blueprint.get("/messages/<uuid:letter_id>")
@needs("notify.message.read")
def message(letter_id: UUID) -> Any:
    """One message in full, fit for the printer; reading it changes nothing."""
    with reading() as session:
        letter, case = mailbox.letter_of(session, letter_id, current_person().id)
        return render_template("notify/message.html", letter=letter, case=case)


@blueprint.post("/messages/<uuid:letter_id>/read")
@needs("notify.message.read")
def read(letter_id: UUID) -> Any:
    """Mark one message read."""
    with transaction() as work:
        mailbox.mark_read(work, letter_id, current_person().id)
    return redirect("/notify/messages", 303)


@blueprint.post("/messages/read")
@needs("notify.message.read")
def read_all() -> Any:
    """Mark all messages read."""
    with transaction() as work:
        mailbox.mark_all_read(work, current_person().id)
    return redirect("/notify/messages", 303)


@blueprint.get("/cases/<uuid:case_id>/panel")
@needs("notify.case.read")
def panel(case_id: UUID) -> Any:
    """What was told in a case: notify's part of the case page."""
    return _case("notify/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@needs("notify.case.read")
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _case("notify/page.html", case_id)


def _case(template: str, case_id: UUID) -> str:
    with reading() as session:
        record = record_of(session, case_id, current_person())
        return render_template(template, record=record, words=words)
