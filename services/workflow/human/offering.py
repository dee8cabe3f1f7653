"""Who could do a task that waits: for supervisors, who give it to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow.human.people import CITIZEN, holders_of, names_of, places_of
from services.workflow.human.separation import refuse_person
from services.workflow.models import Task
from services.workflow.models.tasks import CREATED
from shared.errors import Forbidden


def is_for_staff(task: Task) -> bool:
    """Whether a task is offered to a role of staff: one may have it as well as the other."""
    return bool(task.candidate_groups) and CITIZEN not in (task.lane_role, *task.candidate_groups)


def tasks_without_people(session: Session, case_id: UUID) -> list[Task]:
    """Open tasks of a case that nobody has and nobody could take, as far as is known here."""
    waiting = sa.select(Task).where(Task.case_id == case_id, Task.status == CREATED, Task.assignee.is_(None))
    return [task for task in session.scalars(waiting.order_by(Task.key)) if not people_for(session, task)]


def people_for(session: Session, task: Task) -> list[UUID]:
    """Who could take a task: whom it is offered to, and who need not stay away."""
    named = [UUID(name) for name in task.candidate_users if _is_id(name)]
    offered = list(dict.fromkeys([*named, *holders_of(session, task.candidate_groups, task.org_path)]))
    return [person_id for person_id in offered if _may(session, task, person_id)]


def _may(session: Session, task: Task, person_id: UUID) -> bool:
    try:
        refuse_person(session, task, str(person_id), places_of(session, str(person_id)))
    except Forbidden:
        return False
    return True


def with_names_and_load(session: Session, people: Sequence[UUID]) -> list[tuple[UUID, str, int]]:
    """Each with name and how many open tasks they have, who has the fewest first."""
    names, ids = names_of(session, people), [str(person_id) for person_id in people]
    held = (
        sa.select(Task.assignee, sa.func.count())
        .where(Task.assignee.in_(ids), Task.status == CREATED).group_by(Task.assignee)
    )  # fmt: skip
    load = {str(who): int(count) for who, count in session.execute(held)}
    found = [
        (person_id, names.get(person_id, "工作人员"), load.get(str(person_id), 0)) for person_id in people
    ]
    return sorted(found, key=lambda each: (each[2], each[1], str(each[0])))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
