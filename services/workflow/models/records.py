"""What is kept for ever: answers, incidents and the chained history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from shared.database import Encrypted


class StoredSubmission(Base):
    """The answers of one completed human task, sealed; `on_behalf_of` is whom a substitute did it for."""

    __tablename__ = "submission"
    __table_args__ = (sa.Index("ix_submission_element", "instance_key", "element_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_key: Mapped[int]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    task_key: Mapped[int]
    element_id: Mapped[str]
    by: Mapped[UUID]
    on_behalf_of: Mapped[UUID | None]
    at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(Encrypted("submission.answers"))


class Incident(Base):
    """A token, job or timer that needs a person.

    `element_key` is None when the instance as a whole is stuck. `process_id` and `definition_key` name the
    process the element is drawn in: the instance's own or one it calls.
    """

    __tablename__ = "incident"
    __table_args__ = (sa.Index("ix_incident_open", "status", "raised_at"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    process_id: Mapped[str]
    definition_key: Mapped[int]
    element_key: Mapped[int | None] = mapped_column(index=True)
    element_id: Mapped[str]
    job_key: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(12))
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


RAISED, RESOLVED = "ACTIVE", "RESOLVED"


class Migration(Base):
    """An instance went over to another version. `tokens` and `before` are what it was, to undo it as long as
    the instance has the `revision` it had then.
    """

    __tablename__ = "migration"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    source_key: Mapped[int]
    target_key: Mapped[int]
    revision: Mapped[int]
    tokens: Mapped[bytes] = mapped_column(sa.LargeBinary)
    before: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str]
    undone_at: Mapped[datetime | None]


class History(Base):
    """What happened to an instance, in order; each entry's hash covers the one before."""

    __tablename__ = "history"

    instance_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(sa.String(64))
