"""Process instances, their element instances and variables."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base

ACTIVE, COMPLETED, TERMINATED = "ACTIVE", "COMPLETED", "TERMINATED"


_ACTIVE = sa.text(f"status = '{ACTIVE}'")


class Instance(Base):
    """A running or finished process. Whoever changes anything of it locks this row first.

    `pins` maps the id of every called process to [model version key, content hash]. `unfinished` says that
    a step cap left work to do, `rounds` how often in a row. `start_key` lets one message start one instance.
    `paused_at` is when its periods began to stand still, `suspended_at` when somebody stopped all of it.
    `put_away_at` is when its rows went into its `FinishedInstance`.
    """

    __tablename__ = "instance"
    __table_args__ = (
        sa.Index("ix_instance_place", "org_path", "key", postgresql_ops={"org_path": "varchar_pattern_ops"}),
        sa.Index("ix_instance_process", "process_id", "key"),
        sa.Index("ix_instance_status", "status", "key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    process_id: Mapped[str]
    definition_key: Mapped[int]
    definition_sha: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    pins: Mapped[dict[str, Any]]
    tokens: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    revision: Mapped[int]
    status: Mapped[str] = mapped_column(sa.String(12))
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    case_state: Mapped[str | None] = mapped_column(sa.String(32))
    org_path: Mapped[str]
    start_key: Mapped[str | None] = mapped_column(unique=True)
    unfinished: Mapped[bool] = mapped_column(sa.Boolean)
    rounds: Mapped[int] = mapped_column(sa.Integer)
    paused_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    history_length: Mapped[int] = mapped_column(sa.Integer)
    history_hash: Mapped[str] = mapped_column(sa.String(64))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]


sa.Index(
    "ix_instance_unfinished", Instance.key,
    sqlite_where=sa.text("unfinished"), postgresql_where=sa.text("unfinished"),
)  # fmt: skip


_OVER = sa.text("ended_at IS NOT NULL AND put_away_at IS NULL")
sa.Index(
    "ix_instance_over", Instance.ended_at, Instance.key, sqlite_where=_OVER, postgresql_where=_OVER,
)  # fmt: skip


class ElementInstance(Base):
    """One visit to one element. `scope_key` is the process, sub-process or body it lies in."""

    __tablename__ = "element_instance"
    __table_args__ = (
        sa.Index("ix_element_instance_started", "started_at", "key"),
        sa.Index(
            "ix_element_instance_active", "key", "element_id", "instance_key", sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )  # fmt: skip

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(index=True)
    scope_key: Mapped[int]
    process_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[bool] = mapped_column(sa.Boolean)
    status: Mapped[str] = mapped_column(sa.String(12))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StoredVariable(Base):
    """A variable of one scope; never personal data."""

    __tablename__ = "variable"
    __table_args__ = (sa.Index("ix_variable_name", "name", "scope_key"),)

    scope_key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    instance_key: Mapped[int] = mapped_column(index=True)
    value: Mapped[Any] = mapped_column(Base.type_annotation_map[dict[str, Any]], nullable=True)
