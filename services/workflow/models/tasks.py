"""The task inbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base

CREATED, COMPLETED, CANCELED = "CREATED", "COMPLETED", "CANCELED"


class Task(Base):
    """A human task. People's ids are kept as text, as the model's expressions give them.

    `separate_…` say who must not do it: who did these elements, these persons, anybody of this firm.
    `paused_at` is when its period began to stand still; `suspended` is as its instance is.
    """

    __tablename__ = "task"
    __table_args__ = (sa.Index("ix_task_assignee", "assignee", "status", "due"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    element_key: Mapped[int] = mapped_column(index=True)
    instance_key: Mapped[int] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    process_id: Mapped[str]
    definition_key: Mapped[int]
    version: Mapped[int]
    element_id: Mapped[str]
    name: Mapped[str]
    form_id: Mapped[str | None]
    form_key: Mapped[int | None]
    org_path: Mapped[str]
    assignee: Mapped[str | None]
    candidate_groups: Mapped[list[str]]
    candidate_users: Mapped[list[str]]
    separate_from: Mapped[list[str]]
    separate_from_persons: Mapped[list[str]] = mapped_column(server_default="[]")
    separate_from_firm: Mapped[str | None]
    due: Mapped[datetime | None]
    follow_up: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    suspended: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())
    priority: Mapped[int] = mapped_column(sa.Integer)
    status: Mapped[str] = mapped_column(sa.String(12))
    revision: Mapped[int]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]


class Candidate(Base):
    """Who may take an open task: a role at an organisation, or a person. Gone when the task is over."""

    __tablename__ = "candidate"
    __table_args__ = (sa.Index("ix_candidate_name", "kind", "name", "org_path"),)

    task_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    org_path: Mapped[str]


GROUP, USER = "group", "user"
