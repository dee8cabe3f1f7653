"""Messages: to the one who waits, else to the process they start, else kept for a while."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.cases import state_of_case
from services.workflow.engine import NotWaiting
from services.workflow.instances import start_by_message
from services.workflow.models import Instance, PublishedMessage, StartMessage, Subscription
from services.workflow.models.instances import ACTIVE
from services.workflow.problems import ImpossibleState, NobodyWaits
from services.workflow.stepping import resume
from services.workflow.stepping.buffered import deliver
from services.workflow.waiting.kept import deliverable, keep, known
from shared.clock import SystemClock
from shared.contracts.case_states import CASE_STATES, may_follow
from shared.contracts.workflow import CorrelateMessage, MessageCorrelated, MessageRefused, PublishMessage
from shared.errors import described
from shared.messaging.work import UnitOfWork

log = logging.getLogger(__name__)


def publish_message(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any], *,
    message_id: str | None = None, seconds_to_live: float = 0, case_id: UUID | None = None,
    places: Sequence[str] | None = None,
) -> PublishedMessage:  # fmt: skip
    """Publish a message: one catcher at most, at one of the `places` or below where these are given. Raises
    MessageKnown for an id whose message still lives, and ImpossibleState when its catcher would lead the case
    where it cannot go.
    """
    message = keep(work, name, correlation_key, variables, message_id, seconds_to_live, case_id, places)
    correlate(work, message)
    return message


def correlate_at_once(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any],
    case_id: UUID | None = None, places: Sequence[str] | None = None,
) -> PublishedMessage:  # fmt: skip
    """Publish a message that is not kept: `caught_by` is the instance that took it. Raises NobodyWaits."""
    message = keep(work, name, correlation_key, variables, None, 0, case_id, places)
    if not correlate(work, message):
        raise NobodyWaits
    return message


def accept_message(command: PublishMessage, work: UnitOfWork) -> None:
    """What a stage service tells a process; the same message id a second time changes nothing.

    One that would lead the case where it cannot go is kept like one that nobody waits for.
    """
    if known(work.session, command.name, command.correlation_key, command.message_id):
        return
    message = keep(
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
            message = keep(
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
    return deliverable(session) is not None


def match_message(work: UnitOfWork) -> bool:
    """Deliver one kept message to a subscription that waits for it, or to the process that it starts."""
    key = deliverable(work.session)
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
        if not rules.reaches(message.places, instance.org_path):
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
