"""Which grade a score earns, what it pays, and what follows from it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from shared.policy import PolicyError
from tests.workflows.decisions.deciding import Facts, decide, evaluate, policy
from tests.workflows.decisions.edges import Edge, edge, fires, sides, untested


def points(text: str, special: bool = False) -> dict[str, Any]:
    return {"score": Decimal(text), "special": special}


SPECIAL: Facts = {"special": True}


def band(rule: str, inside: str, outside: str) -> list[Edge]:
    """The row's scores and, right beside its ends, scores that are not its own."""
    beyond = [{"score": Decimal(score)} for score in outside.split()]
    return [edge(rule, points(score), *beyond, SPECIAL) for score in inside.split()]


EDGES = [
    *band("quality_grade_excellent", "90 90.0 100", "89.99 89.995 89.9999999999"),
    *band("quality_grade_good", "75 89.995 89.9999999999", "74.99 74.9999999999 90"),
    *band("quality_grade_qualified", "60 74.995 74.9999999999", "59.99 59.9999999999 75"),
    *band("quality_grade_unqualified", "0 59.995 59.9999999999", "60"),
    edge("quality_grade_special", points("100", special=True), {"special": False}),
    *band("quality_consequences_recheck_excellent", "90 100", "89.995"),
    *band("quality_consequences_recheck_unqualified", "59.995 0", "60"),
    *band("quality_consequences_talk_basic", "60 65", "59.995 65.01 65.0000000001"),
    *band("quality_consequences_talk_unqualified", "59.995 0", "60"),
    *band("quality_consequences_leave_roster", "65 64.99 0", "65.01 65.0000000001"),
    *band("quality_consequences_no_award", "59.995 0", "60"),
]


@pytest.mark.parametrize(("rule", "facts", "wanted"), sides("quality_grade", EDGES))
def test_both_sides_of_each_row(rule: str, facts: Facts, wanted: bool) -> None:
    assert fires("quality_grade", rule, facts) is wanted


def test_every_row_has_its_edges() -> None:
    assert untested("quality_grade", EDGES) == set()


@pytest.mark.parametrize(
    ("score", "grade", "coefficient"),
    [
        ("100", "优秀", 1.2),
        ("90", "优秀", 1.2),
        ("89.995", "良好", 0.9),
        ("89.99", "良好", 0.9),
        ("75", "良好", 0.9),
        ("74.99", "合格", 0.6),
        ("60", "合格", 0.6),
        ("59.99", "不合格", 0),
        ("0", "不合格", 0),
    ],
)
@pytest.mark.clause("S1-四(三)2")
def test_grade_and_coefficient(score: str, grade: str, coefficient: float) -> None:
    result = decide("quality_grade", "quality_grade", points(score))
    assert (result["grade"], result["coefficient"]) == (grade, coefficient)


@pytest.mark.clause("S1-四(三)2-X")
def test_a_special_case_has_no_grade_and_no_coefficient() -> None:
    result = decide("quality_grade", "quality_grade", {"score": None, "special": True})
    assert (result["grade"], result["coefficient"]) == ("不评估", None)
    assert decide("quality_grade", "quality_consequences", {"score": None, "special": True}) in (None, [])


@pytest.mark.parametrize(
    ("score", "consequences"),
    [
        ("90", ["recheck"]),
        ("89.99", []),
        ("65.01", []),
        ("65", ["talk", "leave_roster"]),
        ("60", ["talk", "leave_roster"]),
        ("59.99", ["recheck", "talk", "leave_roster", "no_award"]),
    ],
)
@pytest.mark.clause("S1-四(三)1d", "S1-四(三)3b", "S1-二(三)1d", "S1-四(三)4b")
def test_consequences_fall_independently(score: str, consequences: list[str]) -> None:
    rows = decide("quality_grade", "quality_consequences", points(score)) or []
    assert [row["consequence"] for row in rows] == consequences


@pytest.mark.parametrize("lines", [(60, 75, 90), (50, 70, 95), (0, 1, 100)])
def test_each_score_has_exactly_one_grade_whatever_the_lines(lines: tuple[int, int, int]) -> None:
    setting = dict(zip(("qualified", "good", "excellent"), lines, strict=True))
    for tenth in range(0, 1001, 5):
        facts = {**points(str(Decimal(tenth) / 10)), "quality.grade_scores": setting}
        (record,) = evaluate("quality_grade", "quality_grade", facts).decisions
        assert len(record.rules) == 1, tenth


@pytest.mark.parametrize("score", ["-0.01", "100.01"])
def test_a_score_outside_the_scale_is_refused(score: str) -> None:
    for decision in ("quality_grade", "quality_consequences"):
        with pytest.raises(AssertionError, match=r"score|得分"):
            evaluate("quality_grade", decision, points(score))


@pytest.mark.parametrize("good", [60, 90])
def test_lines_out_of_order_are_no_policy(good: int) -> None:
    with pytest.raises(PolicyError, match=r"quality\.grade_scores: .* is not ascending"):
        policy(json.dumps({"quality.grade_scores": {"good": good}}))
