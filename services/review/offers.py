"""Which acts the pages offer a person: those that would not be refused now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.review.doubts import require_doubtable
from services.review.models import Case
from services.review.objections import Contested, contested_of
from services.review.queries import about
from services.review.terminations import require_terminable
from shared.errors import Rejected
from shared.rights import Person, may
from shared.service import Runtime


@dataclass(frozen=True)
class Offers:
    """`contested`: the decision that the person may object to."""

    report: bool
    doubt: bool
    contested: Contested | None


def offers_for(session: Session, case: Case, person: Person, world: Runtime) -> Offers:
    """What the person, who may see the case or report about it, can do."""
    if case.sealed_at is not None:
        return Offers(report=False, doubt=False, contested=None)
    known = about(case)
    return Offers(
        report=may(person, "review.termination.report", known)
        and _allowed(lambda: require_terminable(session, case)),
        doubt=may(person, "review.doubt.raise", known)
        and _allowed(lambda: require_doubtable(session, case.case_id)),
        contested=_contested(session, case, world) if may(person, "review.objection.file", known) else None,
    )


def _contested(session: Session, case: Case, world: Runtime) -> Contested | None:
    days = world.policy.get("objection.file_days")
    try:
        return contested_of(session, case, world.clock.now(), world.calendar, days)
    except Rejected:
        return None


def _allowed(require: Callable[[], None]) -> bool:
    try:
        require()
    except Rejected:
        return False
    return True
