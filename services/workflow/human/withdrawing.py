"""A person withdraws from a case: their tasks go back, supervisors are told, nothing comes to them again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.cases import refuse_archived
from services.workflow.human.offering import tasks_without_people
from services.workflow.human.people import held_by
from services.workflow.human.recusals import is_recused
from services.workflow.human.tasks import unassign
from services.workflow.models import CaseCopy, Instance, Recusal, Task
from services.workflow.models.instances import ACTIVE
from services.workflow.models.tasks import CREATED
from services.workflow.problems import (
    AlreadyRecused,
    HandlerIsChanged,
    NothingToLeave,
    NotYourRecusal,
    RecusalOver,
)
from services.workflow.stepping import Step, resume
from shared.contracts.notify import SendNotice
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import RIGHTS

SUPERVISORS = tuple(RIGHTS["workflow.recusal.read"].by_role)
"""Who is told of a recusal, at the case's organisation or above it."""


def recuse(work: UnitOfWork, case_id: UUID, person_id: UUID, *, reason: str, text: str, by: UUID) -> Recusal:
    """The person stays away from the case from now on; who may say so is the caller's question."""
    refuse_archived(work.session, case_id)
    case = work.session.get(CaseCopy, case_id)
    if case is not None and person_id == case.handler_id:
        raise HandlerIsChanged
    steps = _running(work, case_id)
    if is_recused(work.session, case_id, str(person_id)):
        raise AlreadyRecused
    recusal = Recusal(
        id=work.ids.uuid(), case_id=case_id, person_id=person_id,
        role=_role_in(work.session, case, person_id), reason=reason, text=text, at=work.clock.now(), by=by,
        lifted_at=None, lifted_by=None, lifted_because=None,
    )  # fmt: skip
    work.session.add(recusal)
    steps[-1].past("person_recused", person=str(person_id), role=recusal.role, reason=reason, by=str(by))
    _put_back(steps, str(person_id), str(by))
    work.session.flush()
    if case is not None:
        _tell(work, case, recusal)
    return recusal


def lift(work: UnitOfWork, recusal_id: UUID, *, because: str, by: UUID) -> Recusal:
    """The recusal was a mistake: what waits is offered to the person again. Never by that person."""
    recusal = work.session.get(Recusal, recusal_id)
    if recusal is None:
        raise NotFound
    refuse_archived(work.session, recusal.case_id)
    steps = _running(work, recusal.case_id)
    work.session.refresh(recusal)
    if recusal.person_id == by:
        raise NotYourRecusal
    if recusal.lifted_at is not None:
        raise RecusalOver
    recusal.lifted_at, recusal.lifted_by, recusal.lifted_because = work.clock.now(), by, because
    steps[-1].past("recusal_lifted", person=str(recusal.person_id), role=recusal.role, by=str(by))
    case = work.session.get(CaseCopy, recusal.case_id)
    if case is not None:
        notice = SendNotice(
            case_id=case.case_id, template="recusal_lifted", recipients=[recusal.person_id],
            organisation=case.agency,
        )  # fmt: skip
        work.emit(notice)
    return recusal


def _running(work: UnitOfWork, case_id: UUID) -> list[Step]:
    """Every running process of the case, locked; raises NothingToLeave when none runs."""
    running = sa.select(Instance.key).where(Instance.case_id == case_id, Instance.status == ACTIVE)
    keys = work.session.scalars(running.order_by(Instance.key)).all()
    if not keys:
        raise NothingToLeave
    return [resume(work, key, suspended=True) for key in keys]


def _put_back(steps: Sequence[Step], person: str, by: str) -> None:
    for step in steps:
        mine = (Task.instance_key == step.instance.key, Task.status == CREATED, Task.assignee == person)
        for task in step.session.scalars(sa.select(Task).where(*mine).order_by(Task.key)).all():
            unassign(step, task, by)


def _role_in(session: Session, case: CaseCopy | None, person_id: UUID) -> str:
    held = held_by(session, person_id)
    near = [h.role for h in held if case is None or h.covers(case.agency)]
    offered: set[str] = set()
    if case is not None:
        tasks = session.scalars(sa.select(Task).where(Task.case_id == case.case_id, Task.status == CREATED))
        offered = {group for task in tasks for group in task.candidate_groups}
    return next((role for role in near if role in offered), next(iter(near), ""))


def _tell(work: UnitOfWork, case: CaseCopy, recusal: Recusal) -> None:
    ordered = recusal.by != recusal.person_id
    nobody = len(tasks_without_people(work.session, case.case_id))
    work.emit(
        SendNotice(
            case_id=case.case_id, template="recusal", roles=list(SUPERVISORS), organisation=case.agency,
            recipients=[recusal.person_id] if ordered else [],
            about={"ordered": ordered, "reason": recusal.reason, "nobody": nobody},
        )
    )  # fmt: skip
