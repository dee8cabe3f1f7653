"""What instances wait for besides people: moments, messages and workers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base


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


class PublishedMessage(Base):
    """A message that came: kept until its time is over, for a late catcher and to drop doubles."""

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
    published_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    caught_by: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(sa.Integer)
    next_at: Mapped[datetime]


class Job(Base):
    """Work under way elsewhere. `retries` counts what is left; `next_at` is the next look of the clock.

    With a `command_id` the job is a command to a service, else it waits for an outside worker. `held` is
    the answer that came while the instance was suspended.
    """

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_next", "status", "next_at"), sa.Index("ix_job_type", "type", "status"))

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    element_key: Mapped[int] = mapped_column(index=True)
    instance_key: Mapped[int] = mapped_column(index=True)
    case_id: Mapped[UUID | None]
    process_id: Mapped[str]
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
    held: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


OPEN, SENT, BACKING_OFF, FAILED = "CREATED", "SENT", "BACKING_OFF", "FAILED"
JOB_COMPLETED, JOB_CANCELED, ERROR_THROWN = "COMPLETED", "CANCELED", "ERROR_THROWN"
