"""What handling holds of a case, entry by entry, for the manifest of the archive."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.handling.models import Agreement, Case, DeadlineMark, Meeting, Progress
from shared.digest import file_item, item

_KEPT: tuple[type[Any], ...] = (Agreement, Meeting, Progress, DeadlineMark)


def record_items(session: Session, case: Case) -> list[dict[str, str]]:
    """One entry per agreement, meeting, progress entry, deadline mark and attached file."""
    items = []
    for model in _KEPT:
        columns = [column.key for column in sa.inspect(model).column_attrs]
        for row in session.scalars(sa.select(model).where(model.case_id == case.case_id).order_by(model.id)):
            items.append(item(model.__tablename__, row.id, {name: getattr(row, name) for name in columns}))
            items.extend(file_item("file", file["id"], file["sha256"]) for file in getattr(row, "files", []))
    return items
