"""The window for witness applications (S0-7.4.7b)."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.handling.models import DeadlineMark, EvidenceDeadline
from shared.contracts.handling_work import (
    CheckWitnessWindow,
    RecordEvidenceDeadline,
    RecordWitnessApplication,
    WitnessWindowChecked,
)
from tests.rig import CASE, Bench
from tests.services.handling.conftest import LATER, entry

pytestmark = pytest.mark.clause("S0-7.4.7b")


def period(bench: Bench, ends_on: str, at: datetime = LATER) -> UUID:
    details = {"evidence_deadline": ends_on, "witness_needed": "yes"}
    bench.deliver(entry(RecordEvidenceDeadline, "evidence_deadline", at=at, **details))
    with bench.runtime.reading() as session:
        found = sa.select(EvidenceDeadline.id).where(EvidenceDeadline.ends_on == date.fromisoformat(ends_on))
        return session.scalars(found).one()


def checked(bench: Bench, deadline: UUID, *, final: bool) -> list[bool]:
    bench.twice(CheckWitnessWindow(case_id=CASE, evidence_deadline_id=deadline, final=final))
    return [answer.needed for answer in bench.emitted(WitnessWindowChecked)]


def marks(bench: Bench) -> list[str]:
    with bench.runtime.reading() as session:
        return list(session.scalars(sa.select(DeadlineMark.mark)))


def test_without_an_application_the_handler_is_reminded_and_the_end_is_marked(bench: Bench) -> None:
    deadline = period(bench, "2026-11-20")
    assert checked(bench, deadline, final=False) == [True]
    assert marks(bench) == []
    assert checked(bench, deadline, final=True) == [True, True]
    assert marks(bench) == ["witness_breach"]


def test_an_application_ends_the_matter(bench: Bench) -> None:
    deadline = period(bench, "2026-11-20")
    bench.deliver(entry(RecordWitnessApplication, "witness", witnesses="邻居"))
    assert checked(bench, deadline, final=True) == [False]
    assert marks(bench) == []


def test_a_new_period_replaces_the_old_one(bench: Bench) -> None:
    first, second = period(bench, "2026-11-20"), period(bench, "2026-12-20", LATER + timedelta(1))
    assert checked(bench, first, final=False) == [False]
    assert checked(bench, second, final=False) == [False, True]


def test_a_period_nobody_knows_needs_nothing(bench: Bench) -> None:
    assert checked(bench, UUID(int=5), final=True) == [False]
