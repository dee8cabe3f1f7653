"""Instances that are over: put away into one document each, later perhaps removed; and whose turn it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base


class FinishedInstance(Base):
    """The rows of an instance that is over, as one compressed document. `ended_at` is the instance's."""

    __tablename__ = "finished_instance"
    __table_args__ = (sa.Index("ix_finished_instance_ended", "ended_at", "key"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ended_at: Mapped[datetime]
    document: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)


class FinishedKey(Base):
    """In which document an element instance, task, job, incident or evaluation is found."""

    __tablename__ = "finished_key"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int]


class RemovedInstance(Base):
    """What is left of an instance that was removed. The hash of each row covers the row before."""

    __tablename__ = "removed_instance"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(unique=True)
    process_id: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    ended_at: Mapped[datetime]
    history_length: Mapped[int] = mapped_column(sa.Integer)
    history_hash: Mapped[str] = mapped_column(sa.String(64))
    removed_at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(sa.String(64))


class Round(Base):
    """A piece of tidying that goes round again and again: when it is next due, and how far it has come."""

    __tablename__ = "round"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    next_at: Mapped[datetime]
    after_at: Mapped[datetime | None]
    after_key: Mapped[int]
