"""回避: withdrawing from a case, ordering it, and lifting a mistaken one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.cases import case_for, refuse_archived
from services.workflow.human import withdrawing
from services.workflow.human.offering import tasks_without_people
from services.workflow.human.people import holders_of, names_of
from services.workflow.human.recusals import LONGEST, REASONS, is_recused, recusals_of
from services.workflow.human.standing_in import capacity_at
from services.workflow.models import CaseCopy, Recusal, Task
from services.workflow.models.tasks import CREATED
from services.workflow.pages.door import blueprint, problems_of
from services.workflow.queries import case_tasks
from shared.errors import Invalid, NotFound, Rejected
from shared.rights import STAFF_ROLES, Person, Relation, may, role_name
from shared.web import current_person, needs, reading, runtime, transaction

READ, ORDER, LIFT = "workflow.recusal.read", "workflow.recusal.order", "workflow.recusal.lift"
WITHDRAW = "workflow.case.withdraw"


@dataclass(frozen=True)
class Line:
    """One recusal as a supervisor reads it."""

    id: UUID
    who: str
    role: str
    reason: str
    text: str
    at: datetime
    ordered: bool
    lifted_at: datetime | None
    lifted_because: str
    own: bool


@blueprint.get("/cases/<uuid:case_id>/recusal")
@needs(WITHDRAW)
def recusal_form(case_id: UUID) -> Any:
    """Why one withdraws."""
    return _own_page(case_id, {}, {})


@blueprint.post("/cases/<uuid:case_id>/recusal")
@needs(WITHDRAW)
def withdraw(case_id: UUID) -> Any:
    """Withdraw from the case."""
    given = {name: request.form.get(name, "").strip() for name in ("reason", "text")}
    person = current_person()
    with reading() as session:
        _case_with_tasks(session, case_id, person)
    wrong = _faults(given)
    if wrong:
        return _own_page(case_id, given, wrong), Invalid.status
    with transaction() as work:
        withdrawing.recuse(work, case_id, person.id, by=person.id, **given)
    return render_template("workflow/recused.html", case_id=case_id)


@blueprint.get("/cases/<uuid:case_id>/recusals")
@needs(READ)
def recusals_page(case_id: UUID) -> Any:
    """Who stays away from a case and why; for who is told of it."""
    return _supervisors_page(case_id)


@blueprint.post("/cases/<uuid:case_id>/recusals")
@needs(ORDER)
def order(case_id: UUID) -> Any:
    """Order somebody to stay away."""
    given = {name: request.form.get(name, "").strip() for name in ("person", "reason", "text")}
    me = current_person()
    with reading() as session:
        case = _supervised(session, case_id, me, ORDER)
        known = {str(person_id) for person_id, _ in _orderable(session, case)}
    wrong = _faults(given)
    if given["person"] not in known:
        wrong = {"person": ["请选择要回避的人员。"], **wrong}
    if wrong:
        return _supervisors_page(case_id, given, wrong), Invalid.status
    about = {name: given[name] for name in ("reason", "text")}
    try:
        with transaction() as work:
            withdrawing.recuse(work, case_id, UUID(given["person"]), by=me.id, **about)
    except Rejected as error:
        return _supervisors_page(case_id, given, {"person": [error.message]}), Rejected.status
    return redirect(f"/workflow/cases/{case_id}/recusals?done=ordered")


@blueprint.post("/recusals/<uuid:recusal_id>/lift")
@needs(LIFT)
def lift(recusal_id: UUID) -> Any:
    """Lift a mistaken one, with a reason."""
    because, me = request.form.get("because", "").strip(), current_person()
    with reading() as session:
        recusal = session.get(Recusal, recusal_id)
        if recusal is None:
            raise NotFound
        case_id = _supervised(session, recusal.case_id, me, LIFT).case_id
    if not because or len(because) > LONGEST:
        wrong = {f"because-{recusal_id}": [f"请写明解除回避的理由，不超过 {LONGEST} 字。"]}
        return _supervisors_page(case_id, {}, wrong), Invalid.status
    with transaction() as work:
        withdrawing.lift(work, recusal_id, because=because, by=me.id)
    return redirect(f"/workflow/cases/{case_id}/recusals?done=lifted")


def may_withdraw(session: Session, case: CaseCopy, tasks: Sequence[Task], person: Person) -> bool:
    """Whether the button is shown: the person could do one of these tasks, and is not the handler."""
    if person.id in (case.handler_id, case.applicant_id):
        return False
    now = runtime().clock.now()
    mine = [t for t in tasks if t.status == CREATED and capacity_at(session, t, person, now)]
    return bool(mine) and not is_recused(session, case.case_id, str(person.id))


def supervises(case: CaseCopy, person: Person, action: str = READ) -> bool:
    """Whether the person may do this to recusals in the case."""
    return may(person, action, Relation(organisation=case.agency))


def lines_of(session: Session, case: CaseCopy, person: Person) -> list[Line]:
    """Every recusal in a case as a supervisor reads it."""
    rows = recusals_of(session, case.case_id)
    names = names_of(session, [row.person_id for row in rows])
    return [
        Line(
            id=row.id, who=names.get(row.person_id, "工作人员"), role=role_name(row.role) or "工作人员",
            reason=REASONS.get(row.reason, row.reason), text=row.text, at=row.at,
            ordered=row.by != row.person_id, lifted_at=row.lifted_at, lifted_because=row.lifted_because or "",
            own=row.person_id == person.id,
        )
        for row in rows
    ]  # fmt: skip


def _faults(given: dict[str, str]) -> dict[str, list[str]]:
    wrong = {}
    if given["reason"] not in REASONS:
        wrong["reason"] = ["请选择回避的理由。"]
    if not given["text"]:
        wrong["text"] = ["请写明具体情况。"]
    elif len(given["text"]) > LONGEST:
        wrong["text"] = [f"具体情况不能超过 {LONGEST} 字。"]
    return wrong


def _case_with_tasks(session: Session, case_id: UUID, person: Person) -> CaseCopy:
    case = session.get(CaseCopy, case_id)
    if case is None:
        raise NotFound
    if not may_withdraw(session, case, case_tasks(session, case_id), person):
        case_for(session, case_id, person)
        refuse_archived(session, case_id)  # told only to who may see the case
        raise NotFound
    return case


def _supervised(session: Session, case_id: UUID, person: Person, action: str = READ) -> CaseCopy:
    case = case_for(session, case_id, person)
    if not supervises(case, person, action):
        raise NotFound
    if action != READ:
        refuse_archived(session, case_id)
    return case


def _orderable(session: Session, case: CaseCopy) -> list[tuple[UUID, str]]:
    """Staff who work on the case or could, but its handler."""
    roles = {group for task in case_tasks(session, case.case_id) for group in task.candidate_groups}
    people = holders_of(session, roles | set(STAFF_ROLES), case.agency)
    names = names_of(session, people)
    free = [
        (person_id, names.get(person_id, "工作人员"))
        for person_id in people
        if person_id not in (case.handler_id, case.applicant_id)
        and not is_recused(session, case.case_id, str(person_id))
    ]
    return sorted(free, key=lambda pair: (pair[1], str(pair[0])))


def _own_page(case_id: UUID, given: dict[str, str], errors: dict[str, list[str]]) -> str:
    with reading() as session:
        case = _case_with_tasks(session, case_id, current_person())
        return render_template(
            "workflow/recusal.html", case=case, reasons=REASONS, given=given, errors=errors,
            problems=problems_of(errors),
        )  # fmt: skip


def _supervisors_page(
    case_id: UUID, given: dict[str, str] | None = None, errors: dict[str, list[str]] | None = None
) -> str:
    person = current_person()
    with reading() as session:
        case = _supervised(session, case_id, person)
        people = [{"value": str(key), "text": name} for key, name in _orderable(session, case)]
        return render_template(
            "workflow/recusals.html", case=case, lines=lines_of(session, case, person), people=people,
            reasons=REASONS, given=given or {}, errors=errors or {}, problems=problems_of(errors),
            done=request.args.get("done", ""), alone=tasks_without_people(session, case_id),
        )  # fmt: skip
