"""Messages: to the one who waits, else to the process they start, else kept for a while."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.instances import start_by_message
from services.workflow.models import Instance, PublishedMessage, StartMessage, Subscription
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import MessageKnown
from services.workflow.stepping import resume
from services.workflow.stepping.buffered import deliver
from shared.clock import SystemClock
from shared.contracts.workflow import PublishMessage
from shared.errors import described
from shared.messaging.work import UnitOfWork

log = logging.getLogger(__name__)


def publish_message(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any], *,
    message_id: str | None = None, seconds_to_live: int = 0, case_id: UUID | None = None,
) -> PublishedMessage:  # fmt: skip
    """Publish a message: one catcher at most. Raises MessageKnown for an id published before."""
    if message_id is not None and _known(work.session, name, correlation_key, message_id):
        raise MessageKnown
    now, machine = work.clock.now(), SystemClock().now()
    message = PublishedMessage(
        key=work.ids.key(now), name=name, correlation_key=correlation_key, message_id=message_id,
        case_id=case_id, variables=dict(variables), published_at=now, caught_by=None, attempts=0,
        expires_at=machine + timedelta(seconds=seconds_to_live), next_at=machine,
    )  # fmt: skip
    work.session.add(message)
    work.session.flush()
    correlate(work, message)
    return message


def accept_message(command: PublishMessage, work: UnitOfWork) -> None:
    """What a stage service tells a process; the same message id a second time changes nothing."""
    if not _known(work.session, command.name, command.correlation_key, command.message_id):
        publish_message(
            work, command.name, command.correlation_key, command.variables, case_id=command.case_id,
            message_id=command.message_id, seconds_to_live=command.seconds_to_live,
        )  # fmt: skip


def correlate(work: UnitOfWork, message: PublishedMessage) -> bool:
    """Hand the message to the oldest waiting subscription, or start a process with it."""
    return _catch(work, message) or _start(work, message)


def messages_waiting(session: Session, now: datetime) -> bool:
    """Whether a kept message has found a catcher (one that came up while the message was written)."""
    return session.scalar(_matches().limit(1)) is not None


def match_message(work: UnitOfWork) -> bool:
    """Deliver one kept message to a subscription that waits for it."""
    key = work.session.scalar(_matches().limit(1))
    message = work.session.get(PublishedMessage, key, with_for_update=True) if key is not None else None
    if message is None or message.caught_by is not None:
        return False
    try:
        with work.session.begin_nested():
            correlate(work, message)
    except Exception as error:  # one broken instance must not hold up the messages of the others
        work.session.refresh(message)
        message.attempts += 1
        message.next_at = SystemClock().now() + rules.wait_before_retry(message.attempts)
        log.error("message %s cannot be delivered: %s", message.key, described(error))
    return True


def messages_expired(session: Session, now: datetime) -> bool:
    """Whether a message outlived its time."""
    return session.scalar(_expired(SystemClock().now()).limit(1)) is not None


def drop_expired_messages(work: UnitOfWork) -> bool:
    """Forget messages whose time is over; whether there were some."""
    keys = _expired(SystemClock().now()).limit(500)
    dropped = work.session.execute(sa.delete(PublishedMessage).where(PublishedMessage.key.in_(keys)))
    return bool(dropped.rowcount)  # type: ignore[attr-defined]


def _catch(work: UnitOfWork, message: PublishedMessage) -> bool:
    matching = (
        Subscription.message == message.name, Subscription.correlation_key == message.correlation_key,
    )  # fmt: skip
    for found in work.session.scalars(
        sa.select(Subscription).where(*matching).order_by(Subscription.key)
    ).all():
        instance = work.session.get(
            Instance, found.instance_key, with_for_update=True, populate_existing=True
        )
        still = work.session.get(Subscription, found.key, populate_existing=True)
        if instance is None or instance.status != ACTIVE or still is None:
            continue
        step = resume(work, instance.key)
        deliver(step, still.key, message)
        step.settle()
        return True
    return False


def _start(work: UnitOfWork, message: PublishedMessage) -> bool:
    starts = sa.select(StartMessage).where(StartMessage.name == message.name)
    for start in work.session.scalars(starts.order_by(StartMessage.process_id)):
        instance = start_by_message(work, start, message)
        if instance is not None:
            message.caught_by, message.variables = instance.key, {}
            return True
    return False


def _known(session: Session, name: str, correlation_key: str, message_id: str) -> bool:
    same = {"name": name, "correlation_key": correlation_key, "message_id": message_id}
    return session.scalar(sa.select(PublishedMessage.key).filter_by(**same)) is not None


def _matches() -> sa.Select[tuple[int]]:
    machine = SystemClock().now()
    matching = (Subscription.message == PublishedMessage.name) & (
        Subscription.correlation_key == PublishedMessage.correlation_key
    )
    waiting = (
        PublishedMessage.caught_by.is_(None), PublishedMessage.expires_at > machine,
        PublishedMessage.next_at <= machine,
    )  # fmt: skip
    return (
        sa.select(PublishedMessage.key)
        .join(Subscription, matching)
        .where(*waiting)
        .order_by(PublishedMessage.key)
    )


def _expired(machine: datetime) -> sa.Select[tuple[int]]:
    return sa.select(PublishedMessage.key).where(PublishedMessage.expires_at < machine)
