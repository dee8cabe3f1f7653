"""What handling does when told, each message also delivered twice."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.handling.models import Agreement, DeadlineMark, Meeting, Progress
from shared.contracts.handling import (
    AgreementRecorded,
    MeetingRecorded,
    NoteDeadline,
    ProgressRecorded,
    ProgressRejected,
    RecordSealed,
    SealRecord,
)
from tests.rig import CASE, START, Bench
from tests.services.handling.conftest import agreement, meeting, progress


def only(bench: Bench, model: type) -> Any:
    with bench.runtime.reading() as session:
        return session.scalars(sa.select(model)).one()


def test_a_record_before_the_opening_comes_again(registered: Bench) -> None:
    assert registered.deliver(agreement()).ended == "retry"
    assert registered.emitted() == []


@pytest.mark.clause("S0-7.4.5a", "S0-7.4.5a2", "S0-7.4.5a3")
@pytest.mark.parametrize(
    ("contacted", "signed", "on_time"),
    [
        ("2026-09-25", "2026-09-29", True),
        ("2026-09-25", "2026-09-30", False),
        ("2026-09-30", "2026-09-29", False),
    ],
)
def test_contact_and_agreement_in_their_period(
    bench: Bench, contacted: str, signed: str, on_time: bool
) -> None:
    bench.twice(agreement(contacted_on=contacted, agreement_signed_on=signed))
    kept = only(bench, Agreement)
    assert kept.on_time is on_time
    assert kept.free_of_charge_told is True
    assert [f["name"] for f in kept.files] == ["协议.pdf"]
    assert len(bench.emitted(AgreementRecorded)) == 1


@pytest.mark.clause("S0-7.4.5b", "S0-7.4.5b2")
@pytest.mark.parametrize(("met", "on_time"), [("2026-09-30", True), ("2026-10-01", False)])
def test_the_first_meeting_in_its_period(bench: Bench, met: str, on_time: bool) -> None:
    bench.twice(meeting(met_on=met))
    kept = only(bench, Meeting)
    assert (kept.on_time, kept.facts, kept.advice, kept.rights_told, kept.risks_told) == (
        on_time, "事实", "解答", True, True,
    )  # fmt: skip
    assert len(bench.emitted(MeetingRecorded)) == 1


@pytest.mark.clause("S0-7.3.4")
def test_entries_as_often_as_needed_until_complete(bench: Bench) -> None:
    bench.twice(progress())
    bench.deliver(progress(kind="opinion", completed="yes", completed_on="2026-10-20"))
    answers = bench.emitted(ProgressRecorded)
    assert [(a.completed, str(a.completed_on)) for a in answers] == [(False, "None"), (True, "2026-10-20")]


def test_a_wrong_entry_is_said_and_not_kept(bench: Bench) -> None:
    bench.twice(progress(completed="yes", completed_on="2026-09-01"))
    (rejected,) = bench.emitted(ProgressRejected)
    assert (rejected.reason, bool(rejected.remark)) == ("before_acceptance", True)
    with bench.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Progress)) == 0


@pytest.mark.clause("S0-7.4.5a", "S0-7.4.5b")
@pytest.mark.parametrize("mark", ["agreement_breach", "meeting_breach"])
def test_missed_periods_are_kept(bench: Bench, mark: str) -> None:
    bench.twice(NoteDeadline(case_id=CASE, mark=mark, due=START))
    assert only(bench, DeadlineMark).mark == mark


def test_the_sealed_record_holds_the_files(bench: Bench) -> None:
    bench.deliver(agreement())
    bench.deliver(progress())
    bench.deliver(SealRecord(case_id=CASE))
    bench.deliver(SealRecord(case_id=CASE))
    first, second = bench.emitted(RecordSealed)
    assert first == second
    assert sorted(i["kind"] for i in first.items) == ["agreement", "file", "progress"]
    assert "cd" * 32 in [i["sha256"] for i in first.items]
