"""The task inbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from services.workflow.paging import NEVER

CREATED, COMPLETED, CANCELED = "CREATED", "COMPLETED", "CANCELED"
_OPEN = sa.text(f"status = '{CREATED}'")


class Task(Base):
    """A human task. People's ids are kept as text, as the model's expressions give them.

    `separate_…` say who must not do it: who did these elements, here or anywhere in the case, these persons,
    anybody of this firm. Without `four_eyes` who did these elements here is only shown, not kept away.
    `lane_role` is the role of the lane; `completed_for` is whom a substitute did it for. `paused_at` is when
    its period began to stand still; `suspended` is as its instance is. The versions are those that its due
    date was reckoned with.
    """

    __tablename__ = "task"
    __table_args__ = (
        sa.Index("ix_task_assignee", "assignee", "status", "due"),
        sa.Index(
            "ix_task_place", "org_path", "status", "due", "key",
            postgresql_ops={"org_path": "varchar_pattern_ops"},
        ),
        sa.Index("ix_task_open_made", "key", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_task_open_due", "due", "key", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_task_open_priority", "priority", "key", sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.Index("ix_task_completed_for", "completed_for", "completed_at"),
    )  # fmt: skip

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
    separate_from_case: Mapped[list[str]] = mapped_column(server_default="[]")
    four_eyes: Mapped[bool] = mapped_column(sa.Boolean, default=True, server_default=sa.true())
    lane_role: Mapped[str | None]
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
    completed_for: Mapped[str | None]
    calendar_version: Mapped[str | None]
    policy_version: Mapped[str | None]


class Candidate(Base):
    """Who may take an open task: a role at an organisation, or a person. Gone when the task is over.

    `due` is the task's (`NEVER` when it has none), so that a page of an inbox is found without the tasks: by
    place for who works at one office, by time for who holds the role for very many.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        sa.Index(
            "ix_candidate_place", "kind", "name", "org_path", "due", "task_key",
            postgresql_ops={"org_path": "varchar_pattern_ops"},
        ),
        sa.Index("ix_candidate_due", "kind", "name", "due", "task_key", "org_path"),
    )  # fmt: skip

    task_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    org_path: Mapped[str]
    due: Mapped[datetime] = mapped_column(server_default="9999-12-31 00:00:00.000000")


@sa.event.listens_for(Task, "after_update")
def _carry_due(_mapper: object, connection: sa.Connection, task: Task) -> None:
    if sa.inspect(task).attrs.due.history.has_changes():
        of_task = sa.update(Candidate).where(Candidate.task_key == task.key)
        connection.execute(of_task.values(due=task.due or NEVER))


GROUP, USER = "group", "user"
