"""Workflow's part of the case page: what waits, and what happened so far."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template

from services.workflow.cases import case_for
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint
from services.workflow.pages.story import open_lines, story_of
from services.workflow.queries import case_tasks
from shared.web import current_person, needs, reading, runtime


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
    person = current_person()
    with reading() as session:
        case = case_for(session, case_id, person)
        tasks = [task for task in case_tasks(session, case_id) if task.status == CREATED]
        return render_template(
            template,
            case=case,
            waiting=open_lines(tasks, case, person, runtime().clock.now()),
            story=story_of(session, case, person),
        )
