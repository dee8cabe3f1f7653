"""Signals on their way: each reaches one catcher, or starts one process, in a transaction of its own.

A delivery is deleted in the transaction that acts on it, so that a crash neither loses nor doubles one.
Who stopped waiting in the meantime is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.workflow import rules
from services.workflow.cases import refuse_archived
from services.workflow.instances import ORGANISATION
from services.workflow.models import Instance, ModelVersion, SignalDelivery, SignalSubscription, StartSignal
from services.workflow.programs import pinned
from services.workflow.stepping import Step, begin, locked, resume
from services.workflow.stepping.incident import SIGNAL_ERROR, raise_incident
from services.workflow.stepping.sending_out import send_out
from shared.clock import SystemClock
from shared.errors import Sealed, described
from shared.messaging.work import UnitOfWork

log = logging.getLogger(__name__)
ATTEMPTS = 5


def broadcast(
    work: UnitOfWork, name: str, variables: Mapping[str, Any], reached: sa.ColumnElement[bool]
) -> int:
    """Throw a signal from outside, to the instances that `reached` says; its key."""
    now = work.clock.now()
    key = work.ids.key(now)
    send_out(work.session, key, name, variables, now, reached=reached)
    return key


def signals_due(session: Session, now: datetime) -> bool:
    """Whether a signal is to be delivered."""
    return session.scalar(_due().with_only_columns(SignalDelivery.signal_key).limit(1)) is not None


def deliver_signal(work: UnitOfWork) -> bool:
    """Deliver one signal to one of those who waited for it; whether there was one."""
    found = work.session.scalars(_due().limit(1).with_for_update(of=SignalDelivery, skip_locked=True)).first()
    if found is None:
        return False
    of_this = (found.signal_key, found.line, found.process_id)
    try:
        with work.session.begin_nested():
            _deliver(work, found)
            work.session.execute(_where(sa.delete(SignalDelivery), of_this))
    except Exception as error:  # one broken instance must not hold up the signals of the others
        _put_off(work, of_this, described(error))
    return True


def _deliver(work: UnitOfWork, delivery: SignalDelivery) -> None:
    if delivery.process_id:
        _start(work, delivery)
        return
    of_line = sa.select(SignalSubscription).where(SignalSubscription.line == delivery.line)
    waiting = work.session.scalar(of_line)
    if waiting is None:
        return
    locked(work.session, waiting.instance_key)
    still = work.session.scalar(of_line.execution_options(populate_existing=True))
    if still is None:
        return
    step = resume(work, still.instance_key)
    step.past("signal_caught", name=delivery.name, signal=str(delivery.signal_key), key=str(still.key))
    step.execution.fire(still.key, delivery.variables)
    step.settle()


def _start(work: UnitOfWork, delivery: SignalDelivery) -> None:
    """Start the newest version; one without the signal any more is passed over, an archived case too."""
    start = work.session.get(StartSignal, (delivery.name, delivery.process_id))
    model = None if start is None else work.session.get(ModelVersion, start.definition_key)
    if model is None:
        return
    sender = work.session.get(Instance, delivery.sender) if delivery.sender is not None else None
    case_id = sender.case_id if sender is not None else None
    try:
        refuse_archived(work.session, case_id)
    except Sealed:
        log.info("signal %s starts nothing: case %s is archived", delivery.signal_key, case_id)
        return
    place = delivery.variables.get(ORGANISATION)
    step = begin(
        work, model, pinned(work.session, model), delivery.variables, case_id=case_id, signal=delivery.name,
        org_path=place if isinstance(place, str) else sender.org_path if sender is not None else "",
    )  # fmt: skip
    step.settle()


def _put_off(work: UnitOfWork, of_this: tuple[int, int, str], problem: str) -> None:
    """Try again later; a person is told when that happened often."""
    delivery = work.session.get_one(SignalDelivery, of_this, populate_existing=True)
    delivery.attempts += 1
    delivery.next_at = SystemClock().now() + rules.wait_before_retry(delivery.attempts)
    log.error("signal %s cannot be delivered: %s", delivery.signal_key, problem)
    of_line = sa.select(SignalSubscription).where(SignalSubscription.line == delivery.line)
    waiting = work.session.scalar(of_line) if delivery.attempts == ATTEMPTS else None
    if waiting is not None:
        step = Step(work, locked(work.session, waiting.instance_key))
        at, reason = waiting.element_id, f"收到信号后流程无法继续:{problem}"
        raise_incident(step, waiting.process_id, at, SIGNAL_ERROR, reason, element_key=waiting.key)


def _due() -> sa.Select[tuple[SignalDelivery]]:
    """By an index, however many are on their way; what one event hears comes in the order it was thrown."""
    earlier = aliased(SignalDelivery)
    waits_for = sa.exists().where(
        earlier.line == SignalDelivery.line, earlier.line != 0,
        earlier.signal_key < SignalDelivery.signal_key,
    )  # fmt: skip
    suspended = sa.exists().where(
        SignalSubscription.line == SignalDelivery.line, Instance.key == SignalSubscription.instance_key,
        Instance.suspended_at.is_not(None),
    )  # fmt: skip
    due = sa.select(SignalDelivery).where(
        SignalDelivery.next_at <= SystemClock().now(), ~waits_for, ~suspended
    )
    return due.order_by(SignalDelivery.next_at)


def _where(statement: sa.Delete, of_this: tuple[int, int, str]) -> sa.Delete:
    key, line, process_id = of_this
    return statement.where(
        SignalDelivery.signal_key == key, SignalDelivery.line == line,
        SignalDelivery.process_id == process_id,
    )  # fmt: skip
