"""Messages while they live: kept for a catcher and to drop doubles, then forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Instance, PublishedMessage, StartMessage, Subscription
from services.workflow.problems import MessageKnown
from shared.clock import SystemClock
from shared.database import table_of
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new


def messages_expired(session: Session, now: datetime) -> bool:
    """Whether a message outlived its time."""
    return session.scalar(_expired(SystemClock().now()).limit(1)) is not None


def drop_expired_messages(work: UnitOfWork) -> bool:
    """Forget messages whose time is over; whether there were some."""
    keys = _expired(SystemClock().now()).limit(500)
    dropped = work.session.execute(sa.delete(PublishedMessage).where(PublishedMessage.key.in_(keys)))
    return bool(dropped.rowcount)  # type: ignore[attr-defined]


def _awaited_by(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether an instance of this kind waits for the message at hand."""
    return sa.exists().where(
        Subscription.message == PublishedMessage.name,
        Subscription.correlation_key == PublishedMessage.correlation_key,
        Instance.key == Subscription.instance_key, which,
    )  # fmt: skip


def keep(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any],
    message_id: str | None, seconds_to_live: float, case_id: UUID | None,
    places: Sequence[str] | None = None,
) -> PublishedMessage:  # fmt: skip
    """A message that came, from now on to its last moment; raises MessageKnown."""
    now, machine = work.clock.now(), SystemClock().now()
    values = {
        "key": work.ids.key(now), "name": name, "correlation_key": correlation_key, "message_id": message_id,
        "case_id": case_id, "variables": dict(variables), "published_at": now, "caught_by": None,
        "places": None if places is None else list(places),
        "attempts": 0, "expires_at": machine + timedelta(seconds=seconds_to_live), "next_at": machine,
    }  # fmt: skip
    if message_id is not None:  # the id is free again from the moment its message is over
        over = PublishedMessage.key.in_(_expired(machine))
        work.session.execute(
            sa.delete(PublishedMessage).where(_same(name, correlation_key, message_id), over)
        )
    if not insert_new(work.session, table_of(PublishedMessage), values):
        raise MessageKnown
    return work.session.get_one(PublishedMessage, values["key"])


def known(session: Session, name: str, correlation_key: str, message_id: str) -> bool:
    """Whether a message with this id still lives."""
    alive = PublishedMessage.expires_at > SystemClock().now()
    living = sa.select(PublishedMessage.key).where(_same(name, correlation_key, message_id), alive)
    return session.scalar(living) is not None


def _same(name: str, correlation_key: str, message_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        PublishedMessage.name == name, PublishedMessage.correlation_key == correlation_key,
        PublishedMessage.message_id == message_id,
    )  # fmt: skip


def deliverable(session: Session) -> int | None:
    """The oldest message that somebody waits for, or that may start a process."""
    machine = SystemClock().now()
    waiting = (
        PublishedMessage.caught_by.is_(None), PublishedMessage.expires_at > machine,
        PublishedMessage.next_at <= machine,
    )  # fmt: skip
    awaited = _awaited_by(Instance.suspended_at.is_(None))
    held = _awaited_by(Instance.suspended_at.is_not(None))
    running = sa.exists().where(
        Instance.start_key == StartMessage.process_id + ":" + PublishedMessage.correlation_key
    )
    starting = sa.exists().where(StartMessage.name == PublishedMessage.name, ~running)
    found = sa.select(PublishedMessage.key).where(*waiting, awaited | (starting & ~held))
    return session.scalar(found.order_by(PublishedMessage.key).limit(1))


def _expired(machine: datetime) -> sa.Select[tuple[int]]:
    held = _awaited_by(Instance.suspended_at.is_not(None)) & PublishedMessage.caught_by.is_(None)
    return sa.select(PublishedMessage.key).where(PublishedMessage.expires_at <= machine, ~held)
