"""Who may handle a case: licence, annual review and a clean record (S0-9.2.3, S0-9.2.3b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.policy import Policy

KINDS = {
    "lawyer": "律师",
    "grassroots": "基层法律服务工作者",
    "agency_staff": "法律援助机构工作人员",
    "social": "其他社会组织人员",
    "volunteer": "法律援助志愿者",
}
"""The kinds of handlers of S0-3.3."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What counts about a member; dates are calendar dates."""

    active: bool
    licensed_on: date
    review_passed: bool
    sanctioned_on: date | None


@dataclass(frozen=True)
class Reason:
    """Why a member may not handle cases: a code for programs, words for people."""

    code: str
    zh: str


def why_not_qualified(member: Standing, on: date, policy: Policy) -> list[Reason]:
    """Every reason why the member may not handle a case on that day; none means qualified.

    `以上` and `以内` include the number itself (Civil Code 1259): who has held the licence for two
    years to the day is qualified, who was sanctioned two years ago to the day is not yet clean.
    """
    licence_years = int(policy.get("dispatch.licence_years"))
    clean_years = int(policy.get("dispatch.clean_years"))
    reasons = []
    if not member.active:
        reasons.append(Reason("not_active", "不在库"))
    if years_after(member.licensed_on, licence_years) > on:
        reasons.append(Reason("licence_too_young", f"执业证未满 {licence_years} 年"))
    if not member.review_passed:
        reasons.append(Reason("review_not_passed", "没有通过年度考核"))
    if member.sanctioned_on and on <= years_after(member.sanctioned_on, clean_years):
        reasons.append(Reason("sanctioned_lately", f"近 {clean_years} 年内受过处罚或者惩戒"))
    return reasons


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes the last day of a shorter February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def date_faults(
    *, licensed_on: date, sanctioned_on: date | None, entered_on: date, left_on: date | None, today: date
) -> dict[str, list[str]]:
    """What is impossible about a member's dates: field -> messages; empty when they can stand."""
    faults: dict[str, list[str]] = {}
    dates = {
        "licensed_on": licensed_on, "sanctioned_on": sanctioned_on, "entered_on": entered_on,
        "left_on": left_on,
    }  # fmt: skip
    for field, day in dates.items():
        if day and day > today:
            faults[field] = ["日期不能晚于今天。"]
    if sanctioned_on and sanctioned_on < licensed_on:
        faults.setdefault("sanctioned_on", []).append("处罚日期不能早于执业证取得日期。")
    if left_on and left_on < entered_on:
        faults.setdefault("left_on", []).append("离库日期不能早于入库日期。")
    return faults
