"""Who must not do a task: asked on every claim, assignment and completion, for whoever acts and whoever
they stand in for.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.people import CITIZEN, places_of
from services.workflow.human.recusals import refuse_recused
from services.workflow.human.standing_in import Capacity
from services.workflow.models import CaseCopy, StoredSubmission, Task
from services.workflow.problems import OwnCase, SeparateFromFirm, SeparateFromPerson, SeparationOfDuties


def refuse_separated(session: Session, task: Task, person: rules.Holder, capacity: Capacity) -> None:
    """Raises the rule that keeps the person away from the task, or whom they stand in for."""
    refuse_person(session, task, str(person.id), person.organisations)
    if capacity.absent is not None:
        refuse_person(session, task, capacity.absent, places_of(session, capacity.absent))


def refuse_person(session: Session, task: Task, person: str, organisations: Iterable[str]) -> None:
    """The same for one person (their id as text), who holds roles at these organisations."""
    refuse_recused(session, task.case_id, person)
    _refuse_own_case(session, task, person)
    if person in task.separate_from_persons:
        raise SeparateFromPerson(rule="separateFromPersons", element=task.element_id)
    if task.separate_from_firm and rules.is_of(task.separate_from_firm, organisations):
        raise SeparateFromFirm(rule="separateFromFirm", element=task.element_id)
    if task.separate_from and task.four_eyes:
        here = StoredSubmission.instance_key == task.instance_key
        _refuse_doers(session, task, person, "separateFrom", task.separate_from, here)
    if task.separate_from_case:
        anywhere = StoredSubmission.case_id == task.case_id
        _refuse_doers(session, task, person, "separateFromCase", task.separate_from_case, anywhere)


def _refuse_own_case(session: Session, task: Task, person: str) -> None:
    """Whoever applied does nothing in their case but what is an applicant's, or theirs by name."""
    by_name = person in task.candidate_users or (not task.candidate_groups and task.assignee == person)
    if by_name or CITIZEN in (task.lane_role, *task.candidate_groups) or task.case_id is None:
        return
    case = session.get(CaseCopy, task.case_id)
    if case is not None and str(case.applicant_id) == person:
        raise OwnCase(rule="ownCase", element=task.element_id)


def _refuse_doers(
    session: Session, task: Task, person: str, rule: str, elements: list[str], where: sa.ColumnElement[bool]
) -> None:
    columns = (StoredSubmission.element_id, StoredSubmission.by, StoredSubmission.on_behalf_of)
    rows = session.execute(sa.select(*columns).where(where, StoredSubmission.element_id.in_(elements)))
    done = [(row.element_id, str(who)) for row in rows for who in (row.by, row.on_behalf_of) if who]
    element = rules.broken_separation(elements, done, person)
    if element is not None:
        raise SeparationOfDuties(rule=rule, element=task.element_id, done=element)
