"""What falls due by itself: drafts that ran out are emptied, files that nothing names are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.intake.handlers.applying import discard_file
from services.intake.handlers.noticing import drop_letter
from services.intake.models import Application, DiscardedFile, Material, UploadedLetter
from shared.messaging.work import UnitOfWork
from shared.service import DueWork

_KEPT = timedelta(days=1)
_GRACE = timedelta(hours=1)
"""A request that stored a file may still be about to commit the row that names it."""


def draft_ran_out(session: Session, now: datetime) -> bool:
    """Whether a draft was not submitted in time after its notice was confirmed."""
    return session.execute(_old_drafts(now).limit(1)).first() is not None


def empty_draft(work: UnitOfWork) -> bool:
    """Forget what one such draft held; the confirmation itself stays on record."""
    now = work.clock.now()
    oldest = _old_drafts(now).order_by(Application.confirm_by).limit(1).with_for_update(skip_locked=True)
    draft = work.session.execute(oldest).scalar_one_or_none()
    if draft is None:
        return False
    for material in list(draft.materials):
        discard_file(work, material.sha256)
        work.session.delete(material)
    draft.answers, draft.steps_done, draft.expired_at = {}, [], now
    return True


def letter_waits(session: Session, now: datetime) -> bool:
    """Whether a file was brought along with a notice that nobody entered after all."""
    return session.execute(_unused_letters(now)).first() is not None


def forget_letter(work: UnitOfWork) -> bool:
    """Forget one such file."""
    wanted = _unused_letters(work.clock.now()).with_for_update(skip_locked=True)
    letter = work.session.execute(wanted).scalar_one_or_none()
    if letter is None:
        return False
    drop_letter(work, letter)
    return True


def file_waits(session: Session, now: datetime) -> bool:
    """Whether a file was discarded long enough ago."""
    return session.execute(_old_files(now).limit(1)).first() is not None


def delete_file(work: UnitOfWork) -> bool:
    """Delete one discarded file from the disk unless a material names it."""
    oldest = _old_files(work.clock.now()).limit(1).with_for_update(skip_locked=True)
    discarded = work.session.execute(oldest).scalar_one_or_none()
    if discarded is None:
        return False
    named = _names(Material, discarded.sha256).union_all(_names(UploadedLetter, discarded.sha256))
    path = work.files.path(discarded.sha256)
    if work.session.execute(named).first() is None and not _stored_since(path, discarded.discarded_at):
        work.files.remove(discarded.sha256)
    work.session.delete(discarded)
    return True


def _names(model: type[Material] | type[UploadedLetter], sha256: str) -> sa.Select[tuple[UUID]]:
    return sa.select(model.id).where(model.sha256 == sha256)


def _stored_since(path: Path, moment: datetime) -> bool:
    """Whether somebody uploaded the same file again, whose row may not be committed yet."""
    return path.exists() and path.stat().st_mtime > moment.timestamp()


def _old_drafts(now: datetime) -> sa.Select[tuple[Application]]:
    return sa.select(Application).where(
        Application.submitted_at.is_(None), Application.expired_at.is_(None), Application.confirm_by < now
    )


def _old_files(now: datetime) -> sa.Select[tuple[DiscardedFile]]:
    return sa.select(DiscardedFile).where(DiscardedFile.discarded_at <= now - _GRACE)


def _unused_letters(now: datetime) -> sa.Select[tuple[UploadedLetter]]:
    old = sa.select(UploadedLetter).where(UploadedLetter.uploaded_at < now - _KEPT)
    return old.order_by(UploadedLetter.uploaded_at).limit(1)


CLOCKS = (
    DueWork(draft_ran_out, empty_draft), DueWork(letter_waits, forget_letter),
    DueWork(file_waits, delete_file),
)  # fmt: skip
