"""Review on its bench, with one registered case."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest

from services.review.app import SERVICE
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.submission import Submission
from tests.rig import CASE, CENTRE, START, Bench, person

GOOD = {"material": "IDENTITY", "complete": "yes", "statutory_form": "yes", "genuine": "yes", "valid": "yes"}
BAD = {**GOOD, "material": "ECONOMIC", "complete": "no", "defect": "缺少签名", "remedy": "签名后重新上传"}
GRANT: dict[str, Any] = {
    "outcome": "grant",
    "means_result": "meets",
    "scope": ["MATTER_IN_SCOPE"],
    "reasons": "符合条件",
}
REFUSE: dict[str, Any] = {
    "outcome": "refuse", "means_result": "not_meets", "grounds": ["MEANS_NOT_MET"], "reasons": "收入超过标准",
}  # fmt: skip


def submission(element: str, answers: dict[str, Any], by: str, at: datetime = START) -> Submission:
    return Submission(
        id=uuid5(CASE, f"{element}{by}{at}"), element=element, by=person(by), at=at, answers=answers
    )


def registered() -> ApplicationRegistered:
    return ApplicationRegistered(
        case_id=CASE, number="示范援〔2026〕民字第0001号", agency=CENTRE, applicant_id=person("applicant"),
        matter="MAINTENANCE", category="LIVES_ON_PENSION", case_kind="litigation",
        received_at=datetime(2026, 9, 24, 1, 0, tzinfo=UTC), materials=[],
        applicant={"name": "甲"}, opponents={"names": ["乙"]}, facts={"text": "事实"},
    )  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    bench.deliver(registered(), job_key=None)
    return bench
