"""The archive: every part of the case file under one manifest, closed for ever (S0-7.1b, S0-7.3.5c)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.evaluation import rules
from services.evaluation.cases import case_of
from services.evaluation.models import (
    Archive,
    ArchiveCounter,
    Assessment,
    Case,
    ClosingFile,
    ClosingReview,
    DeadlineMark,
    Part,
    Rating,
    ScoreSheet,
    Survey,
)
from shared.clock import SHANGHAI
from shared.contracts.evaluation import ArchiveCase, CaseArchived, CaseFileArchived
from shared.database import table_of
from shared.digest import file_item, item, sha256_of
from shared.errors import NotYet
from shared.messaging.work import UnitOfWork
from shared.statements import insert_new

_KEPT: tuple[type[Any], ...] = (
    ClosingFile, ClosingReview, Survey, Rating, Assessment, ScoreSheet, DeadlineMark,
)  # fmt: skip


def keep_part(message: Any, work: UnitOfWork) -> None:
    """Keep what a service announced when it sealed its record (any of the four RecordSealed)."""
    work.session.merge(
        Part(
            case_id=message.case_id, service=message.NAME.split(".")[0], digest=message.digest,
            items=message.items,
        )
    )  # fmt: skip


def archive_case(command: ArchiveCase, work: UnitOfWork) -> None:
    """Write the manifest and close the case; raises NotYet while a sealed part is still on the way."""
    case = case_of(command.case_id, work)
    archive = work.session.get(Archive, case.case_id)
    if archive is None:
        archive = _archive(case, work)
        work.session.add(archive)
        case.archived_at = archive.archived_at
        work.emit(
            CaseArchived(
                case_id=case.case_id, archive_number=archive.number, manifest_sha256=archive.manifest_sha256
            )
        )
    work.emit(
        CaseFileArchived(
            case_id=case.case_id, archive_number=archive.number, manifest_sha256=archive.manifest_sha256
        )
    )


def own_items(session: Session, case_id: object) -> list[dict[str, str]]:
    """One entry per row that evaluation keeps of the case, and one per file of its closing files."""
    items = []
    for model in _KEPT:
        columns = [column.key for column in model.__mapper__.column_attrs]
        keys = [column.name for column in model.__mapper__.primary_key]
        for row in session.scalars(sa.select(model).where(model.case_id == case_id)):
            identifier = getattr(row, keys[0])
            items.append(item(model.__tablename__, identifier, {c: getattr(row, c) for c in columns}))
            files = row.files if isinstance(row, ClosingFile) else []
            items.extend(file_item("file", file["id"], file["sha256"]) for file in files)
    return items


def _archive(case: Case, work: UnitOfWork) -> Archive:
    parts = {p.service: p for p in work.session.scalars(sa.select(Part).where(Part.case_id == case.case_id))}
    if missing := [name for name in rules.PARTS if name not in parts]:
        raise NotYet(f"sealed parts still on the way: {', '.join(missing)}")
    number = _next_number(case, work)
    listed = [(name, parts[name].items) for name in rules.PARTS]
    own = ("evaluation", own_items(work.session, case.case_id))
    manifest = rules.manifest_of(case.case_id, case.number, number, [*listed, own])
    return Archive(
        case_id=case.case_id, number=number, manifest=manifest, manifest_sha256=sha256_of(manifest),
        archived_at=work.clock.now(),
    )  # fmt: skip


def _next_number(case: Case, work: UnitOfWork) -> str:
    """The next number of the centre and year, e.g. 2026-归-0001, from a locked counter."""
    year = work.clock.now().astimezone(SHANGHAI).year
    key = {"agency": case.agency, "year": year}
    insert_new(work.session, table_of(ArchiveCounter), {**key, "last": 0})
    counter = work.session.get_one(ArchiveCounter, (case.agency, year), with_for_update=True)
    counter.last += 1
    return f"{year}-归-{counter.last:04d}"
