"""What handling decides, from plain values alone."""

from __future__ import annotations

from datetime import date, datetime

from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI

REMARKS = {
    "in_the_future": "办理日期和办结日期不能晚于今天。",
    "before_acceptance": "办结日期不能早于接受指派的日期。",
    "completion_date_missing": "案件办结的，请填写办结日期。",
}
"""What the handler reads when a rule is broken."""


def contact_due(assigned: datetime, calendar: WorkCalendar, working_days: int, hard_days: int) -> datetime:
    """When contact and agreement are due: the standard's working days from the dispatch notice
    (S0-7.4.5a), never later than the outer limit of calendar days, rolled."""
    return min(calendar.after_working_days(assigned, working_days), calendar.after_days(assigned, hard_days))


def meeting_due(accepted: datetime, calendar: WorkCalendar, working_days: int) -> datetime:
    """When the first meeting is due: working days from the acceptance (S0-7.4.5b)."""
    return calendar.after_working_days(accepted, working_days)


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
