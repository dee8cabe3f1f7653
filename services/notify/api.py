"""Notify as JSON: one's own messages, the deliveries of a case, clerks' results, the event feed."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request

from services.notify import mailbox
from services.notify.delivering import record_result
from services.notify.feed import Wanted, events_after
from services.notify.queries import record_of, task_of, tasks_page
from services.notify.schemas import (
    FeedQuerySchema,
    LetterSchema,
    MailboxQuerySchema,
    ResultSchema,
    TaskSchema,
    TasksQuerySchema,
    ToldSchema,
)
from shared.errors import Malformed
from shared.web import current_person, needs, reading, runtime, transaction

blueprint = Blueprint("notify_api", __name__, url_prefix="/notify/api")

TASKS_PER_PAGE = 50
_LOOK_AGAIN_SECONDS = 0.2
_SEATS = threading.BoundedSemaphore(2)
"""Who waits for events holds a thread of this process: only so many may, the others are answered at once."""


@blueprint.get("/messages/count")
@needs("notify.message.read")
def count_messages() -> Any:
    """How many of one's own messages are unread: {"unread": n}."""
    with reading() as session:
        return jsonify(unread=mailbox.unread_count(session, current_person().id))


@blueprint.get("/messages")
@needs("notify.message.read")
def get_messages() -> Any:
    """One's own messages, unread first: {"messages", "next"}; `next` is the `after` of the next page."""
    query = MailboxQuerySchema().load(request.args.to_dict())
    with reading() as session:
        letters, following = mailbox.letters_page(
            session, current_person().id, query["after"], query["limit"]
        )
        found = LetterSchema(many=True).dump(letters)
    return jsonify(messages=found, next=str(following) if following else None)


@blueprint.post("/messages/<uuid:letter_id>/read")
@needs("notify.message.read")
def post_read(letter_id: UUID) -> Any:
    """Mark one of one's own messages read."""
    with transaction() as work:
        mailbox.mark_read(work, letter_id, current_person().id)
    return "", 204


@blueprint.get("/cases/<uuid:case_id>")
@needs("notify.case.read")
def get_case(case_id: UUID) -> Any:
    """Every delivery of a case, for who may see the case."""
    with reading() as session:
        record = record_of(session, case_id, current_person())
        return jsonify(case_id=str(case_id), deliveries=ToldSchema(many=True).dump(record.told))


@blueprint.get("/deliveries")
@needs("notify.delivery.read")
def get_deliveries() -> Any:
    """What waits for a clerk: {"deliveries", "next"}."""
    query = TasksQuerySchema().load(request.args.to_dict())
    with reading() as session:
        tasks, following = tasks_page(
            session, current_person(), query["channel"], query["after"], TASKS_PER_PAGE
        )
        return jsonify(deliveries=TaskSchema(many=True).dump(tasks), next=following)


@blueprint.post("/deliveries/<uuid:delivery_id>/result")
@needs("notify.delivery.record")
def post_result(delivery_id: UUID) -> Any:
    """Record how a delivery ended: {"result", "remark"}."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed
    person = current_person()
    with transaction() as work:
        task = task_of(work.session, delivery_id, person, "notify.delivery.record", lock=True)
        answer = ResultSchema(task.delivery.channel).load(body)
        record_result(task.delivery, answer["result"], answer["remark"], person.id, work)
    return "", 204


@blueprint.get("/events")
@needs("notify.event.read")
def get_events() -> Any:
    """The feed: {"events": [CloudEvent…], "next": position}; ask again with `after=<next>`.

    `limit`, `type`, `subject` (a case) narrow it; `wait` seconds are waited for the first event.
    """
    query = FeedQuerySchema().load(request.args.to_dict())
    wait = query.pop("wait")
    events, following = _events(Wanted(**query), wait)
    return jsonify(events=events, next=following)


def _events(wanted: Wanted, wait: float) -> tuple[list[dict[str, Any]], int]:
    found = _look(wanted)
    if found[0] or not wait or not _SEATS.acquire(blocking=False):
        return found
    try:
        until = time.monotonic() + wait
        while not found[0] and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN_SECONDS)
            found = _look(wanted)
    finally:
        _SEATS.release()
    return found


def _look(wanted: Wanted) -> tuple[list[dict[str, Any]], int]:
    with reading() as session:
        return events_after(session, wanted, current_person(), runtime().clock.now())
