"""What review holds of a case, entry by entry, for the manifest of the archive."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.review.models import (
    Case,
    DeadlineMark,
    Decision,
    Doubt,
    Explanation,
    Finding,
    Notice,
    Objection,
    Termination,
)
from shared.digest import item

_KEPT: tuple[type[Any], ...] = (
    Finding, Notice, Decision, DeadlineMark, Termination, Doubt, Explanation, Objection,
)  # fmt: skip


def record_items(session: Session, case: Case) -> list[dict[str, str]]:
    """One entry per row of each kind, with the digest of its content."""
    return [
        item(
            model.__tablename__, row.id, {c.key: getattr(row, c.key) for c in sa.inspect(model).column_attrs}
        )
        for model in _KEPT
        for row in session.scalars(sa.select(model).where(model.case_id == case.case_id).order_by(model.id))
    ]
