"""Noting that somebody opened an archived case file."""

from __future__ import annotations

from services.evaluation.models import Archive, Case
from shared.messaging.work import UnitOfWork
from shared.web.access_log import OPENED, Looked, note_access


def note_archive(work: UnitOfWork, archive: Archive) -> None:
    """Note it, before the manifest is shown."""
    case = work.session.get_one(Case, archive.case_id)
    note_access(work, OPENED, Looked(
        what="evaluation.archive", record_id=case.case_id, organisation=case.agency, case_id=case.case_id,
        case_number=case.number,
    ))  # fmt: skip
