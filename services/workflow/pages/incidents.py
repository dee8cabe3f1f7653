"""Incidents for process owners: what stopped, why, trying again, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.cases import numbers_of
from services.workflow.finished.looking_back import including_owner, refusing_when_over
from services.workflow.models import Incident, Instance, Job, ModelVersion, Timer
from services.workflow.models.records import RAISED
from services.workflow.pages.door import blueprint
from services.workflow.pages.incident_words import cause_in_words, what_failed
from services.workflow.pages.mending import MODIFY
from services.workflow.paging import Asked, Order, page_of
from services.workflow.problems import IncidentOver
from services.workflow.programs import program_of
from services.workflow.visibility import incident_for, oversees, visible_incidents
from services.workflow.waiting.aftermath import UNDER_WAY, aftermath_of
from services.workflow.waiting.incidents import retry_incident
from shared.errors import Rejected
from shared.rights import Relation, may
from shared.web import Person, current_person, needs, reading, transaction

ROWS = 25
MOST_LOOKS = 15
"""How often the page after a retry looks whether the result has come."""
_MOST_COUNTED = 100


@dataclass(frozen=True)
class Line:
    """One incident in words; whether the reader may open its case (`linked`) and change its variables."""

    key: int
    what: str
    cause: str
    process: str
    element: str
    case_id: UUID | None
    number: str
    linked: bool
    mendable: bool
    since: datetime
    attempts: int


@blueprint.get("/incidents")
@needs("workflow.incident.read")
def incidents() -> Any:
    """Open incidents, the newest first."""
    person, after = current_person(), request.args.get("after") or None
    orders = [Order(Incident.raised_at, descending=True), Order(Incident.key, descending=True)]
    with reading() as session:
        page = page_of(session, _open(person), orders, Asked(ROWS, after=after))
        lines = _lines(session, page.rows, person)
    return render_template("workflow/incidents.html", lines=lines, page=page, after=after, width="full")


@blueprint.get("/incidents/count")
@needs("workflow.incident.read")
def count() -> Any:
    """The words of the link to the incidents when there are some, otherwise nothing (204)."""
    some = _open(current_person()).with_only_columns(Incident.key).limit(_MOST_COUNTED)
    with reading() as session:
        number = session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0
    if not number:
        return "", 204
    return f"异常（{number}）" if number < _MOST_COUNTED else f"异常（{_MOST_COUNTED - 1}+）"


@blueprint.get("/incidents/<int:key>")
@needs("workflow.incident.read")
def incident(key: int) -> Any:
    """One incident: the way to retry it, or what came of it."""
    return _page(key, look=request.args.get("look", 0, type=int))


@blueprint.post("/incidents/<int:key>/retry")
@needs("workflow.incident.resolve")
def retry(key: int) -> Any:
    """Try again; when that cannot be, say why and how things stand."""
    person, action = current_person(), "workflow.incident.resolve"
    try:
        with (
            transaction() as work,
            refusing_when_over(
                work.session, key, IncidentOver, lambda session: incident_for(session, key, person, action)
            ),
        ):
            incident_for(work.session, key, person, action)
            retry_incident(work, key, str(person.id))
    except Rejected as error:
        return _page(key, conflict=error.message), Rejected.status
    return redirect(f"/workflow/incidents/{key}")


def _page(key: int, *, look: int = 0, conflict: str = "") -> str:
    person = current_person()
    with reading() as session, including_owner(session, Incident, key) as session:
        found = incident_for(session, key, person, "workflow.incident.read")
        after = aftermath_of(session, found)
        [line, *others] = _lines(session, [found, *after.others], person)
        again = _lines(session, [after.again], person)[0] if after.again else None
        waiting = after.state == UNDER_WAY and 0 <= look < MOST_LOOKS
        next_look = f"/workflow/incidents/{key}?look={look + 1}" if waiting else None
        return render_template(
            "workflow/incident.html", incident=found, line=line, after=after, again=again, others=others,
            conflict=conflict, next_look=next_look,
        )  # fmt: skip


def _open(person: Person) -> sa.Select[tuple[Incident]]:
    return visible_incidents(person, "workflow.incident.read").where(Incident.status == RAISED)


def _lines(session: Session, rows: Sequence[Incident], person: Person) -> list[Line]:
    instances = {row.key: row for row in _by_key(session, Instance, {r.instance_key for r in rows})}
    numbers = numbers_of(session, {i.case_id for i in instances.values() if i.case_id})
    attempts = _attempts(session, rows)
    return [_line(session, row, instances[row.instance_key], numbers, attempts, person) for row in rows]


def _line(
    session: Session, row: Incident, instance: Instance, numbers: Mapping[UUID, str],
    attempts: Mapping[int, int], person: Person,
) -> Line:  # fmt: skip
    process, element = _names(session, row)
    case_id = instance.case_id
    return Line(
        key=row.key, what=what_failed(row.kind), cause=cause_in_words(row.reason), process=process,
        element=element, case_id=case_id, number=numbers.get(case_id, "") if case_id else "",
        linked=may(person, "workflow.case.read", Relation(organisation=instance.org_path)),
        mendable=oversees(person, instance.org_path, MODIFY),
        since=row.raised_at, attempts=attempts.get(row.key, 1),
    )  # fmt: skip


def _names(session: Session, row: Incident) -> tuple[str, str]:
    """What the process is called, and the element in it."""
    model = session.get_one(ModelVersion, row.definition_key)
    process = model.name or model.process_id
    if row.element_key is None:
        return process, "整个流程"
    program = program_of(session, model.key, model.sha256, model.process_id)
    node = program.definition.nodes.get(row.element_id)
    return process, (node.name if node else "") or row.element_id


def _attempts(session: Session, rows: Sequence[Incident]) -> dict[int, int]:
    """How often it was tried since somebody last looked after it: jobs and timers count, the rest is once."""
    jobs = {j.key: j.attempts for j in _by_key(session, Job, {r.job_key for r in rows})}
    timers = {t.key: t.attempts for t in _by_key(session, Timer, {r.element_key for r in rows})}
    tried = {row.key: jobs.get(row.job_key or 0) or timers.get(row.element_key or 0) for row in rows}
    return {key: number for key, number in tried.items() if number}


def _by_key(session: Session, table: type[Any], keys: set[Any]) -> Sequence[Any]:
    return session.scalars(sa.select(table).where(table.key.in_(keys - {None}))).all()
