"""Pages of the staff: phone calls to make and their results, and the public events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import ValidationError

from services.notify import words
from services.notify.delivering import phone_of, record_result
from services.notify.feed import Wanted, newest_events
from services.notify.queries import full_name, letter_text, task_of, tasks_page
from services.notify.rules import RECORDABLE, RESULTS
from services.notify.schemas import FeedPageSchema, ResultSchema, TasksQuerySchema
from shared.web import current_person, needs, reading, runtime, transaction
from shared.web.access_log import UNMASKED, Looked, Purpose, note_access

blueprint = Blueprint("notify_staff", __name__, url_prefix="/notify")

PER_PAGE = 30
_TO_CALL = Purpose("contact")  # the only thing the page is for


@blueprint.get("/deliveries")
@needs("notify.delivery.read")
def deliveries() -> Any:
    """The calls to make, or the text messages without a receipt, the longest due first."""
    query = TasksQuerySchema().load(request.args.to_dict())
    with reading() as session:
        tasks, following = tasks_page(session, current_person(), query["channel"], query["after"], PER_PAGE)
        return render_template(
            "notify/deliveries.html", tasks=tasks, following=following, channel=query["channel"],
            now=runtime().clock.now(), words=words,
        )  # fmt: skip


@blueprint.get("/deliveries/<uuid:delivery_id>")
@needs("notify.delivery.read")
def delivery(delivery_id: UUID) -> Any:
    """One delivery, its recipient masked, with the form for its result."""
    return _delivery_page(delivery_id, {}, {})


@blueprint.post("/deliveries/<uuid:delivery_id>/disclosure")
@needs("notify.delivery.unmask")
def disclose(delivery_id: UUID) -> Any:
    """The same with name, number and text in full, to make the call; who looked stays on record."""
    with transaction() as work:
        task = task_of(work.session, delivery_id, current_person(), "notify.delivery.unmask")
        case = task.case
        looked = Looked(
            what="notify.delivery", record_id=delivery_id, organisation=case.agency, case_id=case.case_id,
            case_number=case.number, fields=("name", "phone", "body"),
        )  # fmt: skip
        note_access(work, UNMASKED, looked, _TO_CALL)
    return _delivery_page(delivery_id, {}, {}, full=True)


@blueprint.post("/deliveries/<uuid:delivery_id>/result")
@needs("notify.delivery.record")
def result(delivery_id: UUID) -> Any:
    """Record how the delivery ended, or show the form again with what is missing."""
    person, typed = current_person(), {n: request.form[n] for n in ("result", "remark") if n in request.form}
    try:
        with transaction() as work:
            task = task_of(work.session, delivery_id, person, "notify.delivery.record", lock=True)
            answer = ResultSchema(task.delivery.channel).load(typed)
            record_result(task.delivery, answer["result"], answer["remark"], person.id, work)
            channel = task.delivery.channel
    except ValidationError as error:
        return _delivery_page(delivery_id, typed, error.normalized_messages()), 422
    return redirect(f"/notify/deliveries?channel={channel}", 303)


@blueprint.get("/events")
@needs("notify.event.read")
def events() -> Any:
    """The public events, the newest first."""
    query = FeedPageSchema().load(request.args.to_dict())
    wanted = Wanted(type=query["type"], subject=query["subject"], limit=PER_PAGE)
    with reading() as session:
        found = newest_events(session, wanted, query["before"])
        following = found[-1].position if len(found) == PER_PAGE else None
        return render_template(
            "notify/events.html", events=found, following=following, wanted=wanted, words=words
        )


def _delivery_page(
    delivery_id: UUID, typed: dict[str, str], errors: dict[str, list[str]], *, full: bool = False
) -> str:
    with reading() as session:
        task = task_of(session, delivery_id, current_person(), "notify.delivery.read")
        spoken = None
        if full:
            name = full_name(session, task.case, task.delivery.recipient_id)
            phone, letter = phone_of(session, task.delivery), letter_text(session, task.delivery)
            spoken = {"name": name, "phone": phone, "body": letter.body}
        return render_template(
            "notify/delivery.html", task=task, spoken=spoken, typed=typed, errors=errors, words=words,
            results=list(RESULTS[task.delivery.channel]), recordable=RECORDABLE[task.delivery.channel],
        )  # fmt: skip
