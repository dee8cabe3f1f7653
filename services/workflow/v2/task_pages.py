"""Pages of the tasks that somebody sees.

A task is seen in several ways, perhaps in more than one: it is theirs, offered to one of their roles, or
overseen. Each way is asked by itself, in an order that one of its indexes has, and reads no further than the
page needs; then they are put together. Everything is one statement; one without filters is made once for all
who search in the same form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.workflow import paging
from services.workflow.human.standing_in import StandIn
from services.workflow.models import ModelVersion, Task
from services.workflow.paging import (
    LONG_AGO,
    NEVER,
    Asked,
    Order,
    Page,
    beyond,
    cut,
    values_of,
)
from services.workflow.rules import LARGEST_KEY
from services.workflow.task_ways import BY_DUE, Kinds, Part, Rule, Way, kinds_of, parts_of, question, ways_of
from services.workflow.v2.task_filters import task_order
from services.workflow.visibility import TaskSight


def name_of(process_id: Any) -> sa.Select[tuple[str]]:
    """The name of the newest version of a process."""
    versions = sa.select(ModelVersion.name).where(ModelVersion.process_id == process_id)
    return versions.order_by(ModelVersion.version.desc()).limit(1)


_SHOWN = (
    Task.key, Task.element_key, Task.instance_key, Task.case_id, Task.process_id, Task.definition_key,
    Task.version, Task.element_id, Task.name, Task.form_key, Task.assignee, Task.candidate_groups,
    Task.candidate_users, Task.due, Task.follow_up, Task.priority, Task.status, Task.created_at,
    Task.completed_at, name_of(Task.process_id).scalar_subquery().label("process_name"),
)  # fmt: skip
_FORMS = 500


@dataclass(frozen=True)
class Form:
    """What searches have in common that differ in values alone.

    `opened`: without tasks that are over; `sorts`: fields and whether they go down; `onwards`: from a cursor.
    """

    kinds: Kinds
    opened: bool
    sorts: tuple[tuple[str, bool], ...]
    onwards: bool
    backwards: bool

    @property
    def descending(self) -> bool:
        """Whether keys go down: as what is asked for last, so that an index can have the whole order."""
        return self.sorts[-1][1] if self.sorts else False

    @property
    def named_orders(self) -> list[tuple[str, Order]]:
        """What comes before the key. Tasks have their keys in the order in which they were made."""
        if [name for name, _ in self.sorts] == ["creationDate"]:
            return []
        return [(name, task_order(name, descending)) for name, descending in self.sorts]

    @property
    def orders(self) -> list[Order]:
        """All of it."""
        return [*(order for _, order in self.named_orders), Order(Task.key, self.descending)]


def tasks_page(
    session: Session, sight: TaskSight, sorts: Sequence[tuple[str, bool]], asked: Asked, *,
    opened: bool, rules: Sequence[Rule],
) -> Page[sa.Row[Any]]:  # fmt: skip
    """One page of the visible tasks that keep the rules, each with `process_name`."""
    kinds, values = kinds_of(sight)
    cursor = asked.before or asked.after
    form = Form(kinds, opened, tuple(sorts), cursor is not None, asked.before is not None)
    most, orders = asked.limit + 1, form.orders
    ahead = most if cursor else most + asked.offset
    given = {
        **values,
        "most": most,
        "counted": paging.MOST_COUNTED + 1,
        "ahead": ahead,
        "skipped": ahead - most,
    }
    if cursor is not None:
        given |= _place(form, values_of(cursor, orders))
    of_all = not rules and not sight.absent and len(sorts) < 2
    statement = _kept(form) if of_all else _statement(form, rules, sight.absent)
    found = session.execute(statement, given).all()
    rows = [(row, row[1 : len(orders) + 1]) for row in found if row.key is not None]
    return cut(rows, found[0].total, asked)


@lru_cache(maxsize=_FORMS)
def _kept(form: Form) -> sa.Select[Any]:
    return _statement(form, (), ())


def _statement(form: Form, rules: Sequence[Rule], absent: Sequence[StandIn]) -> sa.Select[Any]:
    by_key_or_due = all(name == BY_DUE for name, _ in form.named_orders)
    ways = ways_of(form.kinds, form.opened, not by_key_or_due, rules, absent)
    total = sa.select(_counted(ways).label("total")).subquery()
    page = _merged(form, ways)
    joined = total.outerjoin(sa.join(page, Task, Task.key == page.c.key), sa.true())
    places = [column.label(f"place{number}") for number, column in enumerate(page.c)]
    ordered = [
        place.desc() if o.descending else place.asc() for place, o in zip(page.c, _turned(form), strict=True)
    ]
    return sa.select(total.c.total, *places, *_SHOWN).select_from(joined).order_by(*ordered)


def _merged(form: Form, ways: Sequence[Way]) -> sa.Subquery:
    ahead, most, skipped = (_number(name) for name in ("ahead", "most", "skipped"))
    parts = [part for way in ways for part in parts_of(way, form.named_orders, form.descending)]
    each = [question(part, _bounds(form, part), ahead, form.backwards).subquery() for part in parts]
    found = sa.union(*(sa.select(*part.c) for part in each)).subquery()
    ordered = [c.desc() if o.descending else c.asc() for c, o in zip(found.c, _turned(form), strict=True)]
    return sa.select(*found.c).order_by(*ordered).limit(most).offset(skipped).subquery()


def _turned(form: Form) -> list[Order]:
    return [Order(order.by, order.descending != form.backwards) for order in form.orders]


def _bounds(form: Form, part: Part) -> list[Rule]:
    if not form.onwards:
        return []
    key = part.walked[-1]
    if part.undated:
        edge = sa.bindparam("edge", type_=key.by.type)
        return [key.by < edge if key.descending != form.backwards else key.by > edge]
    places = [sa.bindparam(f"from{n}", type_=order.by.type) for n, order in enumerate(part.walked)]
    return [beyond(part.walked, places, form.backwards)]


def _place(form: Form, values: Sequence[Any]) -> dict[str, Any]:
    """Where the cursor stands, and where among the tasks without a date: at one of them, or before all."""
    undated = values[0] == (LONG_AGO if form.descending else NEVER)
    before_all = LARGEST_KEY if form.descending else -1
    places = {f"from{number}": value for number, value in enumerate(values)}
    return {**places, "edge": values[-1] if undated else before_all}


def _counted(ways: Sequence[Way]) -> Any:
    """Where one way alone finds too many to count, it is not asked which of them others find too."""
    some = [_keys(way) for way in ways]
    alone = [_how_many(keys).scalar_subquery() for keys in some]
    together = _how_many(sa.union(*some)).scalar_subquery()
    enough = _number("counted")
    return sa.case(*((n >= enough, enough) for n in alone), else_=together)


def _keys(way: Way) -> sa.Select[Any]:
    keys = sa.select(way.key.label("key")).select_from(way.source).where(*way.rules)
    found = keys.limit(_number("counted")).subquery()
    return sa.select(found.c.key)


def _how_many(query: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).select_from(query.subquery())


def _number(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.Integer(), literal_execute=True)
