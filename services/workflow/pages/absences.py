"""Out of office: what is set, by the person or by who administers their organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from services.workflow.human import absences
from services.workflow.human.people import CITIZEN, held_by, names_of
from services.workflow.models import Absence, Staff
from services.workflow.pages.door import blueprint, problems_of
from services.workflow.problems import AbsenceOver
from shared.calendar import shanghai_date
from shared.errors import Invalid, NotFound
from shared.rights import Held, Person, places_of, role_name
from shared.web import current_person, needs, reading, runtime, transaction

FIELDS = ("substitute", "first", "last")
_ENDED, _CANCELLED, _COMING, _ACTIVE = "已结束", "已取消", "未开始", "代办中"


@dataclass(frozen=True)
class Line:
    """One substitution as the page shows it: `last` is its last whole day."""

    id: UUID
    substitute: str
    first: datetime
    last: datetime
    state: str
    warnings: list[str]

    @property
    def cancellable(self) -> bool:
        """Whether there is anything to cancel."""
        return self.state in (_COMING, _ACTIVE)


@blueprint.get("/absences")
@needs(absences.SET)
def own_absences() -> Any:
    """One's own."""
    return _page(current_person().id)


@blueprint.get("/absences/of/<uuid:person_id>")
@needs(absences.SET)
def absences_of_other(person_id: UUID) -> Any:
    """Those of somebody the reader administers."""
    return _page(person_id)


@blueprint.post("/absences/of/<uuid:person_id>")
@needs(absences.SET)
def set_absence(person_id: UUID) -> Any:
    """Set one; what was chosen is shown again when something is not right."""
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        plan = _plan(person_id, given)
        with transaction() as work:
            absences.set_absence(work, plan, current_person())
    except Invalid as error:
        return _page(person_id, given, error.fields), Invalid.status
    return redirect(_address(person_id, "set"))


@blueprint.post("/absences/<uuid:absence_id>/cancel")
@needs(absences.SET)
def cancel(absence_id: UUID) -> Any:
    """Everything is as before again."""
    me = current_person()
    with transaction() as work:
        try:
            absent = absences.cancel_absence(work, absence_id, me).person_id
        except AbsenceOver:  # a second press of the button, or the last day went by
            absent = work.session.get_one(Absence, absence_id).person_id
    return redirect(_address(absent, "cancelled"))


def _address(person_id: UUID, done: str) -> str:
    own = person_id == current_person().id
    return ("/workflow/absences" if own else f"/workflow/absences/of/{person_id}") + f"?done={done}"


def _plan(person_id: UUID, given: Mapping[str, str]) -> absences.Plan:
    wrong: dict[str, list[str]] = {}
    substitute = _read(UUID, given, "substitute", "请选择代办人。", wrong)
    first = _read(date.fromisoformat, given, "first", "请填写开始日期。", wrong)
    last = _read(date.fromisoformat, given, "last", "请填写结束日期。", wrong)
    if wrong:
        raise Invalid(wrong)
    return absences.Plan(person_id, substitute, first, last)


def _read(read: Any, given: Mapping[str, str], name: str, missing: str, wrong: dict[str, list[str]]) -> Any:
    try:
        value = read(given[name])
        if name != "substitute" and not 2000 <= value.year <= 2999:
            raise ValueError(name)
        return value
    except ValueError:
        wrong[name] = [missing]
        return None


def _page(
    person_id: UUID, given: Mapping[str, str] | None = None, errors: Mapping[str, list[str]] | None = None
) -> str:
    me, now = current_person(), runtime().clock.now()
    with reading() as session:
        if not absences.may_set(session, me, person_id):
            raise NotFound
        others = absences.substitutes_for(session, person_id)
        names = names_of(session, [person_id])
        today = shanghai_date(now).isoformat()
        return render_template(
            "workflow/absences.html", lines=_lines(session, person_id, now), own=person_id == me.id,
            person_id=person_id, name=names.get(person_id, ""), people=_people(session, me),
            errors=errors or {}, problems=problems_of(errors), given=given or {"first": today},
            done=request.args.get("done", ""),
            substitutes=[{"value": str(s.id), "text": _offered(s)} for s in others],
        )  # fmt: skip


def _offered(substitute: absences.Substitute) -> str:
    if not substitute.uncovered:
        return substitute.name
    return f"{substitute.name}（不能代办：{_roles(substitute.uncovered)}）"


def _roles(held: tuple[Held, ...]) -> str:
    return "、".join(dict.fromkeys(role_name(h.role) for h in held))


def _lines(session: Session, person_id: UUID, now: datetime) -> list[Line]:
    rows = absences.absences_of(session, person_id)
    names = names_of(session, [row.substitute_id for row in rows])
    return [
        Line(
            id=row.id, substitute=names.get(row.substitute_id, "同事"), first=row.starts_at,
            last=row.ends_at - timedelta(seconds=1), state=_state(row, now),
            warnings=_warnings(session, row) if _state(row, now) in (_COMING, _ACTIVE) else [],
        )
        for row in rows
    ]  # fmt: skip


def _state(row: Absence, now: datetime) -> str:
    if row.cancelled_at is not None:
        return _CANCELLED
    if row.ends_at <= now:
        return _ENDED
    return _COMING if row.starts_at > now else _ACTIVE


def _warnings(session: Session, row: Absence) -> list[str]:
    held = tuple(h for h in held_by(session, row.person_id) if h.role != CITIZEN)
    missing = absences.uncovered(session, held, row.substitute_id)
    found = []
    if missing:
        found.append(
            f"代办人没有这些角色，这些工作没有人代办：{_roles(missing)}。需要时请管理员给代办人加上角色。"
        )
    if absences.away_between(session, row.substitute_id, row.starts_at, row.ends_at):
        found.append("代办人自己在这段时间里也外出，外出的那几天没有人代办。")
    staff = session.get(Staff, row.substitute_id)
    if staff is None or not staff.active:
        found.append("代办人的账号已经停用，没有人代办。请取消后另选一位。")
    return found


def _people(session: Session, me: Person) -> list[tuple[UUID, str]]:
    """Whose absences the reader may set besides their own."""
    if not places_of(me, absences.SET):
        return []
    staff = session.scalars(sa.select(Staff).where(Staff.active, Staff.person_id != me.id))
    found = [(s.person_id, s.name) for s in staff if absences.may_set(session, me, s.person_id)]
    return sorted(found, key=lambda pair: (pair[1], str(pair[0])))
