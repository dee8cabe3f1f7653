"""What handling decides."""

from datetime import UTC, date, datetime

import pytest

from services.handling import rules
from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI

CALENDAR = WorkCalendar.chinese()


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.clause("S0-7.4.5a")
@pytest.mark.parametrize(
    ("assigned", "due"),
    [
        ("2024-09-30T09:00", "2024-10-08T23:59:59"),  # 3 working days end on 10 October, 5 days on the 8th
        ("2026-09-24T10:00", "2026-09-29T23:59:59"),
        ("2024-02-02T09:00", "2024-02-06T23:59:59"),  # 3 working days come first
    ],
)
def test_contact_is_due_at_the_earlier_limit(assigned: str, due: str) -> None:
    assert rules.contact_due(shanghai(assigned), CALENDAR, 3, 5) == shanghai(due)


@pytest.mark.clause("S0-7.4.5b")
@pytest.mark.parametrize(
    ("accepted", "due"),
    [("2024-09-30T09:00", "2024-10-10T23:59:59"), ("2025-09-30T23:59", "2025-10-11T23:59:59")],
)
def test_the_meeting_is_due_after_three_working_days(accepted: str, due: str) -> None:
    assert rules.meeting_due(shanghai(accepted), CALENDAR, 3) == shanghai(due)


def test_the_last_day_counts() -> None:
    due = shanghai("2026-09-30T23:59:59")
    assert rules.is_on_time(date(2026, 9, 30), due)
    assert not rules.is_on_time(date(2026, 10, 1), due)


NOW = shanghai("2026-10-20T00:30")
ACCEPTED = shanghai("2026-09-24T23:30")


@pytest.mark.parametrize(
    ("occurred", "completed", "completed_on", "fault"),
    [
        (date(2026, 10, 20), False, None, None),
        (date(2026, 10, 21), False, None, "in_the_future"),
        (date(2026, 10, 20), True, date(2026, 10, 20), None),
        (date(2026, 10, 20), True, date(2026, 10, 21), "in_the_future"),
        (date(2026, 10, 20), True, date(2026, 9, 24), None),
        (date(2026, 10, 20), True, date(2026, 9, 23), "before_acceptance"),
        (date(2026, 10, 20), True, None, "completion_date_missing"),
    ],
)
def test_progress(occurred: date, completed: bool, completed_on: date | None, fault: str | None) -> None:
    assert rules.progress_fault(occurred, completed, completed_on, ACCEPTED, NOW) == fault
