"""What dispatch holds of a case, entry by entry, for the manifest of the archive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.dispatch.models import (
    Assignment,
    Case,
    ChangeFile,
    ChangeLetter,
    ChangeRequest,
    Consideration,
    Escalation,
    Turn,
)
from shared.digest import file_item, item

_KEPT: tuple[type[Any], ...] = (Assignment, Consideration, Escalation, Turn, ChangeRequest, ChangeLetter)


def record_items(session: Session, case: Case) -> list[dict[str, str]]:
    """One entry per row about the case with the digest of its content, one per file with its own."""
    rows = [
        item(model.__tablename__, _key(row), _content(row))
        for model in _KEPT
        for row in _of(model, case, session)
    ]
    files = [file_item("change_file", file.id, file.sha256) for file in _of(ChangeFile, case, session)]
    return rows + files


def _of(model: type[Any], case: Case, session: Session) -> Iterable[Any]:
    order = sa.inspect(model).primary_key
    return session.scalars(sa.select(model).where(model.case_id == case.case_id).order_by(*order))


def _content(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).column_attrs}


def _key(row: Any) -> Any:
    return sa.inspect(row).identity[0]
