"""What evaluation decides, from plain values alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI
from shared.digest import digest_of_items, sha256_of

GRADES: dict[str, str] = {"satisfied": "满意", "basically": "基本满意", "dissatisfied": "不满意"}
DEFAULT_GRADE = "satisfied"
CALL_BACKS = ("phone", "visit")
"""The channels over which a clerk asks."""
CHANNELS: dict[str, str] = {
    "online": "线上问卷",
    "phone": "电话回访",
    "visit": "实地调查",
    "default": "到期默认好评",
}
TERMINATED = "terminated"
"""The result of a case whose aid was ended: there may be little to close."""
CLOSING_CONDITIONS: dict[str, str] = {
    "completion": "办理记录里没有登记办结",
    "agreement": "办理记录里没有委托协议",
    "meeting": "办理记录里没有约见记录",
    "closing_report": "没有结案报告",
    "case_file": "没有承办业务卷",
}
"""What a case needs to be closed, each with what is said when it is missing."""
_PAPERS = ("closing_report", "case_file")
PARTS = ("intake", "review", "dispatch", "handling")
"""The services whose records make up the case file besides evaluation's own."""


def closing_file_due(completed_on: date, calendar: WorkCalendar, days: int) -> datetime:
    """When the closing file is due: that many days after the completion, rolled (S0-7.4.9a)."""
    return calendar.after_days(datetime.combine(completed_on, time.min, SHANGHAI), days)


def unmet_conditions(result: str, present: Iterable[str]) -> list[str]:
    """The keys of `CLOSING_CONDITIONS` that handling record and closing file do not show (S0-7.3.5a).

    `present`: recorded steps and the fields of the form that hold files. A proposal: a person decides. Of a
    terminated case, and of one whose handling went on before steps were kept here, only the papers count.
    """
    shown = set(present)
    papers_only = result == TERMINATED or shown <= set(_PAPERS)
    wanted = _PAPERS if papers_only else tuple(CLOSING_CONDITIONS)
    return [condition for condition in wanted if condition not in shown]


def closing_advice(unmet: Iterable[str]) -> str:
    """The proposal in a sentence."""
    missing = "；".join(CLOSING_CONDITIONS[condition] for condition in unmet)
    return f"不符合结案条件：{missing}" if missing else "符合结案条件"


def closing_review_due(received: datetime, calendar: WorkCalendar, days: int) -> datetime:
    """When the review of a closing file is due: that many days after its receipt, rolled (S0-7.4.9b)."""
    return calendar.after_days(received, days)


def is_on_time(done: datetime, due: datetime) -> bool:
    """Whether it was done within the period; the last second counts."""
    return done <= due + timedelta(microseconds=999_999)


def counted_rating(
    ratings: Iterable[tuple[datetime, Mapping[str, str]]], dimensions: Iterable[str]
) -> Mapping[str, str]:
    """The grades that count: the latest answer of a person, or the default good rating of every dimension
    when nobody answered (S0-7.4.10.3)."""
    given = sorted(ratings, key=lambda rating: rating[0])
    return given[-1][1] if given else dict.fromkeys(dimensions, DEFAULT_GRADE)


def tally(ratings: Iterable[Mapping[str, str]], dimensions: Iterable[str]) -> dict[str, dict[str, int]]:
    """How often each grade was given per dimension: {dimension: {grade: count}} (S0-7.4.10.2)."""
    counts = {name: dict.fromkeys(GRADES, 0) for name in dimensions}
    for rating in ratings:
        for name, grade in rating.items():
            if name in counts:
                counts[name][grade] += 1
    return counts


def manifest_of(
    case_id: object, number: str, archive_number: str, parts: Sequence[tuple[str, Sequence[dict[str, str]]]]
) -> dict[str, Any]:
    """The list of everything in the case file: {"case_id", "number", "archive_number", "parts":
    [{"service", "digest", "items"}]}; the same parts give the same manifest."""
    listed = [
        {"service": service, "digest": digest_of_items(items), "items": _ordered(items)}
        for service, items in sorted(parts, key=lambda part: part[0])
    ]
    return {"case_id": str(case_id), "number": number, "archive_number": archive_number, "parts": listed}


def manifest_faults(manifest: Mapping[str, Any], sha256: str) -> list[str]:
    """The names of the parts whose digest does not fit their entries; `manifest` when the whole does not."""
    wrong = [p["service"] for p in manifest["parts"] if digest_of_items(p["items"]) != p["digest"]]
    return [*wrong, *(["manifest"] if sha256_of(manifest) != sha256 else [])]


def _ordered(items: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return sorted((dict(entry) for entry in items), key=lambda entry: (entry["kind"], entry["id"]))
