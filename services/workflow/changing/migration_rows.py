"""The rows of an instance that goes over to another version, and what is kept to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.engine.migrating import Change
from services.workflow.models import (
    ElementInstance,
    Incident,
    Instance,
    Job,
    Migration,
    ModelVersion,
    SignalSubscription,
    Subscription,
    Task,
    Timer,
)
from services.workflow.models.instances import ACTIVE
from services.workflow.models.records import RAISED
from services.workflow.models.tasks import CREATED
from services.workflow.problems import InstanceOver, MovedOn
from services.workflow.stepping import Step, locked
from shared.database import Instant
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork

Names = Mapping[int, tuple[str, str]]
Versions = Mapping[str, tuple[int, int]]
_WAITS: tuple[type[Any], ...] = (Timer, Subscription, SignalSubscription)


def rename_rows(session: Session, instance: Instance, names: Names, versions: Versions) -> None:
    """Rows of what is under way: element id and name by the key of the token or wait, model by process."""
    for key, (element, name) in names.items():
        for table in _WAITS:
            session.execute(sa.update(table).where(table.key == key).values(element_id=element))
        for rows in (Job, Incident):
            session.execute(sa.update(rows).where(rows.element_key == key).values(element_id=element))
        titled = {"element_id": element, "name": name}
        session.execute(sa.update(ElementInstance).where(ElementInstance.key == key).values(titled))
        session.execute(sa.update(Task).where(Task.element_key == key).values(titled))
    for process, (model, version) in versions.items():
        of_task = (Task.instance_key == instance.key, Task.process_id == process, Task.status == CREATED)
        session.execute(sa.update(Task).where(*of_task).values(definition_key=model, version=version))
        of_job = (Job.instance_key == instance.key, Job.process_id == process, Job.ended_at.is_(None))
        session.execute(sa.update(Job).where(*of_job).values(definition_key=model))
        of_incident = (Incident.instance_key == instance.key, Incident.process_id == process)
        raised = sa.update(Incident).where(*of_incident, Incident.status == RAISED)
        session.execute(raised.values(definition_key=model))


def snapshot(step: Step, change: Change) -> dict[str, Any]:
    """What is to be put back when the migration is undone."""
    instance = step.instance
    dropped = {t.__tablename__: _rows(step.session, t, change.dropped) for t in _WAITS}
    return {
        "definition": [str(instance.definition_key), instance.definition_sha, instance.version],
        "pins": dict(instance.pins), "dropped": dropped,
        "names": {str(key): [node.id, node.name[:255]] for key, (node, _) in change.moves.items()},
        "tokens": (instance.tokens or b"").hex(),
        "waits": [str(key) for key in _waits(step.session, instance.key)],
    }  # fmt: skip


def keep_for_undo(step: Step, before: dict[str, Any], target: int, by: str) -> None:
    """Remember what it was, until the instance moves on."""
    source, old = int(before["definition"][0]), before.pop("tokens")
    kept = Migration(
        key=step.new_key(), instance_key=step.instance.key, source_key=source, target_key=target,
        revision=step.instance.revision, tokens=bytes.fromhex(old), before=before, at=step.now, by=by,
        undone_at=None,
    )  # fmt: skip
    step.session.add(kept)
    step.session.flush()


def undo_migration(work: UnitOfWork, key: int, by: str, reason: str = "") -> None:
    """Take an instance's last migration back; raises MovedOn when anything moved since, and NotFound.

    Whoever took or put back a task since then has it as it is now.
    """
    instance = locked(work.session, key)
    kept = last_migration(work.session, key)
    if instance.status != ACTIVE:
        raise InstanceOver
    if kept is None:
        raise NotFound
    if instance.revision != kept.revision:
        raise MovedOn
    step = Step(work, instance)
    _put_back_waits(work.session, instance.key, kept.before)
    _put_back(work.session, instance, kept)
    instance.revision += 1
    kept.undone_at = step.now
    step.past("migration_undone", by=by, reason=reason, target=str(kept.source_key))
    step.write()


def last_migration(session: Session, key: int) -> Migration | None:
    """The last migration of an instance that was not undone."""
    of = sa.select(Migration).where(Migration.instance_key == key, Migration.undone_at.is_(None))
    return session.scalars(of.order_by(Migration.key.desc()).limit(1)).first()


def _put_back(session: Session, instance: Instance, kept: Migration) -> None:
    key, sha, version = kept.before["definition"]
    instance.definition_key, instance.definition_sha, instance.version = int(key), sha, version
    instance.pins, instance.tokens = kept.before["pins"], kept.tokens
    models = {name: session.get_one(ModelVersion, pin[0]) for name, pin in instance.pins.items()}
    versions = {name: (model.key, model.version) for name, model in models.items()}
    versions[instance.process_id] = (instance.definition_key, instance.version)
    names = {int(token): (element, name) for token, (element, name) in kept.before["names"].items()}
    rename_rows(session, instance, names, versions)


def _put_back_waits(session: Session, key: int, before: Mapping[str, Any]) -> None:
    """Waits that began with the migration go, those that ended come back as they were."""
    for table in _WAITS:
        new = (table.instance_key == key, table.key.not_in([int(each) for each in before["waits"]]))
        session.execute(sa.delete(table).where(*new))
        for row in before["dropped"][table.__tablename__]:
            session.add(table(**{name: _read(table, name, value) for name, value in row.items()}))


def _waits(session: Session, key: int) -> list[int]:
    return [k for t in _WAITS for k in session.scalars(sa.select(t.key).where(t.instance_key == key))]


def _rows(session: Session, table: type[Any], keys: list[int]) -> list[dict[str, Any]]:
    rows = session.scalars(sa.select(table).where(table.key.in_(keys)))
    names = [column.key for column in sa.inspect(table).column_attrs]
    return [{name: _written(getattr(row, name)) for name in names} for row in rows]


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(table: type[Any], name: str, value: Any) -> Any:
    column = sa.inspect(table).columns[name]
    return datetime.fromisoformat(value) if value and isinstance(column.type, Instant) else value
