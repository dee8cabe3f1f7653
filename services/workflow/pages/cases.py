"""Workflow's part of the case page: what waits, and what happened so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from services.workflow.cases import case_for
from services.workflow.finished.looking_back import including_case
from services.workflow.human.recusals import is_recused
from services.workflow.human.standing_in import capacity_at
from services.workflow.models import Task
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint
from services.workflow.pages.recusals import lines_of, may_withdraw, supervises
from services.workflow.pages.story import open_lines, story_of
from services.workflow.queries import case_tasks
from shared.web import Person, current_person, needs, reading, runtime


@blueprint.get("/cases/<uuid:case_id>/panel")
@needs("workflow.case.read")
def panel(case_id: UUID) -> Any:
    """The fragment for the case page."""
    return _show("workflow/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@needs("workflow.case.read")
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("workflow/case.html", case_id)


def _show(template: str, case_id: UUID) -> str:
    person, now = current_person(), runtime().clock.now()
    with reading() as session, including_case(session, case_id) as session:
        case = case_for(session, case_id, person)
        tasks = [task for task in case_tasks(session, case_id) if task.status == CREATED]
        mine = _mine(session, tasks, person, now)
        supervised = supervises(case, person)
        return render_template(
            template,
            case=case,
            waiting=open_lines(tasks, mine, case, person, now),
            story=story_of(session, case, person),
            recusable=may_withdraw(session, case, tasks, person),
            supervised=supervised,
            recusals=lines_of(session, case, person) if supervised else [],
        )


def _mine(session: Session, tasks: Sequence[Task], person: Person, now: datetime) -> set[int]:
    """Keys of the tasks of one case that the reader may do."""
    if tasks and is_recused(session, tasks[0].case_id, str(person.id)):
        return set()
    return {task.key for task in tasks if capacity_at(session, task, person, now)}
