"""What recipients say on the whole, and the measures an operator takes after it (S0-7.4.10.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.evaluation import rules
from services.evaluation.models import Case, Improvement, Rating
from shared.errors import NotFound, Rejected
from shared.messaging.work import UnitOfWork
from shared.rights import Person, places_of, visible

ACTION = "evaluation.improvement.manage"
LOOK_BACK = timedelta(days=365)


class AlreadyDone(Rejected):
    """The measure is done already."""

    zh = "这项措施已经登记完成，请刷新页面。"


@dataclass(frozen=True)
class Indicator:
    """The answers about one dimension in the last year."""

    dimension: str
    label: str
    counts: Mapping[str, int]

    @property
    def answers(self) -> int:
        """How many people answered."""
        return sum(self.counts.values())

    @property
    def satisfied_percent(self) -> int | None:
        """The percentage that was at least basically satisfied, rounded down; None without answers."""
        content = self.answers - self.counts["dissatisfied"]
        return content * 100 // self.answers if self.answers else None


def indicators(
    session: Session, person: Person, now: datetime, dimensions: Mapping[str, str]
) -> list[Indicator]:
    """What people answered in the last year at the organisations a person looks after; defaults, which
    nobody gave, are not counted."""
    given = sa.select(Rating.grades).join(Case, Case.case_id == Rating.case_id).where(
        Rating.channel != "default", Rating.given_at > now - LOOK_BACK,
        visible(person, ACTION, organisation=Case.agency),
    )  # fmt: skip
    counts = rules.tally(session.scalars(given), dimensions)
    return [Indicator(name, label, counts[name]) for name, label in dimensions.items()]


def improvements(session: Session, person: Person) -> list[Improvement]:
    """The measures of the organisations a person looks after: open ones first, by their day."""
    mine = sa.select(Improvement).where(visible(person, ACTION, organisation=Improvement.organisation))
    order = (Improvement.done_at.is_not(None), Improvement.due_on, Improvement.id)
    return list(session.scalars(mine.order_by(*order)))


def add_improvement(work: UnitOfWork, person: Person, filled: Mapping[str, Any]) -> Improvement:
    """Undertake a measure for the organisation that the person looks after."""
    added = Improvement(
        id=work.ids.uuid(), organisation=places_of(person, ACTION)[0], created_by=person.id,
        created_at=work.clock.now(), **filled,
    )  # fmt: skip
    work.session.add(added)
    return added


def finish_improvement(work: UnitOfWork, person: Person, identifier: UUID, outcome: str) -> None:
    """Record that a measure is done; raises NotFound for one of others, AlreadyDone."""
    mine = sa.select(Improvement).where(
        Improvement.id == identifier, visible(person, ACTION, organisation=Improvement.organisation)
    )
    found = work.session.scalar(mine.with_for_update())
    if found is None:
        raise NotFound
    if found.done_at:
        raise AlreadyDone
    found.outcome, found.done_by, found.done_at = outcome, person.id, work.clock.now()
