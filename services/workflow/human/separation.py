"""Who must not do a task: asked on every claim, assignment and completion, for whoever acts and whoever
they stand in for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.people import CITIZEN, places_of
from services.workflow.human.standing_in import Capacity
from services.workflow.models import StoredSubmission, Task
from services.workflow.problems import (
    OwnCase,
    Recused,
    SeparateFromFirm,
    SeparateFromPerson,
    SeparationOfDuties,
)

_TIES = sa.text(
    "SELECT EXISTS (SELECT 1 FROM recusal WHERE case_id = :case AND person_id = :person "
    "AND lifted_at IS NULL) AS recused, "
    "EXISTS (SELECT 1 FROM case_copy WHERE case_id = :case AND applicant_id = :person) AS applied"
).bindparams(sa.bindparam("case", type_=sa.Uuid()), sa.bindparam("person", type_=sa.Uuid()))
"""Asked on every completion, so once and as text: putting it together costs more than the answer."""


def refuse_separated(session: Session, task: Task, person: rules.Holder, capacity: Capacity) -> None:
    """Raises the rule that keeps the person away from the task, or whom they stand in for."""
    refuse_person(session, task, str(person.id), person.organisations)
    if capacity.absent is not None:
        refuse_person(session, task, capacity.absent, places_of(session, capacity.absent))


def refuse_person(session: Session, task: Task, person: str, organisations: Iterable[str]) -> None:
    """The same for one person (their id as text), who holds roles at these organisations."""
    _refuse_tied(session, task, person)
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


def _refuse_tied(session: Session, task: Task, person: str) -> None:
    """Who stays away from the case; whoever applied does nothing in it but what is an applicant's, or theirs
    by name.
    """
    ties = _ties(session, task.case_id, person)
    if ties is not None and ties.recused:
        raise Recused(rule="recusal")
    if ties is not None and ties.applied and not _is_theirs(task, person):
        raise OwnCase(rule="ownCase", element=task.element_id)


def _ties(session: Session, case_id: UUID | None, person: str) -> sa.Row[Any] | None:
    try:
        who = {"case": case_id, "person": UUID(person)}
    except ValueError:  # whom a model names by another word is nobody of this house
        return None
    return session.execute(_TIES, who).one() if case_id is not None else None


def _is_theirs(task: Task, person: str) -> bool:
    by_name = person in task.candidate_users or (not task.candidate_groups and task.assignee == person)
    return by_name or CITIZEN in (task.lane_role, *task.candidate_groups)


def _refuse_doers(
    session: Session, task: Task, person: str, rule: str, elements: list[str], where: sa.ColumnElement[bool]
) -> None:
    columns = (StoredSubmission.element_id, StoredSubmission.by, StoredSubmission.on_behalf_of)
    rows = session.execute(sa.select(*columns).where(where, StoredSubmission.element_id.in_(elements)))
    done = [(row.element_id, str(who)) for row in rows for who in (row.by, row.on_behalf_of) if who]
    element = rules.broken_separation(elements, done, person)
    if element is not None:
        raise SeparationOfDuties(rule=rule, element=task.element_id, done=element)
