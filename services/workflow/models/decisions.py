"""Deployed decisions, which never change, and every evaluation of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base

DECISION_TABLE, LITERAL_EXPRESSION, OTHER = "DECISION_TABLE", "LITERAL_EXPRESSION", "UNKNOWN"
EVALUATED, FAILED = "EVALUATED", "FAILED"
_ASKED = sa.text('"by" IS NOT NULL')


class DecisionRequirements(Base):
    """One version of one DMN file: decisions that belong together.

    `imports` pins every file it imports, directly or not: namespace -> key of its version.
    """

    __tablename__ = "decision_requirements"
    __table_args__ = (sa.UniqueConstraint("requirements_id", "version"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    requirements_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    namespace: Mapped[str] = mapped_column(index=True)
    imports: Mapped[dict[str, Any]]
    resource: Mapped[str]
    xml: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    deployment_key: Mapped[int]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class DecisionDefinition(Base):
    """One version of one decision; what it says of its file is copied, since neither ever changes."""

    __tablename__ = "decision_definition"
    __table_args__ = (sa.UniqueConstraint("decision_id", "version"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(20))
    requirements_key: Mapped[int] = mapped_column(index=True)
    requirements_id: Mapped[str]
    requirements_name: Mapped[str]
    requirements_version: Mapped[int]


class DecisionInstance(Base):
    """One decision as it was made once: its inputs, the rules that fired, its result. Never personal data.

    The decisions of one evaluation share `evaluation_key`; the last of them is the one asked for
    (`root_key`), unless an earlier one failed. `id` is `<evaluation_key>-<number>`, numbers from 1. `by`
    asked for an evaluation that belongs to no process.
    """

    __tablename__ = "decision_instance"
    __table_args__ = (
        sa.Index("ix_decision_instance_evaluation", "evaluation_key", "number"),
        sa.Index(
            "ix_decision_instance_place", "org_path", "evaluation_key",
            postgresql_ops={"org_path": "varchar_pattern_ops"},
        ),
        sa.Index("ix_decision_instance_decision", "decision_id", "evaluation_key"),
        sa.Index("ix_decision_instance_by", "by", sqlite_where=_ASKED, postgresql_where=_ASKED),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    evaluation_key: Mapped[int]
    number: Mapped[int] = mapped_column(sa.Integer)
    decision_key: Mapped[int] = mapped_column(index=True)
    decision_id: Mapped[str]
    decision_name: Mapped[str]
    decision_version: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    root_key: Mapped[int]
    requirements_key: Mapped[int]
    instance_key: Mapped[int | None] = mapped_column(index=True)
    element_key: Mapped[int | None]
    definition_key: Mapped[int | None]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    org_path: Mapped[str]
    by: Mapped[str | None]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(12))
    failure: Mapped[str | None] = mapped_column(sa.Text)
    inputs: Mapped[list[Any]] = mapped_column(Base.type_annotation_map[dict[str, Any]])
    rules: Mapped[list[Any]] = mapped_column(Base.type_annotation_map[dict[str, Any]])
    result: Mapped[Any] = mapped_column(Base.type_annotation_map[dict[str, Any]], nullable=True)
