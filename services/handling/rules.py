"""What handling decides, from plain values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI

REMARKS = {
    "in_the_future": "办理日期和办结日期不能晚于今天。",
    "before_acceptance": "办结日期不能早于接受指派的日期。",
    "completion_date_missing": "案件办结的，请填写办结日期。",
    "suspended": "案件现在中止，不能登记办结。请先办理“恢复办理”。",
    "defence_missing": "代理被告（被申请人）的，应当准备书面答辩状。请先登记答辩状，再登记办结。",
    "adjourned": "延期开庭的，案件还没有办结。请把“案件已经办结吗”改为“否”。",
    "side_mismatch": "文书和受援人的地位不一致：代理原告写起诉状，代理被告写答辩状、反诉状。",
    "deadline_missing": "请先用“登记举证期限”登记法院给的举证期限，再登记证人出庭申请。",
    "before_suspension": "恢复办理的日期不能早于中止的日期，也不能晚于今天。",
}
"""What the handler reads when a rule is broken."""


GENERAL = frozenset({"kind", "occurred_on", "summary", "completed", "completed_on", "progress_remark"})
"""The answers that every entry has; the others are details of its kind."""

FILE_FIELDS = (
    "record_files", "request_files", "pleading_files", "application_files", "drafting_files",
    "decision_files", "files",
)  # fmt: skip
"""The questions of the entry forms that are answered with files, in the order of the forms."""

PLEADINGS = {"complaint": "plaintiff", "defence": "defendant", "counterclaim": "defendant"}
"""For which side each pleading of S0-7.4.7a is written."""

OPEN_FOR = timedelta(hours=1)
"""How long a reported stay may wait for its process (the life of the message that tells it)."""


@dataclass(frozen=True)
class Entry:
    """What the rules need of an entry of the log."""

    kind: str
    occurred_on: date
    details: Mapping[str, Any] = field(default_factory=dict)
    completed: bool = False


@dataclass(frozen=True)
class Log:
    """What the rules need of the case when an entry comes: what was kept before, and how it stands."""

    entries: Sequence[Entry] = ()
    evidence_ends_on: date | None = None
    suspended: bool = False


def contact_due(assigned: datetime, calendar: WorkCalendar, working_days: int, hard_days: int) -> datetime:
    """When contact and agreement are due: the standard's working days from the dispatch notice
    (S0-7.4.5a), never later than the outer limit of calendar days, rolled."""
    return min(calendar.after_working_days(assigned, working_days), calendar.after_days(assigned, hard_days))


def meeting_due(accepted: datetime, calendar: WorkCalendar, working_days: int) -> datetime:
    """When the first meeting is due: working days from the acceptance (S0-7.4.5b)."""
    return calendar.after_working_days(accepted, working_days)


def moved_by_stays(
    due: datetime, stays: Sequence[tuple[datetime, datetime]], calendar: WorkCalendar
) -> datetime:
    """When a period is due that stood still during these stays (begin, end; in order, none overlapping)."""
    for begin, end in stays:
        due = calendar.moved_on(due, begin, end)
    return due


def is_on_time(day: date, due: datetime) -> bool:
    """Whether something done on that day fell within the period; the last day counts."""
    return day <= due.astimezone(SHANGHAI).date()


def progress_fault(
    occurred_on: date, completed: bool, completed_on: date | None, accepted: datetime, now: datetime
) -> str | None:
    """The rule that an entry breaks, or None; today and the day of acceptance are fine."""
    today = now.astimezone(SHANGHAI).date()
    if completed and completed_on is None:
        return "completion_date_missing"
    if occurred_on > today or (completed_on is not None and completed_on > today):
        return "in_the_future"
    if completed_on is not None and completed_on < accepted.astimezone(SHANGHAI).date():
        return "before_acceptance"
    return None


def entry_fault(entry: Entry, log: Log) -> str | None:
    """The rule of S0-7.4.7 and S0-7.4.8 that an entry breaks, or None."""
    wanted_side = PLEADINGS.get(str(entry.details.get("pleading")))
    if wanted_side is not None and entry.details.get("side") != wanted_side:
        return "side_mismatch"
    if entry.kind == "witness" and log.evidence_ends_on is None:
        return "deadline_missing"
    return _completion_fault(entry, log) if entry.completed else None


def _completion_fault(entry: Entry, log: Log) -> str | None:
    if log.suspended:
        return "suspended"
    if entry.details.get("attendance") == "adjourned":
        return "adjourned"
    pleadings = [e.details for e in (*log.entries, entry) if "pleading" in e.details]
    defends = any(details.get("side") == "defendant" for details in pleadings)
    if defends and not any(details.get("pleading") == "defence" for details in pleadings):
        return "defence_missing"
    return None


def marks_of(entry: Entry, log: Log) -> list[str]:
    """What is worth showing about an entry that is kept all the same (S0-7.4.6a, 7.4.7b, 7.4.8b, d)."""
    attendance = entry.details.get("attendance")
    attended = attendance in ("throughout", "partly")
    found = {
        "file_not_read": (attended and not _read_by(log, entry.occurred_on - timedelta(days=1)))
        or (entry.details.get("pleading") == "defence" and not _read_by(log, entry.occurred_on)),
        "not_throughout": attendance == "partly",
        "reopening_not_requested": entry.details.get("facts_unclear") == "not_requested",
        "witness_late": entry.kind == "witness"
        and log.evidence_ends_on is not None
        and entry.occurred_on > log.evidence_ends_on,
    }
    return [mark for mark, holds in found.items() if holds]


def _read_by(log: Log, day: date) -> bool:
    return any(entry.kind == "file_reading" and entry.occurred_on <= day for entry in log.entries)


def report_of(entry: Entry) -> str | None:
    """What the platform is told of at once: an adjournment (S0-7.4.8a) or a major matter."""
    if entry.kind == "major_matter":
        return "major_matter"
    return "adjournment" if entry.details.get("attendance") == "adjourned" else None


def witness_window(ends_on: date, reminder_days: int) -> tuple[datetime, datetime]:
    """When the handler is reminded, the morning (Shanghai) that many days before the period for evidence
    ends, and the last second of the period (S0-7.4.7b)."""
    reminder = datetime.combine(ends_on - timedelta(days=reminder_days), time(), SHANGHAI)
    return reminder, datetime.combine(ends_on, time(23, 59, 59), SHANGHAI)


def resumption_fault(resumed_on: date, since: date, now: datetime) -> str | None:
    """A stay ends no earlier than it began and no later than today."""
    today = now.astimezone(SHANGHAI).date()
    return None if since <= resumed_on <= today else "before_suspension"


def may_suspend(state: str | None, open_until: Sequence[datetime | None], now: datetime) -> bool:
    """Whether a stay may be reported: the case is being handled and no stay is open.

    `open_until`: one entry per stay that has not ended: None when it is on record, else when its report
    lapses.
    """
    return state == "HANDLING" and not any(until is None or now <= until for until in open_until)
