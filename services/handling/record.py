"""What handling holds of a case, entry by entry, for the manifest of the archive."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.handling.models import (
    Agreement,
    Case,
    DeadlineMark,
    EvidenceDeadline,
    Handover,
    Meeting,
    Progress,
    Solution,
    Suspension,
)
from shared.digest import file_item, item

_KEPT: tuple[type[Any], ...] = (
    Agreement, Meeting, Handover, Progress, Solution, EvidenceDeadline, Suspension, DeadlineMark,
)  # fmt: skip


def record_items(session: Session, case: Case) -> list[dict[str, str]]:
    """One entry per row about the case and per attached file."""
    items = []
    for model in _KEPT:
        columns = [column.key for column in sa.inspect(model).column_attrs]
        for row in session.scalars(sa.select(model).where(model.case_id == case.case_id).order_by(model.id)):
            items.append(item(model.__tablename__, row.id, {name: getattr(row, name) for name in columns}))
            items.extend(_files(row))
    return items


def _files(row: Any) -> list[dict[str, str]]:
    attached = getattr(row, "files", None) or []
    items = [file_item("file", file["id"], file["sha256"]) for file in attached]
    if isinstance(row, Suspension):
        items.append(file_item("file", row.id, row.file_sha256))
    return items
