"""An applicant's acts after the submission: put right what a notice lists, or take the application back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from services.intake import rules
from services.intake.handlers.applying import Upload, publish
from services.intake.handlers.locking import own_application, remember
from services.intake.models import Application, Correction, CorrectionItem, Material
from services.intake.refusals import CannotWithdraw, CorrectionIncomplete, CorrectionOver, TooManyFiles
from shared.contracts.intake import ApplicationResubmitted
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork


def open_correction_of(work: UnitOfWork, case_id: UUID, person_id: UUID) -> tuple[Application, Correction]:
    """The person's application and its open correction; raises CorrectionOver when none is open."""
    application = own_application(work, case_id, person_id)
    open_one = sa.select(Correction).where(
        Correction.case_id == case_id,
        Correction.resubmitted_at.is_(None),
        Correction.closed_at.is_(None),
    )
    correction = work.session.execute(open_one).scalar_one_or_none()
    if correction is None or work.clock.now() > correction.due or application.withdrawn_at is not None:
        raise CorrectionOver
    return application, correction


def add_corrected_file(
    work: UnitOfWork, application: Application, correction: Correction, item_id: UUID, upload: Upload
) -> Material:
    """Keep a file that answers one item of the notice."""
    item = _item(correction, item_id)
    if sum(m.item_id == item_id for m in application.materials) >= rules.MOST_FILES_PER_KIND:
        raise TooManyFiles
    material = Material(
        id=work.ids.uuid(), kind=item.kind, name=upload.name[-200:], sha256=upload.file.sha256,
        size=upload.file.size, media_type=upload.file.media_type, uploaded_at=work.clock.now(),
        item_id=item.id,
    )  # fmt: skip
    application.materials.append(material)
    work.session.flush()
    return material


def save_replies(correction: Correction, replies: Mapping[str, str]) -> None:
    """Keep what the applicant wrote to the items; others keep what they had."""
    for item in correction.items:
        if str(item.id) in replies:
            item.reply = replies[str(item.id)].strip()[:2000] or None


def resubmit(work: UnitOfWork, application: Application, correction: Correction) -> None:
    """Hand the corrections in, all at once; the decision period starts anew (S0-7.4.3d)."""
    with_file = {str(m.item_id) for m in application.materials if m.item_id}
    replies = {str(item.id): item.reply or "" for item in correction.items}
    missing = rules.unanswered(list(replies), with_file, replies)
    if missing:
        raise CorrectionIncomplete(fields={i: ["请上传文件或者写明情况"] for i in missing})
    now = work.clock.now()
    correction.resubmitted_at = application.received_at = now
    for material in application.materials:
        material.handed_in_at = material.handed_in_at or now
    remember(work, application.case_id, "act", "resubmitted")
    listed = [{"id": str(m.id), "kind": m.kind} for m in application.materials]
    work.emit(ApplicationResubmitted(case_id=application.case_id, materials=listed))
    publish(work, application, "application_resubmitted", {"received_at": now.isoformat()})


def withdraw(work: UnitOfWork, case_id: UUID, person_id: UUID, reason: str) -> None:
    """Take the application back before a decision; the process closes it."""
    application = own_application(work, case_id, person_id)
    if application.withdrawn_at is not None or not rules.may_withdraw(application.state):
        raise CannotWithdraw
    application.withdrawn_at = work.clock.now()
    application.withdrawal_reason = reason.strip()[:2000] or None
    remember(work, case_id, "act", "withdrawn")
    publish(work, application, "application_withdrawn", {})


def _item(correction: Correction, item_id: UUID) -> CorrectionItem:
    found = next((item for item in correction.items if item.id == item_id), None)
    if found is None:
        raise NotFound
    return found
