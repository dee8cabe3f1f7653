"""What evaluation decides, from plain values alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI
from shared.digest import digest_of_items, sha256_of

DIMENSIONS: dict[str, str] = {
    "experience": "使用本平台的体验",
    "staff": "工作人员的职业素质和专业能力",
    "handling": "承办人员办理案件的情况",
    "complaints": "投诉处理的情况",
}
"""What a recipient rates (S0-7.4.10.1 a-d)."""
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
PARTS = ("intake", "review", "dispatch", "handling")
"""The services whose records make up the case file besides evaluation's own."""


def closing_file_due(completed_on: date, calendar: WorkCalendar, days: int) -> datetime:
    """When the closing file is due: that many days after the completion, rolled (S0-7.4.9a)."""
    return calendar.after_days(datetime.combine(completed_on, time.min, SHANGHAI), days)


def closing_review_due(received: datetime, calendar: WorkCalendar, days: int) -> datetime:
    """When the review of a closing file is due: that many days after its receipt, rolled (S0-7.4.9b)."""
    return calendar.after_days(received, days)


def is_on_time(done: datetime, due: datetime) -> bool:
    """Whether it was done within the period; the last second counts."""
    return done <= due + timedelta(microseconds=999_999)


def counted_rating(ratings: Iterable[tuple[datetime, Mapping[str, str]]]) -> Mapping[str, str]:
    """The grades that count: the latest answer of a person, or the default good rating when nobody
    answered (S0-7.4.10.3)."""
    given = sorted(ratings, key=lambda rating: rating[0])
    return given[-1][1] if given else dict.fromkeys(DIMENSIONS, DEFAULT_GRADE)


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
