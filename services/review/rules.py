"""What review decides, from plain values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.calendar import WorkCalendar
from shared.contracts.case_states import may_follow

GRANTED = "granted"
REFUSED = "refused"
TERMINATE, KEEP, SEALED = "terminate", "keep", "sealed"
TERMINATED_STATES = ("TERMINATING", "TERMINATED")
OBJECTION_OUTCOMES = {
    "maintain": "maintained", "grant": GRANTED, "review_again": "review_again", "overturn": "overturned",
}  # fmt: skip
"""What the judicial bureau chooses in the form, and what it leads to."""

NOT_MEETS = "not_meets"
MEANS_NOT_MET = "MEANS_NOT_MET"
REMARKS = {
    "findings_missing": "请至少审查一项材料。",
    "findings_contradict": "总的结论与逐项审查不一致：各项都合要求才能选“是”，否则选“否”。",
    "remedy_missing": "每一项问题都要写明问题和怎样补正，补正通知必须一次写全。",
    "second_notice": "已经发过补正通知。再次通知补正要由负责人同意，请写明理由。",
    "findings_not_conforming": "材料还没有审查合格，不能作出决定。",
    "grant_against_findings": "有不符合的条件，不能给予援助；请改为不予援助并写明理由。",
    "refusal_against_findings": "条件都符合，应当给予援助；不予援助要指出不符合的条件，且与经济审查一致。",
    "reasons_missing": "不予援助必须写明理由。",
    "same_person": "提出意见和审批决定不能是同一个人。",
}
"""What the reviewer reads when a rule is broken."""
_QUALITIES = ("complete", "statutory_form", "genuine", "valid")


def is_good(item: Mapping[str, Any]) -> bool:
    """Whether a material is complete, in statutory form, genuine and valid (S0-7.3.2a)."""
    return all(item[quality] for quality in _QUALITIES)


def findings_fault(
    items: Sequence[Mapping[str, Any]], conforms: bool, round_: int, reason: str
) -> str | None:
    """The rule that the findings break, or None.

    `findings_missing`: nothing was examined; `findings_contradict`: the overall verdict does not follow
    from the items (S0-7.3.2b); `remedy_missing`: a defect without what to do about it, so the notice
    would not list everything (S0-7.4.2d); `second_notice`: a further notice without a supervisor's reason.
    """
    if not items:
        return "findings_missing"
    if conforms != all(is_good(item) for item in items):
        return "findings_contradict"
    if any(not is_good(item) and not (item.get("defect") and item.get("remedy")) for item in items):
        return "remedy_missing"
    if not conforms and round_ > 1 and not reason:
        return "second_notice"
    return None


def unmet_conditions(means_result: str, grounds: Sequence[str]) -> list[str]:
    """The conditions of legal aid found unmet: what the reviewer names, and the means when they fail.

    `means_result`: `meets`, `exempt` or `not_meets`; `grounds`: codes of the policy's refusal grounds.
    """
    found = [*grounds]
    if means_result == NOT_MEETS and MEANS_NOT_MET not in found:
        found.append(MEANS_NOT_MET)
    return found


def decision_fault(
    outcome: str, conforms: bool, means_result: str, grounds: Sequence[str], reasons: str
) -> str | None:
    """The rule that the decision breaks, or None: it is bound by what was found.

    Conditions met: grant is the only outcome (S0-7.4.3a2); one unmet: refuse, and say which (S0-7.4.3b2).
    """
    unmet = unmet_conditions(means_result, grounds)
    if not conforms:
        return "findings_not_conforming"
    if outcome == GRANTED and unmet:
        return "grant_against_findings"
    if outcome == REFUSED and (not unmet or (MEANS_NOT_MET in grounds and means_result != NOT_MEETS)):
        return "refusal_against_findings"
    if outcome == REFUSED and not reasons.strip():
        return "reasons_missing"
    return None


def decision_due(received: datetime, calendar: WorkCalendar, working_days: int, days: int) -> datetime:
    """When the decision is due: the earlier of the standard's working days from the complete materials
    (S0-7.4.3d) and the law's calendar days; 23:59:59 of that day in Shanghai, in UTC."""
    return min(calendar.after_working_days(received, working_days), calendar.after_days(received, days))


def mark_at(received: datetime, due: datetime, percent: int) -> datetime:
    """The moment when that share of the period is used up."""
    return received + (due - received) * (percent / 100)


def is_on_time(decided: datetime, due: datetime) -> bool:
    """Whether the decision fell within the period; the last second counts."""
    return decided <= due + timedelta(microseconds=999_999)


def is_terminable(state: str | None, outcome: str | None) -> bool:
    """Whether the case runs and can be terminated (S0-7.4.9c).

    `state` None: workflow has announced none yet, then the decision alone says it.
    """
    return outcome == GRANTED if state is None else may_follow(state, "TERMINATING")


def may_still_object(decided: datetime, now: datetime, calendar: WorkCalendar, days: int | None) -> bool:
    """Whether an objection comes in time; `days` None: the law sets no period (article 49)."""
    return days is None or is_on_time(now, calendar.after_days(decided, days))


def paper_number(short: str, year: int, series: str, count: int) -> str:
    """The number of an official paper, e.g. 示范援〔2026〕终字第0001号."""
    return f"{short}援〔{year}〕{series}字第{count:04d}号"
