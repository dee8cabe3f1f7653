"""Deployed models and forms: versions that never change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from shared.database import Document


class ModelVersion(Base):
    """One version of one process; a file with several processes is kept with each."""

    __tablename__ = "model_version"
    __table_args__ = (sa.UniqueConstraint("process_id", "version"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    process_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    resource: Mapped[str]
    xml: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    deployment_key: Mapped[int]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    notes: Mapped[list[dict[str, str]]] = mapped_column(Document, server_default="[]")
    """What the parser understood or left out, as the deployment was told."""


class FormVersion(Base):
    """One version of a form-js form."""

    __tablename__ = "form_version"
    __table_args__ = (sa.UniqueConstraint("form_id", "version"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form_id: Mapped[str]
    version: Mapped[int]
    resource: Mapped[str]
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    deployment_key: Mapped[int]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]


class StartMessage(Base):
    """Which message starts the newest version of which process."""

    __tablename__ = "start_message"

    name: Mapped[str] = mapped_column(primary_key=True)
    process_id: Mapped[str] = mapped_column(primary_key=True)
    definition_key: Mapped[int]


class StartSignal(Base):
    """Which signal starts the newest version of which process."""

    __tablename__ = "start_signal"

    name: Mapped[str] = mapped_column(primary_key=True)
    process_id: Mapped[str] = mapped_column(primary_key=True)
    definition_key: Mapped[int]
