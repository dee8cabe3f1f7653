"""A task's page: what it is about, taking it, its form, and what comes next."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.finished.looking_back import including_owner, refusing_when_over
from services.workflow.human.standing_in import stand_ins
from services.workflow.human.tasks import claim_task, complete_task, put_back
from services.workflow.models import CaseCopy, Task
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint, revision_posted
from services.workflow.pages.recusals import may_withdraw
from services.workflow.pages.submitting import handed_in
from services.workflow.pages.words import roles_in_words, time_left
from services.workflow.pages.worksheet import Worksheet, worksheet_for
from services.workflow.problems import TaskOver
from services.workflow.queries import offered_tasks, task_for
from shared.errors import Invalid, Rejected
from shared.forms import error_entries, render_answers, render_form, wants_redraw
from shared.web import current_person, needs, reading, runtime, transaction

MOST_LOOKS = 15
"""How often the page after a task looks whether the next one has come."""


@blueprint.get("/tasks/<int:key>")
@needs("workflow.task.work")
def task(key: int) -> Any:
    """The task; its form for who has taken it."""
    sheet = _sheet(key)
    return _page(sheet, sheet.values)


@blueprint.post("/tasks/<int:key>")
@needs("workflow.task.work")
def submit(key: int) -> Any:
    """Hand in the form; what was typed is shown again when something is not right."""
    person, sheet, revision = current_person(), _sheet(key), revision_posted()
    given = handed_in(sheet, person)
    if wants_redraw(request.form):
        return _page(sheet, given.values)
    if given.errors:
        return _page(sheet, given.values, errors=given.errors), Invalid.status
    try:
        with transaction() as work, _unless_over(work.session, key):
            complete_task(work, key, person, revision, given.values)
    except Invalid as error:
        return _page(sheet, given.values, errors=error.fields), Invalid.status
    except Rejected as error:
        now = _sheet(key)
        now.files |= sheet.files
        return _page(now, given.values, conflict=error.message), Rejected.status
    return redirect(f"/workflow/tasks/{key}/done")


@blueprint.post("/tasks/<int:key>/claim")
@needs("workflow.task.work")
def claim(key: int) -> Any:
    """Take an offered task."""
    with transaction() as work, _unless_over(work.session, key):
        claim_task(work, key, current_person())
    return redirect(f"/workflow/tasks/{key}")


@blueprint.post("/tasks/<int:key>/unclaim")
@needs("workflow.task.work")
def unclaim(key: int) -> Any:
    """Put a task back for the others."""
    with transaction() as work, _unless_over(work.session, key):
        put_back(work, key, current_person())
    return redirect("/workflow/tasks")


@blueprint.get("/tasks/<int:key>/done")
@needs("workflow.task.work")
def done(key: int) -> Any:
    """The task is recorded; the next one of the same case shows up when it has come."""
    person, sheet = current_person(), _sheet(key)
    look = request.args.get("look", 0, type=int)
    with reading() as session:
        offered = offered_tasks(person, stand_ins(session, person, runtime().clock.now()))
        following = offered.where(Task.case_id == sheet.task.case_id)
        tasks = session.scalars(following.limit(5)).all() if sheet.task.case_id else []
    waiting = not tasks and sheet.task.case_id is not None and 0 <= look < MOST_LOOKS
    next_look = f"/workflow/tasks/{key}/done?look={look + 1}" if waiting else None
    return render_template("workflow/done.html", sheet=sheet, tasks=tasks, next_look=next_look)


def _sheet(key: int) -> Worksheet:
    with reading() as session, including_owner(session, Task, key) as session:
        return worksheet_for(session, key, current_person(), runtime())


def _recusable(sheet: Worksheet) -> bool:
    if sheet.task.case_id is None or sheet.task.status != CREATED:
        return False
    with reading() as session:
        case = session.get(CaseCopy, sheet.task.case_id)
        return case is not None and may_withdraw(session, case, [sheet.task], current_person())


def _unless_over(session: Session, key: int) -> AbstractContextManager[None]:
    person, now = current_person(), runtime().clock.now()
    return refusing_when_over(session, key, TaskOver, lambda view: task_for(view, key, person, now))


def _page(
    sheet: Worksheet, values: dict[str, Any], *, errors: dict[str, Any] | None = None, conflict: str = ""
) -> str:
    task = sheet.task
    mine, open_ = task.assignee == sheet.capacity.whose, task.status == CREATED
    fields = typed = None
    if sheet.form is not None and open_ and mine:
        fields = render_form(
            sheet.form, values, errors, sheet.options, files=sheet.files, environment=sheet.environment,
            summary=False,
        )  # fmt: skip
    elif sheet.form is not None and conflict:
        typed = render_answers(
            sheet.form, values, sheet.options, files=sheet.files, environment=sheet.environment
        )
    return render_template(
        "workflow/task.html", sheet=sheet, task=task, mine=mine, open=open_, fields=fields, typed=typed,
        conflict=conflict, left=time_left(task.due, runtime().clock.now(), task.paused_at),
        problems=error_entries(sheet.form, errors) if sheet.form and errors else [],
        offered_to=roles_in_words(task.candidate_groups, task.candidate_users),
        shared=bool(task.candidate_groups or task.candidate_users), recusable=_recusable(sheet),
    )  # fmt: skip
