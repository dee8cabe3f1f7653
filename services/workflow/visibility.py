"""Which tasks exist for whom. A task of others looks like a missing one."""

from __future__ import annotations

import sqlalchemy as sa

from services.workflow import rules
from services.workflow.models import Candidate, Task
from services.workflow.models.tasks import GROUP, USER
from shared.web import Person

OVERSEERS = ("process_owner", "administrator", "integration")
"""Roles that see and assign every task of their organisations, without being able to do it."""


def visible_tasks(person: Person) -> sa.ColumnElement[bool]:
    """Tasks offered to the person, taken or done by them, or overseen by them."""
    me = str(person.id)
    ways: list[sa.ColumnElement[bool]] = [
        Task.assignee == me,
        _offered(Candidate.kind == USER, Candidate.name == me),
    ]
    for held in person.roles:
        below = Candidate.org_path.startswith(held.organisation, autoescape=True)
        ways.append(_offered(Candidate.kind == GROUP, Candidate.name == held.role, below))
        if held.role in OVERSEERS:
            ways.append(Task.org_path.startswith(held.organisation, autoescape=True) | (Task.org_path == ""))
    return sa.or_(*ways)


def may_see_task(person: Person, task: Task) -> bool:
    """The same for one task; who it was offered to still sees it when it is over."""
    return rules.may_take(person, task) or oversees_task(person, task)


def oversees_task(person: Person, task: Task) -> bool:
    """Whether the person may assign the task to others; one of no organisation is every overseer's."""
    return person.holds(*OVERSEERS, at=task.org_path or None)


def _offered(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return Task.key.in_(sa.select(Candidate.task_key).where(*conditions))
