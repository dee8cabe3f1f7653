"""Files that nobody handed in after all: forgotten a day after their task is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import Task, Upload
from services.workflow.models.tasks import CREATED
from shared.messaging.work import UnitOfWork

GRACE = timedelta(days=1)


def unused_uploads_wait(session: Session, now: datetime) -> bool:
    """Whether there is such a file."""
    return session.scalar(_unused(now)) is not None


def drop_unused_upload(work: UnitOfWork) -> bool:
    """Forget one, and delete it from the disk unless another upload holds the same."""
    now = work.clock.now()
    upload = work.session.scalar(_unused(now).with_for_update(of=Upload, skip_locked=True))
    if upload is None:
        return False
    forget_upload(work, upload, now - GRACE)
    return True


def forget_upload(work: UnitOfWork, upload: Upload, before: datetime) -> None:
    """Delete an upload, and its file unless another upload holds the same or it was written later."""
    work.session.delete(upload)
    work.session.flush()
    same = sa.select(Upload.id).where(Upload.sha256 == upload.sha256).limit(1)
    path = work.files.path(upload.sha256)
    recent = path.exists() and path.stat().st_mtime > before.timestamp()
    if work.session.scalar(same) is None and not recent:  # a recent one may be another's, not yet committed
        work.files.remove(upload.sha256)


def _unused(now: datetime) -> sa.Select[tuple[Upload]]:
    over = (Upload.kept.is_(False), Upload.at < now - GRACE, Task.status != CREATED)
    query = sa.select(Upload).join(Task, Task.key == Upload.task_key).where(*over)
    return query.order_by(Upload.at).limit(1)
