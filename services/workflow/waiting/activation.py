"""Jobs handed to outside workers: each to one of them, with the variables its element sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.models import ElementInstance, Instance, Job, ModelVersion, StoredVariable
from services.workflow.models.instances import ACTIVE
from services.workflow.models.waits import ACTIVATED, OPEN
from services.workflow.stepping.work import command_class
from shared.clock import SystemClock
from shared.errors import Malformed
from shared.messaging.work import UnitOfWork

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Asking:
    """What a worker asks for. `names`: the variables it wants, all when empty."""

    type: str
    worker: str
    most: int
    timeout: timedelta
    names: Sequence[str] = ()
    leased: bool = False


@dataclass(frozen=True)
class Handed:
    """A job in a worker's hands until its `next_at`."""

    job: Job
    version: int
    variables: dict[str, Any]


def refuse_ours(job_type: str) -> None:
    """The work of this house's own services is not handed out; raises Malformed."""
    if command_class(job_type) is not None:
        raise Malformed({"type": ["这种工作由本系统的服务完成，不能由外部领取"]})


def jobs_wait(session: Session, asking: Asking, allowed: sa.ColumnElement[bool]) -> bool:
    """Whether there is a job to hand out."""
    return session.scalar(_open(asking, allowed).with_only_columns(Job.key).limit(1)) is not None


def activate_jobs(work: UnitOfWork, asking: Asking, allowed: sa.ColumnElement[bool]) -> list[Handed]:
    """Take the oldest open jobs of a type. One that another worker is just taking is passed over."""
    free = _open(asking, allowed).order_by(Job.key).limit(min(asking.most, MOST_AT_ONCE))
    jobs = work.session.scalars(free.with_for_update(of=Job, skip_locked=True)).all()
    until = SystemClock().now() + asking.timeout
    for job in jobs:
        job.status, job.next_at, job.attempts = ACTIVATED, until, job.attempts + 1
        job.worker, job.lease = asking.worker, str(work.ids.uuid()) if asking.leased else None
    work.session.flush()
    versions = _versions(work.session, jobs)
    seen = _seen(work.session, [job.element_key for job in jobs], asking.names)
    return [Handed(job, versions.get(job.definition_key, 0), seen[job.element_key]) for job in jobs]


def _open(asking: Asking, allowed: sa.ColumnElement[bool]) -> sa.Select[tuple[Job]]:
    joined = sa.select(Job).join(Instance, Instance.key == Job.instance_key)
    running = (Instance.status == ACTIVE, Instance.suspended_at.is_(None))
    return joined.where(Job.type == asking.type, Job.status == OPEN, *running, allowed)


def _versions(session: Session, jobs: Sequence[Job]) -> dict[int, int]:
    of_these = ModelVersion.key.in_({job.definition_key for job in jobs})
    rows = session.execute(sa.select(ModelVersion.key, ModelVersion.version).where(of_these))
    return {row.key: row.version for row in rows}


def _seen(session: Session, elements: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """What each element sees, from its own scope outwards; inner variables hide outer ones."""
    chains = _chains(session, elements)
    scopes = {scope for chain in chains.values() for scope in chain}
    columns = sa.select(StoredVariable.scope_key, StoredVariable.name, StoredVariable.value)
    query = columns.where(StoredVariable.scope_key.in_(scopes))
    held: dict[int, dict[str, Any]] = {}
    for scope, name, value in session.execute(
        query.where(StoredVariable.name.in_(names)) if names else query
    ):
        held.setdefault(scope, {})[name] = value
    return {
        element: {name: value for scope in reversed(chain) for name, value in held.get(scope, {}).items()}
        for element, chain in chains.items()
    }


def _chains(session: Session, elements: Sequence[int]) -> dict[int, list[int]]:
    """Scope keys from each element outwards, up to the process or called process it is drawn in."""
    around: dict[int, int] = {}
    level = set(elements)
    while level:
        rows = sa.select(ElementInstance.key, ElementInstance.scope_key).where(ElementInstance.key.in_(level))
        found = {row.key: row.scope_key for row in session.execute(rows)}
        around.update(found)
        level = set(found.values()) - around.keys()
    chains = {element: [element] for element in elements}
    for chain in chains.values():
        while chain[-1] in around:
            chain.append(around[chain[-1]])
    return chains
