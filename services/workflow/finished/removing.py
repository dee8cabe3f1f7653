"""What the policy does not keep for ever: archived cases, results of batch operations, lone evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.cases import ARCHIVED
from services.workflow.finished.document import keys_in, table_of, unpacked
from services.workflow.finished.rounds import beyond
from services.workflow.finished.tombstones import note_removed
from services.workflow.human.unused_uploads import GRACE, forget_upload
from services.workflow.models import (
    BatchItem,
    BatchOperation,
    CaseMaterial,
    DecisionInstance,
    FinishedInstance,
    FinishedKey,
    History,
    Instance,
    Recusal,
    Round,
    StoredSubmission,
    Upload,
)
from shared.messaging.work import UnitOfWork

_AT_ONCE = 500


def remove_one_case(work: UnitOfWork, turn: Round) -> bool:
    """Remove the next case whose time in the archive is over, with all its instances; whether one was looked
    at. Keeping it for ever is to look at none.
    """
    years, now = work.policy.get("retention.kept_years"), work.clock.now()
    if years is None:
        return False
    before = years_before(now, years)
    ended = (FinishedInstance.ended_at, FinishedInstance.key)
    aged = sa.select(FinishedInstance).where(FinishedInstance.ended_at < before, beyond(turn, *ended))
    found = work.session.scalar(aged.order_by(*ended).limit(1))
    if found is None:
        return False
    turn.after_at, turn.after_key = found.ended_at, found.key
    for instance in _removable(work.session, found.key, before):
        _remove(work, instance, now)
    return True


def forget_batches(work: UnitOfWork, turn: Round) -> bool:
    """Forget a batch operation that ended long ago, with its items; whether there was one."""
    before = work.clock.now() - timedelta(days=work.policy.get("retention.batches_days"))
    over = sa.select(BatchOperation.key).where(BatchOperation.ended_at < before)
    key = work.session.scalar(over.order_by(BatchOperation.ended_at).limit(1))
    if key is None:
        return False
    items = sa.select(BatchItem.instance_key).where(BatchItem.batch_key == key).limit(_AT_ONCE)
    some = work.session.scalars(items).all()
    of_batch = BatchItem.batch_key == key
    work.session.execute(sa.delete(BatchItem).where(of_batch, BatchItem.instance_key.in_(some)))
    if len(some) < _AT_ONCE:
        work.session.execute(sa.delete(BatchOperation).where(BatchOperation.key == key))
    return True


def forget_evaluations(work: UnitOfWork, turn: Round) -> bool:
    """Forget decisions that were made long ago for no process; whether there were some."""
    before = work.clock.now() - timedelta(days=work.policy.get("retention.evaluations_days"))
    alone = (DecisionInstance.instance_key.is_(None), DecisionInstance.at < before)
    some = work.session.scalars(sa.select(DecisionInstance.id).where(*alone).limit(_AT_ONCE)).all()
    work.session.execute(sa.delete(DecisionInstance).where(DecisionInstance.id.in_(some)))
    return bool(some)


def years_before(now: datetime, years: int) -> datetime:
    """The same day so many years ago; 28 February for a day that year does not have."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def _removable(session: Session, key: int, before: datetime) -> Sequence[Instance]:
    """The instances of its case: all, or none while one is younger or still in its tables, or the case is not
    archived. One without a case stands alone.
    """
    instance = session.get_one(Instance, key)
    if instance.case_id is None:
        return [instance]
    of_case = sa.select(Instance).where(Instance.case_id == instance.case_id).order_by(Instance.key)
    siblings = session.scalars(of_case.with_for_update()).all()
    aged = all(each.put_away_at and each.ended_at and each.ended_at < before for each in siblings)
    return siblings if aged and any(each.case_state == ARCHIVED for each in siblings) else ()


def _remove(work: UnitOfWork, instance: Instance, now: datetime) -> None:
    session, key = work.session, instance.key
    finished = session.get_one(FinishedInstance, key)
    note_removed(session, instance, now)
    for upload in session.scalars(sa.select(Upload).where(Upload.instance_key == key)).all():
        forget_upload(work, upload, now - GRACE)
    names = keys_in(unpacked(finished.document)) | {key}
    session.execute(sa.delete(FinishedKey).where(FinishedKey.key.in_(names)))
    if instance.case_id is not None:
        for model in (CaseMaterial, Recusal):
            session.execute(sa.delete(model).where(model.case_id == instance.case_id))
    for record in (History, StoredSubmission):
        session.execute(sa.delete(record).where(table_of(record).c.instance_key == key))
    session.delete(finished)
    session.delete(instance)
    session.flush()
