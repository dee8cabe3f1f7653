"""Who may handle a case, on both sides of each boundary."""

from datetime import date

import pytest

from services.roster.rules import KINDS, Standing, date_faults, why_not_qualified, years_after
from shared.policy import Policy, load_policy
from tests.rig import ROOT

ON = date(2026, 3, 10)
GOOD = Standing(active=True, licensed_on=date(2012, 6, 1), review_passed=True, sanctioned_on=None)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "workflows" / "policies", "jiangsu")


def reasons(policy: Policy, on: date = ON, **facts: object) -> list[str]:
    standing = Standing(**{**vars(GOOD), **facts})
    return [r.code for r in why_not_qualified(standing, on, policy)]


@pytest.mark.clause("S0-9.2.3")
@pytest.mark.parametrize(
    ("licensed", "on", "found"),
    [
        (date(2024, 3, 9), ON, []),
        (date(2024, 3, 10), ON, []),
        (date(2024, 3, 11), ON, ["licence_too_young"]),
        (date(2024, 2, 29), date(2026, 2, 27), ["licence_too_young"]),
        (date(2024, 2, 29), date(2026, 2, 28), []),
        (ON, ON, ["licence_too_young"]),
    ],
)
def test_the_licence_is_held_for_two_years(
    policy: Policy, licensed: date, on: date, found: list[str]
) -> None:
    assert reasons(policy, on, licensed_on=licensed) == found


@pytest.mark.clause("S0-9.2.3")
def test_the_annual_review_is_passed(policy: Policy) -> None:
    assert reasons(policy) == []
    assert reasons(policy, review_passed=False) == ["review_not_passed"]


@pytest.mark.clause("S0-9.2.3b")
@pytest.mark.parametrize(
    ("sanctioned", "found"),
    [
        (None, []),
        (date(2024, 3, 9), []),
        (date(2024, 3, 10), ["sanctioned_lately"]),
        (date(2024, 3, 11), ["sanctioned_lately"]),
        (ON, ["sanctioned_lately"]),
    ],
)
def test_no_sanction_within_two_years(policy: Policy, sanctioned: date | None, found: list[str]) -> None:
    assert reasons(policy, sanctioned_on=sanctioned) == found


def test_every_reason_is_told_at_once_in_plain_words(policy: Policy) -> None:
    worst = Standing(active=False, licensed_on=ON, review_passed=False, sanctioned_on=ON)
    told = why_not_qualified(worst, ON, policy)
    assert [r.code for r in told] == [
        "not_active", "licence_too_young", "review_not_passed", "sanctioned_lately",
    ]  # fmt: skip
    assert [r.zh for r in told] == [
        "不在库", "执业证未满 2 年", "没有通过年度考核", "近 2 年内受过处罚或者惩戒",
    ]  # fmt: skip


def test_the_numbers_come_from_the_policy() -> None:
    strict = Policy("strict", {"dispatch": {"licence_years": 3, "clean_years": 3}})
    found = reasons(strict, licensed_on=date(2023, 3, 11), sanctioned_on=date(2023, 3, 11))
    assert found == ["licence_too_young", "sanctioned_lately"]
    assert reasons(strict, licensed_on=date(2023, 3, 10)) == []


@pytest.mark.clause("S0-3.3")
def test_the_kinds_of_handlers_are_the_five_of_the_standard() -> None:
    assert list(KINDS.values()) == [
        "律师", "基层法律服务工作者", "法律援助机构工作人员", "其他社会组织人员", "法律援助志愿者",
    ]  # fmt: skip


def test_years_end_on_the_last_day_of_a_short_february() -> None:
    assert years_after(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"left_on": ON}, set()),
        ({"left_on": date(2026, 3, 11)}, {"left_on"}),
        ({"entered_on": ON}, set()),
        ({"entered_on": date(2026, 3, 11)}, {"entered_on"}),
        ({"left_on": date(2020, 1, 1)}, set()),
        ({"left_on": date(2019, 12, 31)}, {"left_on"}),
        ({"sanctioned_on": date(2012, 6, 1)}, set()),
        ({"sanctioned_on": date(2012, 5, 31)}, {"sanctioned_on"}),
        ({"licensed_on": date(2026, 3, 11)}, {"licensed_on"}),
    ],
)
def test_impossible_dates(changes: dict[str, date], fields: set[str]) -> None:
    given: dict[str, date | None] = {
        "licensed_on": date(2012, 6, 1), "sanctioned_on": None, "entered_on": date(2020, 1, 1),
        "left_on": None, **changes,
    }  # fmt: skip
    assert set(date_faults(**given, today=ON)) == fields  # type: ignore[arg-type]
