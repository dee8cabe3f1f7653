"""The inbox: one's own tasks first, then those one may claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import Session

from services.workflow import rules
from services.workflow.cases import numbers_of
from services.workflow.human.absences import absence_now, done_for
from services.workflow.human.people import name_of
from services.workflow.human.standing_in import StandIn, stand_ins, waiting_for
from services.workflow.models import CaseCopy, Task
from services.workflow.pages.door import blueprint
from services.workflow.pages.words import overdue, priority_word, time_left
from services.workflow.paging import Asked, Order, Page, nulls_last, page_of
from services.workflow.queries import newest_models, offered_tasks
from shared.web import Person, current_person, logged_in, reading, runtime

ROWS = 25
SORTS = {"due": "先到期的在前", "priority": "优先级高的在前", "created": "新到的在前"}
SHOWN = {"all": "全部", "mine": "我的任务", "absent": "代他人办理", "open": "待认领"}


@dataclass(frozen=True)
class Line:
    """One row of the inbox; `absent` is the name of whoever the reader would do it for."""

    key: int
    revision: int
    name: str
    case_id: UUID | None
    number: str
    stage: str
    due: datetime | None
    left: str
    overdue: bool
    priority: str
    mine: bool
    absent: str
    taken: bool
    suspended: bool


@dataclass(frozen=True)
class Choice:
    """What the reader chose to see; anything unknown counts as not chosen."""

    show: str
    sort: str
    stage: str
    number: str
    after: str | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Choice:
        """The choice in an address."""
        show, sort = query.get("show", ""), query.get("sort", "")
        return cls(
            show=show if show in SHOWN else "all",
            sort=sort if sort in SORTS else "due",
            stage=query.get("stage", "")[:255],
            number=query.get("number", "").strip()[:50],
            after=query.get("after") or None,
        )

    def address(self, after: str | None) -> str:
        """The address of this choice from a cursor on."""
        values = {"show": self.show, "sort": self.sort, "stage": self.stage, "number": self.number}
        usual = {"show": "all", "sort": "due"}
        chosen = {name: value for name, value in values.items() if value and usual.get(name) != value}
        chosen |= {"after": after} if after else {}
        return "/workflow/tasks" + (f"?{urlencode(chosen)}" if chosen else "")


@blueprint.get("/tasks")
@logged_in
def inbox() -> Any:
    """Open tasks of the reader; the table renews itself where scripts run."""
    person, choice = current_person(), Choice.of(request.args)
    now = runtime().clock.now()
    with reading() as session:
        absent = stand_ins(session, person, now)
        offered = offered_tasks(person, absent).order_by(None)
        stages = {model.process_id: model.name for model in newest_models(session)}
        chosen = _chosen(offered, person, absent, choice)
        page = page_of(session, chosen, _orders(person, choice), Asked(ROWS, after=choice.after))
        lines = _lines(session, page, person, stages, absent)
        own_stages = _stages_of(session, offered, stages)
        banner = _banner(session, person, now)
    return render_template(
        "workflow/inbox.html", lines=lines, total=page.how_many, choice=choice, stages=own_stages,
        sorts=SORTS, shown=SHOWN, following=choice.address(page.end) if page.further else None, width="full",
        absent=absent, **banner,
    )  # fmt: skip


def _banner(session: Session, person: Person, now: datetime) -> dict[str, Any]:
    """What the reader is told of their own absence: that it counts, and what was done for them meanwhile."""
    away, done = absence_now(session, person.id, now), done_for(session, person.id, now)
    doers = {task.completed_by: name_of(session, task.completed_by) for task in done}
    told = away and {
        "last": away.ends_at - timedelta(seconds=1), "substitute": name_of(session, str(away.substitute_id)),
    }  # fmt: skip
    return {"away": told, "done": done, "doers": doers}


def _chosen(
    tasks: sa.Select[tuple[Task]], person: Person, absent: Sequence[StandIn], choice: Choice
) -> sa.Select[tuple[Task]]:
    if choice.show == "absent":
        tasks = tasks.where(sa.or_(sa.false(), *(waiting_for(stand_in) for stand_in in absent)))
    if choice.show == "mine":
        tasks = tasks.where(Task.assignee == str(person.id))
    if choice.show == "open":
        tasks = tasks.where(Task.assignee.is_(None))
    if choice.stage:
        tasks = tasks.where(Task.process_id == choice.stage)
    if choice.number:
        numbered = CaseCopy.number.contains(choice.number, autoescape=True)
        tasks = tasks.where(Task.case_id.in_(sa.select(CaseCopy.case_id).where(numbered)))
    return tasks


def _orders(person: Person, choice: Choice) -> list[Order]:
    mine = Order(sa.case((Task.assignee == str(person.id), 0), else_=1))
    due, urgent = Order(nulls_last(Task.due, False)), Order(Task.priority, descending=True)
    if choice.sort == "created":
        return [mine, Order(Task.key, descending=True)]
    return [mine, *((urgent, due) if choice.sort == "priority" else (due, urgent)), Order(Task.key)]


def _lines(
    session: Session, page: Page[Task], person: Person, stages: Mapping[str, str], absent: Sequence[StandIn]
) -> list[Line]:
    numbers = numbers_of(session, {task.case_id for task in page.rows if task.case_id})
    now = runtime().clock.now()
    return [
        Line(
            key=task.key, revision=task.revision, name=task.name, case_id=task.case_id,
            number=numbers.get(task.case_id, "") if task.case_id else "",
            stage=stages.get(task.process_id, task.process_id), due=task.due,
            left=time_left(task.due, now, task.paused_at),
            overdue=overdue(task.due, now, task.paused_at), priority=priority_word(task.priority),
            mine=task.assignee == str(person.id), suspended=task.suspended,
            absent=_absent(task, person, absent), taken=task.assignee is not None,
        )
        for task in page.rows
    ]  # fmt: skip


def _absent(task: Task, person: Person, absent: Sequence[StandIn]) -> str:
    """Whom the reader would do the task for; their own work is nobody else's."""
    if task.assignee is None and rules.may_take(person, task):
        return ""
    named = [task.assignee] if task.assignee else task.candidate_users
    return next((s.name for s in absent if s.absent in named), "")


def _stages_of(session: Session, offered: sa.Select[tuple[Task]], names: Mapping[str, str]) -> dict[str, str]:
    found = offered.with_only_columns(Task.process_id).distinct()
    ids = session.scalars(found)
    return {"": "全部环节", **{process_id: names.get(process_id, process_id) for process_id in ids}}
