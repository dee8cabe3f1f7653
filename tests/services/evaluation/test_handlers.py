"""What evaluation does when told, each message also delivered twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.evaluation.models import Archive, ClosingFile, ClosingReview, DeadlineMark, Rating
from shared.contracts import handling
from shared.contracts.evaluation import (
    ArchiveCase,
    CaseArchived,
    CaseClosed,
    CaseFileArchived,
    CloseSurvey,
    ClosingFileRecorded,
    ClosingReviewed,
    NoteDeadline,
    SurveyClosed,
)
from tests.rig import CASE, START, Bench
from tests.services.evaluation.conftest import closing_file, closing_review, open_survey, sealed_parts

ON_TIME_END = datetime(2026, 10, 10, 15, 59, 59, tzinfo=UTC)  # 30 days after 10 September, a make-up Saturday


def all_rows(bench: Bench, model: type) -> list:
    with bench.runtime.reading() as session:
        return list(session.scalars(sa.select(model)))


@pytest.mark.clause("S0-7.4.9a")
@pytest.mark.parametrize(("seconds", "on_time"), [(0, True), (1, False)])
def test_the_closing_file_knows_its_period(bench: Bench, seconds: int, on_time: bool) -> None:
    bench.twice(closing_file(at=ON_TIME_END + timedelta(seconds=seconds), completed_on=date(2026, 9, 10)))
    (kept,) = all_rows(bench, ClosingFile)
    assert (kept.due_at, kept.on_time) == (ON_TIME_END, on_time)
    assert kept.files[0]["field"] == "closing_report"
    assert bench.emitted(ClosingFileRecorded)[0].received_at == ON_TIME_END + timedelta(seconds=seconds)


@pytest.mark.clause("S0-7.3.5a")
def test_the_platform_proposes_whether_the_case_can_be_closed(bench: Bench) -> None:
    bench.deliver(handling.AgreementRecorded(case_id=CASE), job_key=None)
    done = handling.ProgressRecorded(case_id=CASE, completed=True, completed_on=date(2026, 9, 10))
    bench.deliver(done, job_key=None)
    bench.deliver(closing_file())
    bench.deliver(handling.MeetingRecorded(case_id=CASE), job_key=None)
    bench.twice(closing_file(at=START + timedelta(days=1)))
    assert [f.unmet for f in all_rows(bench, ClosingFile)] == [["meeting", "case_file"], ["case_file"]]
    assert bench.emitted(ClosingFileRecorded)[1].advice == "不符合结案条件：没有承办业务卷"
    panel = f"/evaluation/cases/{CASE}/panel"
    assert "没有承办业务卷" in bench.client("closing_reviewer").get(panel).text
    assert "没有承办业务卷" not in bench.client("applicant", who="applicant").get(panel).text


@pytest.mark.clause("S0-7.4.9b", "S0-7.4.9b2", "S0-7.3.5a")
def test_not_conforming_goes_back_and_conforming_closes(bench: Bench) -> None:
    bench.deliver(closing_file())
    bench.twice(closing_review("no"))
    assert bench.emitted(CaseClosed) == []
    bench.deliver(closing_file(at=START + timedelta(days=1)))
    bench.twice(closing_review("yes", at=START + timedelta(days=2)))
    assert [a.conforms for a in bench.emitted(ClosingReviewed)] == [False, True]
    assert len(bench.emitted(CaseClosed)) == 1
    assert [f.round for f in all_rows(bench, ClosingFile)] == [1, 2]
    assert [r.round for r in all_rows(bench, ClosingReview)] == [1, 2]


@pytest.mark.clause("S0-7.4.9b")
@pytest.mark.parametrize(("seconds", "on_time"), [(0, True), (1, False)])
def test_the_review_knows_its_period(bench: Bench, seconds: int, on_time: bool) -> None:
    due = datetime(2026, 10, 26, 15, 59, 59, tzinfo=UTC)  # 30 days after 24 September, rolled over a weekend
    bench.deliver(closing_file())
    bench.deliver(closing_review("yes", at=due + timedelta(seconds=seconds)))
    (kept,) = all_rows(bench, ClosingReview)
    assert (kept.due_at, kept.on_time) == (due, on_time)


def test_nobody_rates_then_the_default_counts(bench: Bench) -> None:
    bench.twice(open_survey())
    bench.twice(CloseSurvey(case_id=CASE))
    assert [a.rated_by for a in bench.emitted(SurveyClosed)] == ["default"]
    (rating,) = all_rows(bench, Rating)
    assert rating.channel == "default"
    assert set(rating.grades.values()) == {"satisfied"}


def test_missed_periods_are_kept(bench: Bench) -> None:
    bench.twice(NoteDeadline(case_id=CASE, mark="closing_file_breach", due=START))
    assert [m.mark for m in all_rows(bench, DeadlineMark)] == ["closing_file_breach"]


@pytest.mark.clause("S0-7.1b", "S0-7.3.5c")
def test_the_archive_waits_for_every_part_and_covers_all(bench: Bench) -> None:
    bench.deliver(closing_file())
    *most, last = sealed_parts()
    for part in most:
        bench.deliver(part)
    assert bench.deliver(ArchiveCase(case_id=CASE)).ended == "retry"
    bench.deliver(last)
    bench.twice(ArchiveCase(case_id=CASE))
    (archive,) = all_rows(bench, Archive)
    assert archive.number == "2026-归-0001"
    assert [p["service"] for p in archive.manifest["parts"]] == [
        "dispatch", "evaluation", "handling", "intake", "review",
    ]  # fmt: skip
    own = archive.manifest["parts"][1]["items"]
    assert {"kind": "file", "id": "00000000-0000-0000-0000-00000000004d", "sha256": "ab" * 32} in own
    assert bench.emitted(CaseFileArchived)[0].manifest_sha256 == archive.manifest_sha256
    assert len(bench.emitted(CaseArchived)) == 1


def test_archiving_again_answers_the_same(bench: Bench) -> None:
    for part in sealed_parts():
        bench.deliver(part)
    bench.deliver(ArchiveCase(case_id=CASE))
    bench.deliver(ArchiveCase(case_id=CASE))
    first, second = bench.emitted(CaseFileArchived)
    assert first == second
    assert len(bench.emitted(CaseArchived)) == 1
