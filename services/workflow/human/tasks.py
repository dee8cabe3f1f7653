"""Human tasks: taken, given, put back and completed by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.forms import accepted_answers, form_of
from services.workflow.human.people import places_of
from services.workflow.human.uploads import keep_files
from services.workflow.models import Instance, StoredSubmission, Task
from services.workflow.models.tasks import COMPLETED, CREATED
from services.workflow.problems import (
    NotYourTask,
    OnlyYours,
    SeparateFromFirm,
    SeparateFromPerson,
    SeparationOfDuties,
    TaskOver,
    TaskTaken,
)
from services.workflow.stepping import Step, node_of, resume
from shared.contracts.workflow import TaskClaimed, TaskCompleted
from shared.database import table_of
from shared.errors import NotFound, Stale
from shared.messaging.work import UnitOfWork

_SUBMISSIONS = table_of(StoredSubmission)
_BOTH_LOCKED = (
    sa.select(Task, Instance).select_from(Instance).join(Task, Task.instance_key == Instance.key)
    .where(Task.key == sa.bindparam("key", type_=Task.key.type)).with_for_update()
    .execution_options(populate_existing=True)
)  # fmt: skip


def claim_task(work: UnitOfWork, key: int, person: rules.Holder, revision: int | None = None) -> Task:
    """Take an offered task. Taking one's own task again changes nothing."""
    step, task = step_on(work, key, revision, person)
    if task.assignee == str(person.id):
        return task
    if task.assignee is not None:
        raise TaskTaken
    _refuse_separated(step, task, str(person.id), person.organisations)
    _assign(step, task, str(person.id), by=str(person.id))
    return task


def assign_task(
    work: UnitOfWork, key: int, assignee: str, by: str, *, override: bool = True, revision: int | None = None
) -> Task:
    """Give a task to a person (their id as text); who may do so is the caller's question.

    Without `override` a task that somebody has already is left alone.
    """
    step, task = step_on(work, key, revision)
    if task.assignee not in (None, assignee) and not override:
        raise TaskTaken
    _refuse_separated(step, task, assignee, places_of(work.session, assignee))
    _assign(step, task, assignee, by=by)
    return task


def unassign_task(work: UnitOfWork, key: int, by: str, revision: int | None = None) -> Task:
    """Put a task back for everyone it is offered to."""
    step, task = step_on(work, key, revision)
    return _unassign(step, task, by)


def put_back(work: UnitOfWork, key: int, person: rules.Holder, revision: int | None = None) -> Task:
    """Give a task one has taken back to everyone it is offered to."""
    step, task = step_on(work, key, revision, person)
    if task.assignee not in (None, str(person.id)):
        raise NotYourTask
    if not (task.candidate_groups or task.candidate_users):
        raise OnlyYours
    return _unassign(step, task, str(person.id))


def complete_task(
    work: UnitOfWork, key: int, person: rules.Holder, revision: int | None, answers: Mapping[str, Any]
) -> Task:
    """Hand in the answers: checked, sealed as a submission, and the process goes on.

    Of the answers only what the model's output mappings name becomes a variable.
    """
    step, task = step_on(work, key, revision, person)
    if task.assignee not in (None, str(person.id)):
        raise NotYourTask
    _refuse_separated(step, task, str(person.id), person.organisations)
    checked = accepted_answers(work, task, answers)
    keep_files(work.session, task, form_of(work.session, task), checked)
    _finish(step, task, person.id, checked)
    has_outputs = bool(node_of(step, task.process_id, task.element_id).outputs)
    step.answers_for = task.element_key
    step.execution.complete(task.element_key, checked if has_outputs else {})
    step.move()
    return task


def _finish(step: Step, task: Task, person: UUID, answers: Mapping[str, Any]) -> None:
    task.status, task.completed_at, task.completed_by = COMPLETED, step.now, str(person)
    task.assignee, task.paused_at = str(person), None
    task.revision += 1
    step.bundle.follow(task)
    submission = {
        "id": step.work.ids.uuid(), "instance_key": task.instance_key, "case_id": task.case_id,
        "task_key": task.key, "element_id": task.element_id, "by": person, "at": step.now,
        "answers": dict(answers),
    }  # fmt: skip
    step.bundle.add(_SUBMISSIONS, submission)
    step.past(
        "task_completed", task=str(task.key), element=task.element_id, by=str(person),
        submission=str(submission["id"]),
    )  # fmt: skip
    if task.case_id:
        step.work.emit(
            TaskCompleted(
                case_id=task.case_id, task=str(task.key), element=task.element_id, assignee=str(person)
            )
        )


def _assign(step: Step, task: Task, assignee: str, by: str) -> None:
    step.bundle.follow(task)
    task.assignee, task.claimed_at, task.claimed_by = assignee, step.now, by
    task.revision += 1
    step.past("task_claimed", task=str(task.key), assignee=assignee, by=by)
    if task.case_id:
        step.work.emit(
            TaskClaimed(case_id=task.case_id, task=str(task.key), element=task.element_id, assignee=assignee)
        )


def _unassign(step: Step, task: Task, by: str) -> Task:
    if task.assignee is not None:
        step.past("task_unassigned", task=str(task.key), assignee=task.assignee, by=by)
        task.assignee = task.claimed_at = task.claimed_by = None
        task.revision += 1
    return task


def step_on(
    work: UnitOfWork, key: int, revision: int | None, person: rules.Holder | None = None
) -> tuple[Step, Task]:
    """A step of the open task's process, locked, and the task as it stands then.

    Raises NotFound, TaskOver, Stale.
    """
    found, instance = _locked(work.session, key)
    if found is None or (person is not None and not rules.may_take(person, found)):
        raise NotFound  # a task of others and a missing one look the same
    if found.status != CREATED:
        raise TaskOver
    step = resume(work, found.instance_key, instance)
    if revision is not None and revision != found.revision:
        raise Stale
    return step, found


def _locked(session: Session, key: int) -> tuple[Task, Instance] | tuple[None, None]:
    """The task and its instance as they are once both are ours; the instance first, as everywhere."""
    if key > rules.LARGEST_KEY:
        return None, None
    found = session.execute(_BOTH_LOCKED, {"key": key}).first()
    return (None, None) if found is None else (found[0], found[1])


def _refuse_separated(step: Step, task: Task, person: str, organisations: Iterable[str]) -> None:
    if person in task.separate_from_persons:
        raise SeparateFromPerson(rule="separateFromPersons", element=task.element_id)
    if task.separate_from_firm and rules.is_of(task.separate_from_firm, organisations):
        raise SeparateFromFirm(rule="separateFromFirm", element=task.element_id)
    if task.separate_from:
        _refuse_doers(step, task, person)


def _refuse_doers(step: Step, task: Task, person: str) -> None:
    of_these = (
        StoredSubmission.instance_key == task.instance_key,
        StoredSubmission.element_id.in_(task.separate_from),
    )
    rows = step.session.execute(sa.select(StoredSubmission.element_id, StoredSubmission.by).where(*of_these))
    done = [(element, str(by)) for element, by in rows]
    element = rules.broken_separation(task.separate_from, done, person)
    if element is not None:
        raise SeparationOfDuties(rule="separateFrom", element=task.element_id, done=element)
