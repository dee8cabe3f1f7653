"""What review decides."""

from datetime import UTC, datetime, timedelta

import pytest

from services.review import rules
from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI
from tests.services.review.conftest import BAD, GOOD

CALENDAR = WorkCalendar.chinese()


def as_bool(row: dict[str, str]) -> dict[str, object]:
    return {k: v == "yes" if v in ("yes", "no") else v for k, v in row.items()}


@pytest.mark.clause("S0-7.3.2a")
@pytest.mark.parametrize("quality", ["complete", "statutory_form", "genuine", "valid"])
def test_each_quality_alone_makes_a_material_bad(quality: str) -> None:
    good = as_bool(GOOD)
    assert rules.is_good(good)
    assert not rules.is_good({**good, quality: False})


@pytest.mark.clause("S0-7.4.2d")
@pytest.mark.parametrize(
    ("items", "conforms", "round_", "reason", "fault"),
    [
        ([GOOD], True, 1, "", None),
        ([GOOD, BAD], False, 1, "", None),
        ([], True, 1, "", "findings_missing"),
        ([GOOD, BAD], True, 1, "", "findings_contradict"),
        ([GOOD], False, 1, "", "findings_contradict"),
        ([{**BAD, "remedy": ""}], False, 1, "", "remedy_missing"),
        ([{**BAD, "defect": ""}], False, 1, "", "remedy_missing"),
        ([BAD], False, 2, "", "second_notice"),
        ([BAD], False, 2, "负责人同意", None),
        ([GOOD], True, 2, "", None),
    ],
)
def test_findings(
    items: list[dict[str, str]], conforms: bool, round_: int, reason: str, fault: str | None
) -> None:
    assert rules.findings_fault([as_bool(i) for i in items], conforms, round_, reason) == fault


@pytest.mark.clause("S0-7.3.2b", "S0-7.4.3a2", "S0-7.4.3b2")
@pytest.mark.parametrize(
    ("outcome", "conforms", "means", "grounds", "reasons", "fault"),
    [
        ("granted", True, "meets", [], "", None),
        ("granted", True, "exempt", [], "", None),
        ("granted", False, "meets", [], "", "findings_not_conforming"),
        ("granted", True, "not_meets", [], "", "grant_against_findings"),
        ("granted", True, "meets", ["MATTER_NOT_IN_SCOPE"], "", "grant_against_findings"),
        ("refused", True, "not_meets", ["MEANS_NOT_MET"], "收入高", None),
        ("refused", True, "not_meets", [], "收入高", None),
        ("refused", True, "meets", ["MATTER_NOT_IN_SCOPE"], "不在范围", None),
        ("refused", True, "meets", [], "随意", "refusal_against_findings"),
        ("refused", True, "meets", ["MEANS_NOT_MET"], "随意", "refusal_against_findings"),
        ("refused", True, "not_meets", ["MEANS_NOT_MET"], " ", "reasons_missing"),
    ],
)
def test_the_decision_is_bound_by_the_findings(
    outcome: str, conforms: bool, means: str, grounds: list[str], reasons: str, fault: str | None
) -> None:
    assert rules.decision_fault(outcome, conforms, means, grounds, reasons) == fault


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.clause("S0-7.4.3d")
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-09-24T10:00", "2026-10-08T23:59:59"),  # 7 days rolled over the holiday, before 7 working days
        ("2024-02-02T09:00", "2024-02-09T23:59:59"),
        ("2025-09-30T23:59", "2025-10-09T23:59:59"),
    ],
)
def test_the_earlier_of_both_periods_is_due(received: str, due: str) -> None:
    assert rules.decision_due(shanghai(received), CALENDAR, 7, 7) == shanghai(due)


@pytest.mark.clause("S0-7.4.3d")
def test_seven_working_days_when_the_law_gives_more() -> None:
    assert rules.decision_due(shanghai("2026-09-24T10:00"), CALENDAR, 7, 30) == shanghai(
        "2026-10-12T23:59:59"
    )


@pytest.mark.clause("S0-7.4.3d")
def test_on_time_to_the_last_second_and_late_after_it() -> None:
    due = shanghai("2026-10-08T23:59:59")
    assert rules.is_on_time(due, due)
    assert rules.is_on_time(due + timedelta(microseconds=999_999), due)
    assert not rules.is_on_time(due + timedelta(seconds=1), due)
