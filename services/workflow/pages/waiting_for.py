"""What waits for one person: asked by whoever looks after them, before their account is closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import Session

from services.workflow.cases import about
from services.workflow.human.people import places_of
from services.workflow.models import CaseCopy, Task
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint
from services.workflow.visibility import about_place
from shared.rights import Relation, may
from shared.web import Person, current_person, needs, reading

_ACTION = "identity.person.change"


@blueprint.get("/people/<uuid:person_id>/waiting")
@needs(_ACTION)
def waiting_for(person_id: UUID) -> Any:
    """The open tasks a person has taken; those of other organisations are only counted, and only for who
    looks after the person. Somebody else's person has nothing, as a missing one has."""
    me = current_person()
    with reading() as session:
        places = places_of(session, str(person_id))
        tasks = _tasks(session, person_id)
    mine = [(task, case) for task, case in tasks if _may_read(me, task, case)]
    looks_after = any(may(me, _ACTION, Relation(organisation=place)) for place in places)
    elsewhere = len(tasks) - len(mine) if looks_after else 0
    template = "waiting" if "HX-Request" in request.headers else "waiting_page"
    return render_template(f"workflow/{template}.html", tasks=mine, elsewhere=elsewhere)


def _tasks(session: Session, person_id: UUID) -> list[tuple[Task, CaseCopy | None]]:
    found = session.execute(
        sa.select(Task, CaseCopy)
        .outerjoin(CaseCopy, CaseCopy.case_id == Task.case_id)
        .where(Task.assignee == str(person_id), Task.status == CREATED)
        .order_by(Task.due.asc().nulls_last(), Task.key)
    )
    return [(row[0], row[1]) for row in found]


def _may_read(me: Person, task: Task, case: CaseCopy | None) -> bool:
    if may(me, "workflow.task.read", about_place(task.org_path)):
        return True
    return case is not None and may(me, "workflow.case.read", about(case))
