"""Evaluation on its bench, with one registered case that has a handler."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.evaluation.app import SERVICE
from shared.contracts import dispatch, handling, intake, review
from shared.contracts.evaluation import (
    DrawAssessment,
    OpenSurvey,
    RecordClosingFile,
    RecordClosingReview,
    ScoreAssessment,
)
from shared.contracts.submission import Submission
from shared.digest import digest_of_items, item
from tests.rig import CASE, CENTRE, START, Bench, person

REPORT_FILE = UUID(int=77)
DUE = datetime(2026, 10, 9, 15, 59, 59, tzinfo=UTC)


def submission(element: str, answers: dict[str, Any], by: str, at: datetime = START) -> Submission:
    files = {str(REPORT_FILE): {"sha256": "ab" * 32, "name": "结案报告.pdf", "media_type": "application/pdf"}}
    identifier = uuid5(CASE, f"{element}{by}{at}")
    return Submission(id=identifier, element=element, by=person(by), at=at, answers=answers, files=files)


def closing_file(at: datetime = START, completed_on: date = date(2026, 9, 10)) -> RecordClosingFile:
    answers = {
        "result": "won", "report": "已全部支持", "closing_report": [str(REPORT_FILE)], "case_file": [],
        "other_files": [],
    }  # fmt: skip
    return RecordClosingFile(
        case_id=CASE, completed_on=completed_on,
        submissions=[submission("submit_closing_file", answers, "handler", at)],
    )  # fmt: skip


def closing_review(conforms: str, at: datetime = START) -> RecordClosingReview:
    problems = [] if conforms == "yes" else [{"problem": "缺判决书", "remedy": "补交判决书"}]
    answers = {"conforms": conforms, "problems": problems, "remark": None}
    return RecordClosingReview(
        case_id=CASE, submissions=[submission("review_closing_file", answers, "closing", at)]
    )


def open_survey() -> OpenSurvey:
    return OpenSurvey(
        case_id=CASE, applicant_id=person("applicant"), handler_id=person("handler"), due=DUE
    )  # fmt: skip


FIRM = "/demo-city/firm-a/"
FULL_MARKS = {"CONTACT": 15, "EVIDENCE": 25, "HEARING": 30, "PAPERS": 20, "CLOSING_FILE": 10}


def draw(matter: str = "MAINTENANCE") -> DrawAssessment:
    return DrawAssessment(case_id=CASE, matter=matter, handler_id=person("handler"), firm_path=FIRM)


def score_sheet(
    level: str = "assessment", by: str = "assessor", at: datetime = START, **points: float
) -> ScoreAssessment:
    """A sheet with full marks but where said otherwise."""
    items = [{"item": item, "points": most, "remark": None} for item, most in (FULL_MARKS | points).items()]
    element = {"assessment": "assess_quality", "recheck": "recheck_quality"}[level]
    filled = submission(element, {"items": items, "remark": "办案认真"}, by, at)
    return ScoreAssessment(case_id=CASE, level=level, due=DUE, submissions=[filled])


def sealed_parts() -> list[Any]:
    parts = []
    for module in (intake, review, dispatch, handling):
        items = [item("row", module.__name__, {"value": module.__name__})]
        parts.append(module.RecordSealed(case_id=CASE, digest=digest_of_items(items), items=items))
    return parts


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    registered = intake.ApplicationRegistered(
        case_id=CASE, number="示范援〔2026〕民字第0001号", agency=CENTRE, applicant_id=person("applicant"),
        matter="MAINTENANCE", category="LIVES_ON_PENSION", case_kind="litigation", received_at=START,
        materials=[], applicant={"name": "甲"}, opponents={"names": ["乙"]}, facts={"text": "事实"},
    )  # fmt: skip
    bench.deliver(registered, job_key=None)
    turn = dispatch.TurnTaken(
        case_id=CASE, assignment_id=person("assignment"), handler_id=person("handler"),
        firm_id=person("firm"), firm_path=FIRM,
    )  # fmt: skip
    bench.deliver(turn, job_key=None)
    bench.deliver(dispatch.CaseAccepted(case_id=CASE, handler_id=person("handler")), job_key=None)
    return bench
