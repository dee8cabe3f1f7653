"""Quality assessment: draw, score sheets, grades; each message also delivered twice."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.evaluation.models import Archive, Assessment, ScoreSheet
from services.evaluation.scoring import QUALITY_GRADES
from shared.contracts.evaluation import (
    ArchiveCase,
    AssessmentDrawn,
    AssessmentRecorded,
    AssessmentRejected,
    AssessmentScored,
    CaseAssessed,
    RecordAssessment,
    ScoreAssessment,
)
from shared.policy import load_policy
from tests.rig import CASE, ROOT, Bench
from tests.services.evaluation.conftest import DUE, draw, score_sheet, sealed_parts
from tests.workflows.decisions.deciding import decide

NO_ROW = {"consequence": "recheck", "ground": "专家复核", "clause": "S1-四(三)1d"}


def adopt(bench: Bench, folder: Path, profile: str) -> None:
    """Give the bench another policy of the place."""
    policies = copytree(ROOT / "workflows" / "policies", folder / "policies")
    (policies / "here.yaml").write_text(f"title: 某地\nquality:\n  {profile}\n", encoding="utf-8")
    bench.runtime.policy = load_policy(policies, "here")


def assess(bench: Bench, sheet: ScoreAssessment) -> AssessmentRecorded:
    """Score, ask the shipped tables, record: what the diagram does."""
    bench.twice(sheet)
    scored = bench.emitted(AssessmentScored)[-1]
    facts = {"score": scored.score, "special": False}
    graded = decide("quality_grade", "quality_grade", facts)
    rows = decide("quality_grade", "quality_consequences", facts) or []
    bench.twice(
        RecordAssessment(
            case_id=CASE, sheet_id=scored.sheet_id, grade=graded["grade"],
            coefficient=Decimal(str(graded["coefficient"])), consequences=rows,
        )
    )  # fmt: skip
    recorded: AssessmentRecorded = bench.emitted(AssessmentRecorded)[-1]
    return recorded


def sheets(bench: Bench) -> list[ScoreSheet]:
    with bench.runtime.reading() as session:
        return list(session.scalars(sa.select(ScoreSheet).order_by(ScoreSheet.level)))


@pytest.mark.clause("S1-四(三)1a")
@pytest.mark.parametrize(
    ("profile", "matter", "drawn"),
    [
        ("assess_percent: 100", "MAINTENANCE", True),
        ("assess_percent: 0", "MAINTENANCE", False),
        ("special_matters: [MAINTENANCE]", "MAINTENANCE", False),
        ("special_matters: [MAINTENANCE]", "PENSION_RELIEF", True),
    ],
)
def test_every_case_but_special_ones_is_assessed(
    bench: Bench, tmp_path: Path, profile: str, matter: str, drawn: bool
) -> None:
    adopt(bench, tmp_path, profile)
    bench.twice(draw(matter))
    assert [a.drawn for a in bench.emitted(AssessmentDrawn)] == [drawn]


def test_asked_again_the_draw_is_the_same_under_another_policy(bench: Bench, tmp_path: Path) -> None:
    bench.deliver(draw())
    adopt(bench, tmp_path, "assess_percent: 0")
    bench.deliver(draw())
    assert [a.drawn for a in bench.emitted(AssessmentDrawn)] == [True, True]
    with bench.runtime.reading() as session:
        assert session.scalars(sa.select(Assessment)).one().percent == 100


@pytest.mark.clause("S1-四(三)1d", "S1-四(三)2-A", "S1-四(三)2-B", "S1-四(三)2-C", "S1-四(三)2-D")
@pytest.mark.parametrize(
    ("hearing", "evidence", "score", "grade", "coefficient", "recheck", "talk"),
    [
        (20, 25, "90", "excellent", "1.2", False, False),
        (19.995, 25, "89.995", "good", "0.9", False, False),
        (19.99, 25, "89.99", "good", "0.9", False, False),
        (5, 25, "75", "good", "0.9", False, False),
        (4.99, 25, "74.99", "qualified", "0.6", False, False),
        (0, 20.01, "65.01", "qualified", "0.6", False, False),
        (0, 20, "65", "qualified", "0.6", False, True),
        (0, 15, "60", "qualified", "0.6", False, True),
        (0, 14.99, "59.99", "unqualified", "0", True, True),
    ],
)
def test_the_score_earns_its_grade_on_both_sides_of_each_line(
    bench: Bench,
    hearing: float,
    evidence: float,
    score: str,
    grade: str,
    coefficient: str,
    recheck: bool,
    talk: bool,
) -> None:
    bench.deliver(draw())
    recorded = assess(bench, score_sheet(HEARING=hearing, EVIDENCE=evidence))
    assert (recorded.grade, recorded.recheck, recorded.talk) == (grade, recheck, talk)
    (kept,) = sheets(bench)
    assert (kept.score, kept.grade, kept.coefficient) == (score, grade, coefficient)
    assert len(bench.emitted(CaseAssessed)) == (0 if recheck else 1)
    assert ("recheck" in {row["consequence"] for row in kept.consequences or []}) == recheck


@pytest.mark.clause("S1-四(三)1d")
def test_the_experts_result_replaces_the_first(bench: Bench) -> None:
    bench.deliver(draw())
    assess(bench, score_sheet(HEARING=0, EVIDENCE=0))
    assert bench.emitted(CaseAssessed) == []
    again = assess(bench, score_sheet("recheck", by="expert", HEARING=0, EVIDENCE=10))
    assert (again.grade, again.recheck) == ("unqualified", False)
    (told,) = bench.emitted(CaseAssessed)
    assert (told.grade, told.rechecked) == ("unqualified", True)
    assert [(s.level, s.score) for s in sheets(bench)] == [("assessment", "45"), ("recheck", "55")]


@pytest.mark.clause("S1-四(三)1d")
def test_where_the_place_says_so_excellent_is_rechecked_too(bench: Bench, tmp_path: Path) -> None:
    adopt(bench, tmp_path, "recheck: [excellent, unqualified]")
    bench.deliver(draw())
    assert assess(bench, score_sheet()).recheck
    assert not assess(bench, score_sheet("recheck", by="expert", HEARING=0)).recheck
    assert bench.emitted(CaseAssessed)[0].grade == "qualified"


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        (score_sheet(HEARING=30.01), "too_many_points"),
        (score_sheet(OTHER=1), "item_missing"),
        (score_sheet(by="handler"), "own_case"),
    ],
)
def test_a_faulty_sheet_goes_back_and_nothing_is_kept(
    bench: Bench, sheet: ScoreAssessment, reason: str
) -> None:
    bench.deliver(draw())
    bench.twice(sheet)
    assert [a.reason for a in bench.emitted(AssessmentRejected)] == [reason]
    assert sheets(bench) == []


def test_the_assessor_does_not_recheck(bench: Bench) -> None:
    bench.deliver(draw())
    bench.deliver(score_sheet())
    bench.deliver(score_sheet("recheck", by="assessor"))
    assert [a.reason for a in bench.emitted(AssessmentRejected)] == ["same_person"]


@pytest.mark.parametrize(("seconds", "on_time"), [(0, True), (1, False)])
def test_a_sheet_knows_its_period(bench: Bench, seconds: int, on_time: bool) -> None:
    bench.deliver(draw())
    bench.deliver(score_sheet(at=DUE + timedelta(seconds=seconds)))
    assert [s.on_time for s in sheets(bench)] == [on_time]


@pytest.mark.clause("S0-7.3.5c")
def test_the_archive_holds_the_assessment(bench: Bench) -> None:
    bench.deliver(draw())
    assess(bench, score_sheet())
    for part in sealed_parts():
        bench.deliver(part)
    bench.deliver(ArchiveCase(case_id=CASE))
    with bench.runtime.reading() as session:
        manifest = session.scalars(sa.select(Archive)).one().manifest
    own = next(part["items"] for part in manifest["parts"] if part["service"] == "evaluation")
    assert {entry["kind"] for entry in own} >= {"assessment", "score_sheet"}


def test_the_tables_know_the_grades_of_the_service(bench: Bench) -> None:
    for score, code in (("90", "excellent"), ("75", "good"), ("60", "qualified"), ("0", "unqualified")):
        graded = decide("quality_grade", "quality_grade", {"score": Decimal(score), "special": False})
        assert QUALITY_GRADES[code] == graded["grade"]


def test_an_unknown_sheet_is_tried_again(bench: Bench) -> None:
    unknown = RecordAssessment(
        case_id=CASE, sheet_id=UUID(int=9), grade="良好", coefficient=Decimal(1), consequences=[NO_ROW]
    )
    assert bench.deliver(unknown).ended == "retry"
