"""Files that people hand in with a task's form."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.models.root import Base
from shared.database import Encrypted


class Upload(Base):
    """An uploaded file. `kept` once a submission names it; until then it belongs to an open form."""

    __tablename__ = "upload"
    __table_args__ = (sa.Index("ix_upload_unused", "kept", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_key: Mapped[int] = mapped_column(index=True)
    task_key: Mapped[int] = mapped_column(index=True)
    case_id: Mapped[UUID | None]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    name: Mapped[str] = mapped_column(Encrypted("upload.name"))
    by: Mapped[UUID]
    at: Mapped[datetime]
    kept: Mapped[bool] = mapped_column(sa.Boolean)
