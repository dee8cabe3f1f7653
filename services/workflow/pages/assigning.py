"""Giving a task to a colleague or back to all: for who oversees the tasks of an organisation."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from flask import redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug import Response

from services.workflow import rules
from services.workflow.finished.looking_back import including_owner, refusing_when_over
from services.workflow.human.offering import is_for_staff, people_for, with_names_and_load
from services.workflow.human.people import name_of
from services.workflow.human.tasks import assign_task, unassign_task
from services.workflow.models import CaseCopy, Task
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint, problems_of, revision_posted
from services.workflow.pages.words import roles_in_words, time_left
from services.workflow.problems import TaskOver
from services.workflow.visibility import oversees_task
from shared.errors import Invalid, NotFound, Rejected
from shared.web import Person, current_person, needs, reading, runtime, transaction

ASSIGN = "workflow.task.assign"


@blueprint.get("/tasks/<int:key>/assignment")
@needs(ASSIGN)
def assignment(key: int) -> Any:
    """Who has the task, and who could have it."""
    return _page(key)


@blueprint.post("/tasks/<int:key>/assignment")
@needs(ASSIGN)
def give(key: int) -> Any:
    """Give it to one of them."""
    me, wanted = current_person(), request.form.get("person", "")
    with reading() as session, including_owner(session, Task, key) as session:
        task = _overseen(session, key, me)
        if task.status == CREATED and wanted not in map(str, people_for(session, task)):
            return _page(key, {"person": ["请选择办理这项任务的人员。"]}), Invalid.status
    revision = revision_posted()
    try:
        with transaction() as work, _unless_over(work.session, key, me):
            assign_task(work, key, wanted, str(me.id), revision=revision)
    except Rejected as error:
        return _page(key, {"person": [error.message]}), Rejected.status
    return _done(key, "given")


@blueprint.post("/tasks/<int:key>/assignment/end")
@needs(ASSIGN)
def take_back(key: int) -> Any:
    """Whoever has it has it no more: it is offered to all again."""
    me = current_person()
    with reading() as session, including_owner(session, Task, key) as session:
        _overseen(session, key, me)
    revision = revision_posted()
    try:
        with transaction() as work, _unless_over(work.session, key, me):
            unassign_task(work, key, str(me.id), revision=revision)
    except Rejected as error:
        return _page(key, {"person": [error.message]}), Rejected.status
    return _done(key, "taken-back")


def _overseen(session: Session, key: int, person: Person) -> Task:
    task = session.get(Task, key) if key <= rules.LARGEST_KEY else None
    if task is None or not oversees_task(person, task) or not is_for_staff(task):
        raise NotFound
    return task


def _unless_over(session: Session, key: int, person: Person) -> AbstractContextManager[None]:
    return refusing_when_over(session, key, TaskOver, lambda view: _overseen(view, key, person))


def _done(key: int, what: str) -> Response:
    return redirect(f"/workflow/tasks/{key}/assignment?done={what}")


def _page(key: int, errors: dict[str, list[str]] | None = None) -> str:
    with reading() as session, including_owner(session, Task, key) as session:
        task = _overseen(session, key, current_person())
        open_ = task.status == CREATED
        people = with_names_and_load(session, people_for(session, task)) if open_ else []
        return render_template(
            "workflow/assign.html", task=task, open=open_, errors=errors or {}, problems=problems_of(errors),
            case=session.get(CaseCopy, task.case_id) if task.case_id else None,
            left=time_left(task.due, runtime().clock.now(), task.paused_at),
            offered_to=roles_in_words(task.candidate_groups, task.candidate_users),
            holder=name_of(session, task.assignee), done=request.args.get("done", ""),
            people=[{"value": str(key), "text": f"{name}（手上 {load} 件）"} for key, name, load in people],
        )  # fmt: skip
