"""Who must not do a task: asked on every claim, assignment and completion, for whoever acts and whoever
they stand in for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.human.people import CITIZEN, places_of
from services.workflow.human.standing_in import Capacity
from services.workflow.models import CaseCopy, Recusal, StoredSubmission, Task
from services.workflow.problems import (
    OwnCase,
    Recused,
    SeparateFromFirm,
    SeparateFromPerson,
    SeparationOfDuties,
)


class Ties(NamedTuple):
    """What keeps a person away from a case: they stay away from it, or applied for it."""

    recused: bool
    applied: bool


def ties_at(
    case_id: sa.SQLColumnExpression[Any], person_id: sa.SQLColumnExpression[Any]
) -> tuple[sa.Label[bool], sa.Label[bool]]:
    """Ties as the columns of a query."""
    standing = (Recusal.person_id == person_id, Recusal.lifted_at.is_(None))
    recused = sa.exists().where(Recusal.case_id == case_id, *standing)
    applied = sa.exists().where(CaseCopy.case_id == case_id, CaseCopy.applicant_id == person_id)
    return recused.label("recused"), applied.label("applied")


_NO_TIES = Ties(recused=False, applied=False)
_TIES = sa.select(*ties_at(sa.bindparam("case", type_=sa.Uuid()), sa.bindparam("person", type_=sa.Uuid())))


def refuse_separated(
    session: Session, task: Task, person: rules.Holder, capacity: Capacity, ties: Ties
) -> None:
    """Raises the rule that keeps the person (with these ties) from the task, or whom they stand in for."""
    _refuse(session, task, str(person.id), person.organisations, ties)
    if capacity.absent is not None:
        refuse_person(session, task, capacity.absent, places_of(session, capacity.absent))


def refuse_person(session: Session, task: Task, person: str, organisations: Iterable[str]) -> None:
    """The same for one person (their id as text), who holds roles at these organisations."""
    _refuse(session, task, person, organisations, _ties(session, task.case_id, person))


def _refuse(session: Session, task: Task, person: str, organisations: Iterable[str], ties: Ties) -> None:
    _refuse_tied(task, person, ties)
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


def _refuse_tied(task: Task, person: str, ties: Ties) -> None:
    """Who stays away from the case; whoever applied does nothing in it but what is an applicant's, or theirs
    by name.
    """
    if ties.recused:
        raise Recused(rule="recusal")
    if ties.applied and not _is_theirs(task, person):
        raise OwnCase(rule="ownCase", element=task.element_id)


def _ties(session: Session, case_id: UUID | None, person: str) -> Ties:
    try:
        who = {"case": case_id, "person": UUID(person)}
    except ValueError:  # whom a model names by another word is nobody of this house
        return _NO_TIES
    return Ties(*session.execute(_TIES, who).one()) if case_id is not None else _NO_TIES


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
