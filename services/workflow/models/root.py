"""What all tables of workflow share: the mapping from Python types to columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared.database import Document, Instant, Key


class Base(DeclarativeBase):
    """All tables of workflow. Keys are 63-bit numbers made by the unit of work."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Key, str: sa.String(255), datetime: Instant, UUID: sa.Uuid,
        dict[str, Any]: Document, list[str]: Document,
    }  # fmt: skip
