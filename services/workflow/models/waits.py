"""What instances wait for besides people: moments, messages and workers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from shared.database import Document


class Timer(Base):
    """A running timer. `source`, `started_at` and the versions let it be reckoned again when they change.

    `next_at` is when the clock looks at it: the due moment, or later when an attempt failed. `paused_at` is
    when it began to stand still.
    """

    __tablename__ = "timer"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    process_id: Mapped[str]
    element_id: Mapped[str]
    source: Mapped[str] = mapped_column(sa.Text)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    paused_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(sa.Integer)
    calendar_version: Mapped[str]
    policy_version: Mapped[str]


class Subscription(Base):
    """A message waited for."""

    __tablename__ = "subscription"
    __table_args__ = (sa.Index("ix_subscription_message", "message", "correlation_key"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    element_id: Mapped[str]
    message: Mapped[str]
    correlation_key: Mapped[str]


class SignalSubscription(Base):
    """A signal waited for. `line` is the key under which an event began to hear it; one that interrupts
    nothing goes on hearing under another key, on the same line.
    """

    __tablename__ = "signal_subscription"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(index=True)
    instance_key: Mapped[int] = mapped_column(index=True)
    process_id: Mapped[str]
    element_id: Mapped[str]
    signal: Mapped[str] = mapped_column(index=True)


class SignalDelivery(Base):
    """A signal on its way to one of those who waited when it was thrown (`line`), or to the process that it
    starts (`process_id`). `sender` is the instance that threw it.
    """

    __tablename__ = "signal_delivery"

    signal_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    process_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    variables: Mapped[dict[str, Any]]
    sender: Mapped[int | None]
    thrown_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(sa.Integer)
    next_at: Mapped[datetime] = mapped_column(index=True)


class PublishedMessage(Base):
    """A message that came: kept until its time is over, for a late catcher and to drop doubles.

    `places` are the organisations whose processes it may reach, with those below; None for all.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("name", "correlation_key", "message_id"),
        sa.Index("ix_message_waiting", "name", "correlation_key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    correlation_key: Mapped[str]
    message_id: Mapped[str | None]
    case_id: Mapped[UUID | None]
    variables: Mapped[dict[str, Any]]
    places: Mapped[list[str] | None] = mapped_column(Document)
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    caught_by: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(sa.Integer)
    next_at: Mapped[datetime]


_HELD = sa.text("held IS NOT NULL")


class Job(Base):
    """Work under way elsewhere. `retries` counts what is left; `next_at` is the next look of the clock.

    With a `command_id` the job is a command to a service, else it waits for an outside worker: `worker` is
    who took it last, `lease` what that one must show, `error_code` the BPMN error it reported. `process_id`
    and `definition_key` name the process it is drawn in. `held` is the answer that came while the instance
    was suspended.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_next", "status", "next_at"),
        sa.Index("ix_job_type", "type", "status", "key"),
        sa.Index("ix_job_held", "key", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    element_key: Mapped[int] = mapped_column(index=True)
    instance_key: Mapped[int] = mapped_column(index=True)
    case_id: Mapped[UUID | None]
    process_id: Mapped[str]
    definition_key: Mapped[int] = mapped_column(server_default="0")
    element_id: Mapped[str]
    type: Mapped[str]
    headers: Mapped[dict[str, Any]]
    variables: Mapped[dict[str, Any]]
    command_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(sa.String(12))
    full_retries: Mapped[int] = mapped_column(sa.Integer)
    retries: Mapped[int] = mapped_column(sa.Integer)
    attempts: Mapped[int] = mapped_column(sa.Integer)
    next_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(sa.Text)
    worker: Mapped[str] = mapped_column(server_default="")
    lease: Mapped[str | None]
    error_code: Mapped[str | None]
    held: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


OPEN, ACTIVATED, SENT, BACKING_OFF, FAILED = "CREATED", "ACTIVATED", "SENT", "BACKING_OFF", "FAILED"
JOB_COMPLETED, JOB_CANCELED, ERROR_THROWN = "COMPLETED", "CANCELED", "ERROR_THROWN"
UNDER_WAY = (OPEN, ACTIVATED, SENT, BACKING_OFF, FAILED)
