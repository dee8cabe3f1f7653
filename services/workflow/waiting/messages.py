"""Messages: to the one who waits, else to the process they start, else kept for a while."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.cases import state_of_case
from services.workflow.engine import NotWaiting
from services.workflow.instances import start_by_message
from services.workflow.models import Instance, PublishedMessage, StartMessage, Subscription
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import ImpossibleState, MessageKnown, NobodyWaits
from services.workflow.stepping import resume
from services.workflow.stepping.buffered import deliver
from shared.clock import SystemClock
from shared.contracts.case_states import CASE_STATES, may_follow
from shared.contracts.workflow import CorrelateMessage, MessageCorrelated, MessageRefused, PublishMessage
from shared.errors import described
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

log = logging.getLogger(__name__)


def publish_message(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any], *,
    message_id: str | None = None, seconds_to_live: float = 0, case_id: UUID | None = None,
) -> PublishedMessage:  # fmt: skip
    """Publish a message: one catcher at most. Raises MessageKnown for an id whose message still lives, and
    ImpossibleState when its catcher would lead the case where it cannot go.
    """
    message = _kept(work, name, correlation_key, variables, message_id, seconds_to_live, case_id)
    correlate(work, message)
    return message


def correlate_at_once(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any],
    case_id: UUID | None = None,
) -> PublishedMessage:  # fmt: skip
    """Publish a message that is not kept: `caught_by` is the instance that took it. Raises NobodyWaits."""
    message = _kept(work, name, correlation_key, variables, None, 0, case_id)
    if not correlate(work, message):
        raise NobodyWaits
    return message


def accept_message(command: PublishMessage, work: UnitOfWork) -> None:
    """What a stage service tells a process; the same message id a second time changes nothing.

    One that would lead the case where it cannot go is kept like one that nobody waits for.
    """
    if _known(work.session, command.name, command.correlation_key, command.message_id):
        return
    message = _kept(
        work, command.name, command.correlation_key, command.variables, command.message_id,
        command.seconds_to_live, command.case_id,
    )  # fmt: skip
    try:
        with work.session.begin_nested():
            correlate(work, message)
    except ImpossibleState as error:
        _put_off(work.session, message, error)


def correlate_message(command: CorrelateMessage, work: UnitOfWork) -> None:
    """One process of a case tells another: delivered in this transaction, or refused without a trace."""
    if command.leading_to is not None and command.leading_to not in CASE_STATES:
        raise ValueError(f"there is no case state {command.leading_to}")
    try:
        with work.session.begin_nested():
            message = _kept(
                work, command.name, command.correlation_key, command.variables, None, 0, command.case_id
            )
            if not correlate(work, message, command.leading_to):
                raise NobodyWaits
    except (ImpossibleState, NobodyWaits) as refused:
        log.info("message %s of case %s is refused: %s", command.name, command.case_id, refused.title)
        work.emit(MessageRefused(case_id=command.case_id))
    else:
        work.emit(MessageCorrelated(case_id=command.case_id))


def correlate(work: UnitOfWork, message: PublishedMessage, leading_to: str | None = None) -> bool:
    """Hand the message to the oldest waiting subscription, or start a process with it.

    What only a suspended instance waits for is kept until it goes on again.
    Raises ImpossibleState when the case cannot go to `leading_to`, or to where the catcher leads it.
    """
    caught = _catch(work, message, leading_to)
    return _start(work, message, leading_to) if caught is None else caught


def messages_waiting(session: Session, now: datetime) -> bool:
    """Whether a kept message has found a catcher, or may start a process now that an earlier one is over."""
    return _deliverable(session) is not None


def match_message(work: UnitOfWork) -> bool:
    """Deliver one kept message to a subscription that waits for it, or to the process that it starts."""
    key = _deliverable(work.session)
    message = work.session.get(PublishedMessage, key, with_for_update=True) if key is not None else None
    if message is None or message.caught_by is not None:
        return False
    try:
        with work.session.begin_nested():
            if not correlate(work, message):
                raise NobodyWaits
    except Exception as error:  # one broken instance must not hold up the messages of the others
        _put_off(work.session, message, error)
    return True


def messages_expired(session: Session, now: datetime) -> bool:
    """Whether a message outlived its time."""
    return session.scalar(_expired(SystemClock().now()).limit(1)) is not None


def drop_expired_messages(work: UnitOfWork) -> bool:
    """Forget messages whose time is over; whether there were some."""
    keys = _expired(SystemClock().now()).limit(500)
    dropped = work.session.execute(sa.delete(PublishedMessage).where(PublishedMessage.key.in_(keys)))
    return bool(dropped.rowcount)  # type: ignore[attr-defined]


def awaited_by(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether an instance of this kind waits for the message at hand."""
    return sa.exists().where(
        Subscription.message == PublishedMessage.name,
        Subscription.correlation_key == PublishedMessage.correlation_key,
        Instance.key == Subscription.instance_key, which,
    )  # fmt: skip


def _kept(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any],
    message_id: str | None, seconds_to_live: float, case_id: UUID | None,
) -> PublishedMessage:  # fmt: skip
    now, machine = work.clock.now(), SystemClock().now()
    values = {
        "key": work.ids.key(now), "name": name, "correlation_key": correlation_key, "message_id": message_id,
        "case_id": case_id, "variables": dict(variables), "published_at": now, "caught_by": None,
        "attempts": 0, "expires_at": machine + timedelta(seconds=seconds_to_live), "next_at": machine,
    }  # fmt: skip
    if message_id is not None:  # the id is free again from the moment its message is over
        over = PublishedMessage.key.in_(_expired(machine))
        work.session.execute(
            sa.delete(PublishedMessage).where(_same(name, correlation_key, message_id), over)
        )
    if not insert_new(work.session, cast("sa.Table", PublishedMessage.__table__), values):
        raise MessageKnown
    return work.session.get_one(PublishedMessage, values["key"])


def _put_off(session: Session, message: PublishedMessage, error: Exception) -> None:
    session.refresh(message)
    message.attempts += 1
    message.next_at = SystemClock().now() + rules.wait_before_retry(message.attempts)
    log.error("message %s cannot be delivered: %s", message.key, described(error))


def _catch(work: UnitOfWork, message: PublishedMessage, leading_to: str | None) -> bool | None:
    """Whether the message was caught; None when nobody waits for it, not even a suspended instance."""
    suspended = False
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
        if instance.suspended_at is not None:
            suspended = True
            continue
        _refuse_impossible(work.session, message.case_id, leading_to)
        step = resume(work, instance.key)
        try:
            deliver(step, still.key, message)
        except NotWaiting:  # it has caught one already and is stuck with it: nothing was done
            continue
        step.settle()
        return True
    return False if suspended else None


def _start(work: UnitOfWork, message: PublishedMessage, leading_to: str | None) -> bool:
    starts = sa.select(StartMessage).where(StartMessage.name == message.name)
    for start in work.session.scalars(starts.order_by(StartMessage.process_id)):
        _refuse_impossible(work.session, message.case_id, leading_to)
        instance = start_by_message(work, start, message)
        if instance is not None:
            message.caught_by, message.variables = instance.key, {}
            return True
    return False


def _refuse_impossible(session: Session, case_id: UUID | None, leading_to: str | None) -> None:
    if leading_to is not None and case_id is not None:
        before = state_of_case(session, case_id)
        if not may_follow(before, leading_to):
            raise ImpossibleState(before=before, after=leading_to)


def _known(session: Session, name: str, correlation_key: str, message_id: str) -> bool:
    alive = PublishedMessage.expires_at > SystemClock().now()
    known = sa.select(PublishedMessage.key).where(_same(name, correlation_key, message_id), alive)
    return session.scalar(known) is not None


def _same(name: str, correlation_key: str, message_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        PublishedMessage.name == name, PublishedMessage.correlation_key == correlation_key,
        PublishedMessage.message_id == message_id,
    )  # fmt: skip


def _deliverable(session: Session) -> int | None:
    machine = SystemClock().now()
    waiting = (
        PublishedMessage.caught_by.is_(None), PublishedMessage.expires_at > machine,
        PublishedMessage.next_at <= machine,
    )  # fmt: skip
    awaited = awaited_by(Instance.suspended_at.is_(None))
    held = awaited_by(Instance.suspended_at.is_not(None))
    running = sa.exists().where(
        Instance.start_key == StartMessage.process_id + ":" + PublishedMessage.correlation_key
    )
    starting = sa.exists().where(StartMessage.name == PublishedMessage.name, ~running)
    found = sa.select(PublishedMessage.key).where(*waiting, awaited | (starting & ~held))
    return session.scalar(found.order_by(PublishedMessage.key).limit(1))


def _expired(machine: datetime) -> sa.Select[tuple[int]]:
    held = awaited_by(Instance.suspended_at.is_not(None)) & PublishedMessage.caught_by.is_(None)
    return sa.select(PublishedMessage.key).where(PublishedMessage.expires_at <= machine, ~held)
