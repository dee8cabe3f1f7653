"""The ways in which somebody sees tasks, each as a question that an index answers in order.

Values that PostgreSQL should plan by, as a role or a place, stand in the statement itself: what is offered
to one role at one office is few tasks, to another in a whole province very many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.workflow.human.recusals import not_left, offer_not_left
from services.workflow.human.standing_in import StandIn, waiting_for
from services.workflow.models import Candidate, Task
from services.workflow.models.tasks import CREATED, GROUP, USER
from services.workflow.paging import LONG_AGO, NEVER, Order, directed
from services.workflow.visibility import TaskSight, at_or_below
from shared.database import Instant

Rule = sa.ColumnElement[bool]
BY_DUE = "dueDate"
_ME: Any = sa.bindparam("me", type_=sa.Uuid())


@dataclass(frozen=True)
class Kinds:
    """In how many ways of each kind somebody sees tasks."""

    people: int
    offers: int
    overseen: int


@dataclass(frozen=True)
class Way:
    """Tasks, or candidates (`offered`; with their tasks when `joined`), that keep the rules."""

    offered: bool
    rules: tuple[Rule, ...]
    joined: bool = False

    @property
    def source(self) -> Any:
        """The tables."""
        if self.joined:
            return sa.join(Candidate, Task, Task.key == Candidate.task_key)
        return Candidate if self.offered else Task

    @property
    def key(self) -> Any:
        """The task's key."""
        return Candidate.task_key if self.offered else Task.key

    @property
    def due(self) -> Any:
        """When the task is due: where there is no moment, a candidate has `NEVER` and a task nothing."""
        return Candidate.due if self.offered else Task.due

    def dated(self, given: bool) -> Rule:
        """Those with a due date, or those without."""
        if self.offered:
            return Candidate.due < NEVER if given else Candidate.due == NEVER
        return Task.due.is_not(None) if given else Task.due.is_(None)


@dataclass(frozen=True)
class Part:
    """A part of a way that is in order: `shown` is what it shows to be ordered by with others, `walked` what
    its index is ordered by. `undated`: the first order is the same for all of it.
    """

    way: Way
    rules: tuple[Rule, ...]
    shown: tuple[Any, ...]
    walked: tuple[Order, ...]
    undated: bool = False


def kinds_of(sight: TaskSight) -> tuple[Kinds, dict[str, Any]]:
    """How many ways there are, and the values that belong into them."""
    values: dict[str, Any] = {"me": sight.person}
    values |= {f"who{n}": who for n, who in enumerate(sight.people)}
    for n, (role, place) in enumerate(sight.offers):
        values |= {f"role{n}": role, f"at{n}": at_or_below(place)}
    values |= {f"over{n}": at_or_below(place) for n, place in enumerate(sight.overseen)}
    return Kinds(len(sight.people), len(sight.offers), len(sight.overseen)), values


def ways_of(
    kinds: Kinds, opened: bool, joined: bool, rules: Sequence[Rule], absent: Sequence[StandIn]
) -> list[Way]:
    """The ways; a candidate is there as long as its task is open. `joined`: offers know their tasks."""
    is_open = Task.status == sa.literal_column(f"'{CREATED}'")
    of_tasks = (is_open, *rules) if opened else tuple(rules)
    joined = joined or bool(rules)
    of_offers = of_tasks if joined else ()
    return [
        *(Way(False, (rule, *of_tasks)) for rule in _of_tasks(kinds, opened)),
        *(Way(False, (waiting_for(one), not_left(_ME), *of_tasks)) for one in absent),
        *(Way(True, (*offer, offer_not_left(_ME), *of_offers), joined) for offer in _offers(kinds)),
    ]


def parts_of(way: Way, orders: Sequence[tuple[str, Order]], descending: bool) -> Iterator[Part]:
    """The way in this order, by its key in the end; missing dates come last either way."""
    key = Order(way.key, descending)
    if [name for name, _ in orders] != [BY_DUE]:
        asked = [order for _, order in orders]
        yield Part(way, (), tuple(order.by for order in asked), (*asked, key))
        return
    walked = (Order(way.due, descending), key)
    if way.offered and not descending:
        yield Part(way, (), (way.due,), walked)
        return
    yield Part(way, (way.dated(True),), (way.due,), walked)
    last = sa.literal(LONG_AGO if descending else NEVER, Instant())
    yield Part(way, (way.dated(False),), (last,), walked, undated=True)


def question(part: Part, rules: Sequence[Rule], most: Any, backwards: bool) -> sa.Select[Any]:
    """So many of the part's rows from the beginning or the end: what they are ordered by, and their key."""
    named = [column.label(f"by{number}") for number, column in enumerate(part.shown)]
    found = sa.select(*named, part.way.key.label("key")).select_from(part.way.source)
    found = found.where(*part.way.rules, *part.rules, *rules)
    return found.order_by(*directed(part.walked, backwards)).limit(most)


def _of_tasks(kinds: Kinds, opened: bool) -> Iterator[Rule]:
    for number in range(kinds.people):
        who = sa.bindparam(f"who{number}", type_=sa.String())
        yield Task.assignee == who
        if not opened:
            yield Task.completed_for == who
    for number in range(kinds.overseen):
        yield Task.org_path.like(_planned(f"over{number}"), escape="\\")
    if kinds.overseen:
        yield Task.org_path == sa.literal_column("''")


def _offers(kinds: Kinds) -> Iterator[tuple[Rule, ...]]:
    for number in range(kinds.people):
        who = sa.bindparam(f"who{number}", type_=sa.String())
        yield Candidate.kind == sa.literal_column(f"'{USER}'"), Candidate.name == who
    for number in range(kinds.offers):
        yield (
            Candidate.kind == sa.literal_column(f"'{GROUP}'"), Candidate.name == _planned(f"role{number}"),
            Candidate.org_path.like(_planned(f"at{number}"), escape="\\"),
        )  # fmt: skip


def _planned(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.String(), literal_execute=True)
