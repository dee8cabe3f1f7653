"""What notify decides from plain values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.notify import rules
from tests.rig import START
from tests.services.notify.conftest import EXPIRED, GOOD, UNSIGNED


@pytest.mark.parametrize(
    ("path", "above"),
    [("/", ["/"]), ("/a/", ["/", "/a/"]), ("/a/b/", ["/", "/a/", "/a/b/"]), ("", ["/"])],
)
def test_the_organisations_above(path: str, above: list[str]) -> None:
    assert rules.paths_above(path) == above


def test_whom_a_text_addresses() -> None:
    assert rules.reader_of("a", "a", named=True) == rules.reader_of("a", "a", named=False) == "applicant"
    assert rules.reader_of("h", "a", named=True) == "handler"
    assert rules.reader_of("s", "a", named=False) == "staff"


@pytest.mark.parametrize(
    ("phone", "takes"),
    [
        ("13800138000", True), ("138 0013-8000", True), ("+8613800138000", True), ("8613800138000", True),
        ("12800138000", False), ("1380013800", False), ("138001380000", False), ("025-83123456", False),
        ("", False),
    ],
)  # fmt: skip
def test_numbers_that_take_text_messages(phone: str, takes: bool) -> None:
    assert rules.takes_texts(phone) is takes


@pytest.mark.parametrize(
    ("result", "attempt", "minutes"),
    [
        ("no_answer", 1, 10), ("no_answer", 2, 60), ("no_answer", 3, None), ("gateway_down", 1, 10),
        ("not_arrived", 1, 10), ("wrong_number", 1, None), ("no_phone", 1, None), ("bad_number", 1, None),
        ("account_closed", 1, None),
    ],
)  # fmt: skip
def test_only_what_may_pass_is_tried_again_and_not_for_ever(
    result: str, attempt: int, minutes: int | None
) -> None:
    wanted = None if minutes is None else START + timedelta(minutes=minutes)
    assert rules.next_attempt_at(result, attempt, [10, 60], START) == wanted


def test_dates_of_the_process_are_read() -> None:
    assert rules.moment_or_day("2026-10-09") == date(2026, 10, 9)
    assert rules.moment_or_day("2026-10-09T23:59:59+08:00") == datetime(2026, 10, 9, 15, 59, 59, tzinfo=UTC)


@pytest.mark.clause("S0-7.4.2d")
def test_every_defect_is_listed_and_nothing_else() -> None:
    nameless = {**UNSIGNED, "material": "unheard-of", "defect": None, "remedy": ""}
    found = rules.defects_in({"materials": [GOOD, UNSIGNED, EXPIRED, nameless]}, {"ECONOMIC": "经济证明"})
    assert [row["material"] for row in found] == ["经济证明", "其他材料", "其他材料"]
    assert [row["defect"] for row in found] == ["缺少签名", "身份证过期", "不符合要求"]
    assert found[2]["remedy"] == "请联系我们"
    assert rules.defects_in({}, {}) == []


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"grounds": ["A"], "means_result": "meets"}, ["甲"]),
        ({"grounds": ["A"], "means_result": "not_meets"}, ["甲", "没钱"]),
        ({"grounds": ["MEANS_NOT_MET"], "means_result": "not_meets"}, ["没钱"]),
        ({"means_result": "not_meets"}, ["没钱"]),
        ({"grounds": None, "means_result": "exempt"}, []),
    ],
)
def test_the_grounds_of_a_refusal_in_words(answers: dict[str, object], found: list[str]) -> None:
    assert rules.refusal_grounds(answers, {"A": "甲", "MEANS_NOT_MET": "没钱"}) == found
