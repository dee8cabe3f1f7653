"""Acts on many instances: what is to be done, and what came of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base

MIGRATE, CANCEL = "MIGRATE_PROCESS_INSTANCE", "CANCEL_PROCESS_INSTANCE"
RUNNING, SUSPENDED, CANCELED, DONE = "ACTIVE", "SUSPENDED", "CANCELED", "COMPLETED"
PARTLY = "PARTIALLY_COMPLETED"
WAITING, CHANGED, SKIPPED, FAILED = "ACTIVE", "COMPLETED", "SKIPPED", "FAILED"
BATCH_STATES = (RUNNING, SUSPENDED, CANCELED, DONE, PARTLY)
ITEM_STATES = (WAITING, CHANGED, SKIPPED, FAILED, CANCELED)


class BatchOperation(Base):
    """An act on many instances; `plan` says how, `by` whose it is."""

    __tablename__ = "batch_operation"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[str] = mapped_column(sa.String(20), index=True)
    plan: Mapped[dict[str, Any] | None]
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BatchItem(Base):
    """One instance of a batch operation: still to do, changed, skipped (a rule forbids it) or failed."""

    __tablename__ = "batch_item"
    __table_args__ = (sa.Index("ix_batch_item_status", "batch_key", "status"),)

    batch_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(sa.String(12))
    problem: Mapped[str | None] = mapped_column(sa.Text)
    processed_at: Mapped[datetime | None]
