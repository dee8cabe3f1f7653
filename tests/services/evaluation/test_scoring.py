"""How the quality of a case is drawn and scored."""

from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.evaluation import scoring
from tests.rig import CASE

RUBRIC = [
    {"code": "CONTACT", "label": "联系", "points": 40},
    {"code": "HEARING", "label": "开庭", "points": 60},
]


def rows(contact: Any = 40, hearing: Any = 60) -> list[dict[str, Any]]:
    return [{"item": "CONTACT", "points": contact}, {"item": "HEARING", "points": hearing, "remark": "迟到"}]


@pytest.mark.clause("S1-四(三)1a")
def test_all_are_drawn_or_none_and_otherwise_about_as_many_as_wanted() -> None:
    cases = [uuid5(CASE, str(number)) for number in range(2000)]
    drawn = {percent: {c for c in cases if scoring.is_drawn(c, percent)} for percent in (0, 1, 30, 31, 100)}
    assert drawn[0] == set()
    assert drawn[100] == set(cases)
    assert drawn[1] < drawn[30] < drawn[31]
    assert 500 < len(drawn[30]) < 700


def test_a_case_is_always_drawn_alike() -> None:
    """The first percentage at which this case is drawn, known in advance: anybody can check it."""
    case = UUID("01890000-0000-7000-8000-000000000001")
    first = next(percent for percent in range(101) if scoring.is_drawn(case, percent))
    assert first == int(sha256(case.bytes).hexdigest(), 16) % 100 + 1
    assert not scoring.is_drawn(case, first - 1)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (rows(), None),
        (rows(0, 0), None),
        (rows(40.0, 59.99), None),
        (rows(40.01), "too_many_points"),
        (rows(hearing=60.01), "too_many_points"),
        (rows(-0.01), "too_many_points"),
        (rows()[:1], "item_missing"),
        ([], "item_missing"),
        ([*rows(), {"item": "OTHER", "points": 1}], "item_missing"),
        ([*rows(), *rows()], "item_twice"),
    ],
)
def test_a_sheet_fits_its_rubric(given: list[dict[str, Any]], fault: str | None) -> None:
    assert scoring.sheet_fault(given, RUBRIC) == fault
    assert fault is None or scoring.REMARKS[fault]


@pytest.mark.parametrize(
    ("contact", "hearing", "score"),
    [
        (40, 50, "90"),
        (39.99, 50, "89.99"),
        (39.995, 50, "89.995"),
        (0.1, 0.2, "0.3"),
        (0, 0, "0"),
        (40, 60, "100"),
    ],
)
def test_the_score_is_the_exact_sum(contact: float, hearing: float, score: str) -> None:
    found = scoring.total(rows(contact, hearing))
    assert found == Decimal(score)
    assert scoring.in_words(found) == score


def test_a_kept_sheet_knows_the_words_and_limits_of_its_day() -> None:
    kept = scoring.sheet_items(rows(38.5)[::-1], RUBRIC)
    assert kept == [
        {"item": "CONTACT", "label": "联系", "most": 40, "points": "38.5", "remark": None},
        {"item": "HEARING", "label": "开庭", "most": 60, "points": "60", "remark": "迟到"},
    ]


@pytest.mark.clause("S1-四(三)1d")
@pytest.mark.parametrize("grade", scoring.QUALITY_GRADES)
def test_an_expert_looks_again_once_at_the_grades_of_the_policy(grade: str) -> None:
    rechecked = ["excellent", "unqualified"]
    assert scoring.wants_recheck("assessment", grade, rechecked) == (grade in rechecked)
    assert not scoring.wants_recheck("assessment", grade, [])
    assert not scoring.wants_recheck("recheck", grade, rechecked)


def test_only_grades_of_the_table_have_a_code() -> None:
    assert scoring.grade_code("优秀") == "excellent"
    with pytest.raises(LookupError):
        scoring.grade_code("不评估")
