"""Human tasks: taken, given, put back and completed by people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.workflow import rules
from services.workflow.human.forms import accepted_answers, form_of
from services.workflow.human.people import places_of
from services.workflow.human.separation import refuse_person, refuse_separated
from services.workflow.human.taking_up import step_as, step_on
from services.workflow.human.uploads import keep_files
from services.workflow.models import StoredSubmission, Task
from services.workflow.models.tasks import COMPLETED
from services.workflow.problems import NotYourTask, OnlyYours, TaskTaken
from services.workflow.stepping import Step, node_of
from shared.contracts.workflow import TaskClaimed, TaskCompleted
from shared.database import table_of
from shared.messaging.work import UnitOfWork

_SUBMISSIONS = table_of(StoredSubmission)


def claim_task(work: UnitOfWork, key: int, person: rules.Holder, revision: int | None = None) -> Task:
    """Take an offered task. Taking one's own task again changes nothing."""
    step, task, capacity, ties = step_as(work, key, revision, person)
    if task.assignee == capacity.whose:
        return task
    if task.assignee is not None:
        raise TaskTaken
    refuse_separated(step.session, task, person, capacity, ties)
    _assign(step, task, capacity.whose, by=str(person.id), absent=capacity.absent)
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
    refuse_person(work.session, task, assignee, places_of(work.session, assignee))
    _assign(step, task, assignee, by=by)
    return task


def unassign_task(work: UnitOfWork, key: int, by: str, revision: int | None = None) -> Task:
    """Put a task back for everyone it is offered to."""
    step, task = step_on(work, key, revision)
    return unassign(step, task, by)


def put_back(work: UnitOfWork, key: int, person: rules.Holder, revision: int | None = None) -> Task:
    """Give a task one has taken back to everyone it is offered to."""
    step, task, capacity, _ = step_as(work, key, revision, person)
    if task.assignee not in (None, capacity.whose):
        raise NotYourTask
    if not (task.candidate_groups or task.candidate_users):
        raise OnlyYours
    return unassign(step, task, str(person.id), capacity.absent)


def complete_task(
    work: UnitOfWork, key: int, person: rules.Holder, revision: int | None, answers: Mapping[str, Any]
) -> Task:
    """Hand in the answers: checked, sealed as a submission, and the process goes on.

    Of the answers only what the model's output mappings name becomes a variable.
    """
    step, task, capacity, ties = step_as(work, key, revision, person)
    if task.assignee not in (None, capacity.whose):
        raise NotYourTask
    refuse_separated(step.session, task, person, capacity, ties)
    checked = accepted_answers(work, task, answers)
    keep_files(work.session, task, form_of(work.session, task), checked)
    _finish(step, task, person.id, checked, capacity.absent)
    has_outputs = bool(node_of(step, task.process_id, task.element_id).outputs)
    step.answers_for = task.element_key
    step.execution.complete(task.element_key, checked if has_outputs else {})
    step.move()
    return task


def _finish(step: Step, task: Task, person: UUID, answers: Mapping[str, Any], absent: str | None) -> None:
    task.status, task.completed_at, task.completed_by = COMPLETED, step.now, str(person)
    task.assignee, task.paused_at, task.completed_for = str(person), None, absent
    task.revision += 1
    step.bundle.follow(task)
    submission = {
        "id": step.work.ids.uuid(), "instance_key": task.instance_key, "case_id": task.case_id,
        "task_key": task.key, "element_id": task.element_id, "by": person,
        "on_behalf_of": UUID(absent) if absent else None, "at": step.now, "answers": dict(answers),
    }  # fmt: skip
    step.bundle.add(_SUBMISSIONS, submission)
    step.past(
        "task_completed", task=str(task.key), element=task.element_id, by=str(person),
        submission=str(submission["id"]), **_for(absent),
    )  # fmt: skip
    if task.case_id:
        step.work.emit(
            TaskCompleted(
                case_id=task.case_id, task=str(task.key), element=task.element_id, assignee=str(person)
            )
        )


def _assign(step: Step, task: Task, assignee: str, by: str, absent: str | None = None) -> None:
    step.bundle.follow(task)
    task.assignee, task.claimed_at, task.claimed_by = assignee, step.now, by
    task.revision += 1
    step.past("task_claimed", task=str(task.key), assignee=assignee, by=by, **_for(absent))
    if task.case_id:
        step.work.emit(
            TaskClaimed(case_id=task.case_id, task=str(task.key), element=task.element_id, assignee=assignee)
        )


def unassign(step: Step, task: Task, by: str, absent: str | None = None) -> Task:
    """The task is nobody's; what is so already is not told again."""
    if task.assignee is not None:
        step.past("task_unassigned", task=str(task.key), assignee=task.assignee, by=by, **_for(absent))
        task.assignee = task.claimed_at = task.claimed_by = None
        task.revision += 1
    return task


def _for(absent: str | None) -> dict[str, str]:
    """For whom a substitute acted, as the history tells it."""
    return {"for": absent} if absent else {}
