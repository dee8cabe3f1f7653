"""A delivery from its beginning to its result, and the next attempt after a failure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notify import rules
from services.notify.channels import CHANNELS, Gateway, GatewayDown, Outcome, Parcel
from services.notify.models import Case, Contact, Delivery, Letter, Notice
from services.notify.recipients import Recipient
from shared.errors import Rejected, Sealed
from shared.messaging.work import UnitOfWork
from shared.service import DueWork


class AlreadyRecorded(Rejected):
    """How this delivery ended is on record."""

    zh = "这次通知的结果已经登记，请刷新页面。"


def begin(notice: Notice, letter: Letter, recipient: Recipient, channel: str, work: UnitOfWork) -> None:
    """The first attempt over one channel; what can be delivered at once is."""
    delivery = Delivery(
        id=work.ids.uuid(), letter_id=letter.id, notice_id=notice.id, case_id=notice.case_id,
        recipient_id=recipient.person_id, channel=channel, attempt=1, state=rules.WAITING,
        created_at=work.clock.now(), due_at=work.clock.now(),
    )  # fmt: skip
    work.session.add(delivery)
    parcel = Parcel(key=delivery.id, phone=recipient.phone, active=recipient.active, text=letter.short)
    outcome = CHANNELS[channel].begin(parcel)
    if outcome.state == rules.WAITING and channel in rules.BY_CLERKS and _is_sealed(notice, work):
        outcome = Outcome(rules.FAILED, "case_archived")  # a clerk can record nothing any more
    _settle(delivery, notice, outcome, work)
    if channel == rules.IN_APP and delivery.state == rules.DELIVERED:
        letter.shown_at = work.clock.now()


def record_result(delivery: Delivery, result: str, remark: str | None, by: UUID, work: UnitOfWork) -> None:
    """Keep what a clerk says of a call they made or a message they asked about.

    `result` is one of `rules.RESULTS` for the channel. Raises Sealed for an archived case,
    AlreadyRecorded when the delivery waits for nobody.
    """
    case = work.session.get_one(Case, delivery.case_id)
    if case.sealed_at:
        raise Sealed
    if delivery.state != rules.RECORDABLE.get(delivery.channel):
        raise AlreadyRecorded
    notice = work.session.get_one(Notice, delivery.notice_id, with_for_update=True)
    delivery.recorded_by, delivery.remark = by, remark
    _settle(delivery, notice, Outcome(rules.RESULTS[delivery.channel][result], result), work)


def texting(gateway: Gateway) -> DueWork:
    """The clock that hands text messages to the gateway, first attempts and later ones alike."""

    def act(work: UnitOfWork) -> bool:
        query = _due_texts(work.clock.now()).order_by(Delivery.due_at, Delivery.id).limit(1)
        delivery = work.session.scalar(query.with_for_update(skip_locked=True))
        if delivery is None:
            return False
        notice = work.session.get_one(Notice, delivery.notice_id, with_for_update=True)
        _settle(delivery, notice, _handed_over(delivery, gateway, work), work)
        return True

    return DueWork(waits=_texts_wait, act=act)


def phone_of(session: Session, delivery: Delivery) -> str | None:
    """The number at which the recipient is reached now, in this case or about their account."""
    case = session.get_one(Case, delivery.case_id) if delivery.case_id else None
    contact = session.get(Contact, delivery.recipient_id)
    given = case.applicant["phone"] if case and delivery.recipient_id == case.applicant_id else None
    return given or (contact.phone if contact else None)


def _is_sealed(notice: Notice, work: UnitOfWork) -> bool:
    return notice.case_id is not None and work.session.get_one(Case, notice.case_id).sealed_at is not None


def _handed_over(delivery: Delivery, gateway: Gateway, work: UnitOfWork) -> Outcome:
    letter = work.session.get_one(Letter, delivery.letter_id)
    phone = phone_of(work.session, delivery)
    parcel = Parcel(key=delivery.id, phone=phone, active=True, text=letter.short)
    possible = CHANNELS[delivery.channel].begin(parcel)
    if possible.state != rules.WAITING or phone is None:
        return possible
    try:
        return gateway.send(delivery.id, phone, letter.short)
    except GatewayDown:
        return Outcome(rules.FAILED, "gateway_down")


def _settle(delivery: Delivery, notice: Notice, outcome: Outcome, work: UnitOfWork) -> None:
    """Write the outcome down; a failure that may pass gets one more attempt."""
    now = work.clock.now()
    delivery.state, delivery.result = outcome.state, outcome.result
    delivery.ended_at = None if outcome.state == rules.WAITING else now
    if outcome.state == rules.DELIVERED:
        notice.delivered_at = notice.delivered_at or now
    if outcome.state == rules.FAILED:
        _try_again(delivery, outcome.result or "", now, work)


def _try_again(delivery: Delivery, result: str, now: datetime, work: UnitOfWork) -> None:
    pauses = work.policy.get("notice.retry_minutes")
    due = rules.next_attempt_at(result, delivery.attempt, pauses, now)
    if due is None:
        return
    number = delivery.attempt + 1
    work.session.add(
        Delivery(
            id=uuid5(delivery.id, f"attempt {number}"), letter_id=delivery.letter_id,
            notice_id=delivery.notice_id, case_id=delivery.case_id, recipient_id=delivery.recipient_id,
            channel=delivery.channel, attempt=number, state=rules.WAITING, created_at=now, due_at=due,
        )
    )  # fmt: skip


def _due_texts(now: datetime) -> sa.Select[tuple[Delivery]]:
    return sa.select(Delivery).where(
        Delivery.channel == rules.SMS, Delivery.state == rules.WAITING, Delivery.due_at <= now
    )


def _texts_wait(session: Session, now: datetime) -> bool:
    return session.scalar(sa.select(_due_texts(now).exists())) is True
