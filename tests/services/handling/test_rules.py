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


DAY = date(2026, 10, 20)


def entry(
    kind: str = "other", occurred_on: date = DAY, completed: bool = False, **details: str
) -> rules.Entry:
    return rules.Entry(kind, occurred_on, details, completed)


@pytest.mark.clause("S0-7.4.6a")
@pytest.mark.parametrize(
    ("read_on", "marks"), [(date(2026, 10, 19), []), (DAY, ["file_not_read"]), (None, ["file_not_read"])]
)
def test_the_file_is_read_before_the_day_of_the_hearing(read_on: date | None, marks: list[str]) -> None:
    log = rules.Log(entries=[entry("file_reading", read_on)] if read_on else [])
    assert rules.marks_of(entry("hearing", attendance="throughout"), log) == marks
    assert rules.marks_of(entry("hearing", attendance="adjourned"), log) == []


@pytest.mark.clause("S0-7.4.7a2")
@pytest.mark.parametrize(("read_on", "marks"), [(DAY, []), (date(2026, 10, 21), ["file_not_read"])])
def test_who_defends_has_read_the_file(read_on: date, marks: list[str]) -> None:
    log = rules.Log(entries=[entry("file_reading", read_on)])
    assert rules.marks_of(entry("pleading", side="defendant", pleading="defence"), log) == marks


@pytest.mark.clause("S0-7.4.8b", "S0-7.4.8d")
def test_what_went_wrong_in_a_hearing_is_marked() -> None:
    log = rules.Log(entries=[entry("file_reading", date(2026, 10, 1))])
    partly = entry("hearing", attendance="partly", facts_unclear="not_requested")
    assert rules.marks_of(partly, log) == ["not_throughout", "reopening_not_requested"]
    assert rules.marks_of(entry("hearing", attendance="throughout", facts_unclear="requested"), log) == []


@pytest.mark.clause("S0-7.4.7b")
@pytest.mark.parametrize(("applied", "marks"), [(DAY, []), (date(2026, 10, 21), ["witness_late"])])
def test_a_witness_is_applied_for_until_the_period_for_evidence_ends(applied: date, marks: list[str]) -> None:
    application = entry("witness", applied)
    assert rules.marks_of(application, rules.Log(evidence_ends_on=DAY)) == marks
    assert rules.entry_fault(application, rules.Log(evidence_ends_on=DAY)) is None
    assert rules.entry_fault(application, rules.Log()) == "deadline_missing"


@pytest.mark.clause("S0-7.4.7a", "S0-7.4.7a2", "S0-7.4.7a3")
@pytest.mark.parametrize(
    ("pleading", "side", "fault"),
    [
        ("complaint", "plaintiff", None), ("complaint", "defendant", "side_mismatch"),
        ("defence", "defendant", None), ("defence", "plaintiff", "side_mismatch"),
        ("counterclaim", "defendant", None), ("counterclaim", "plaintiff", "side_mismatch"),
        ("appeal", "plaintiff", None), ("other", "other", None),
    ],
)  # fmt: skip
def test_each_pleading_is_written_for_its_side(pleading: str, side: str, fault: str | None) -> None:
    assert rules.entry_fault(entry("pleading", pleading=pleading, side=side), rules.Log()) == fault


@pytest.mark.clause("S0-7.4.7b2")
def test_who_acts_for_the_defendant_needs_a_written_defence_before_the_end() -> None:
    counterclaim = entry("pleading", side="defendant", pleading="counterclaim")
    defence = entry("pleading", side="defendant", pleading="defence")
    done = entry("judgment", completed=True)
    assert rules.entry_fault(done, rules.Log(entries=[counterclaim])) == "defence_missing"
    assert rules.entry_fault(done, rules.Log(entries=[counterclaim, defence])) is None
    assert rules.entry_fault(entry("judgment"), rules.Log(entries=[counterclaim])) is None
    assert rules.entry_fault(done, rules.Log()) is None


def test_a_stayed_or_adjourned_case_is_not_complete() -> None:
    done = entry("judgment", completed=True)
    assert rules.entry_fault(done, rules.Log(suspended=True)) == "suspended"
    assert rules.entry_fault(entry("meeting"), rules.Log(suspended=True)) is None
    adjourned = entry("hearing", completed=True, attendance="adjourned")
    assert rules.entry_fault(adjourned, rules.Log()) == "adjourned"


@pytest.mark.clause("S0-7.4.8a")
def test_the_platform_is_told_of_adjournments_and_major_matters() -> None:
    assert rules.report_of(entry("hearing", attendance="adjourned")) == "adjournment"
    assert rules.report_of(entry("hearing", attendance="throughout")) is None
    assert rules.report_of(entry("major_matter", matter="other")) == "major_matter"


@pytest.mark.clause("S0-7.4.7b")
def test_the_window_for_witnesses_is_the_seven_days_before_the_period_ends() -> None:
    reminder, ends = rules.witness_window(date(2026, 10, 20), 7)
    assert reminder == shanghai("2026-10-13T00:00")
    assert ends == shanghai("2026-10-20T23:59:59")


@pytest.mark.parametrize(
    ("begin", "end", "due"),
    [
        (None, None, "2026-09-29T23:59:59"),
        ("2026-09-25T09:00", "2026-09-25T15:00", "2026-09-30T05:59:59"),  # six hours: by its length
        ("2026-09-25T09:00", "2026-09-28T09:00", "2026-10-08T23:59:59"),  # three days lead into the holidays
        ("2026-09-28T09:00", "2026-09-29T09:00", "2026-09-30T23:59:59"),  # one working day
        ("2026-09-30T00:00", "2026-10-12T00:00", "2026-09-29T23:59:59"),  # it was over before
    ],
)
def test_a_period_stands_still_during_a_stay(begin: str | None, end: str | None, due: str) -> None:
    stays = [(shanghai(begin), shanghai(end))] if begin and end else []
    assert rules.moved_by_stays(shanghai("2026-09-29T23:59:59"), stays, CALENDAR) == shanghai(due)


@pytest.mark.parametrize(
    ("resumed", "fault"),
    [
        (date(2026, 10, 1), None), (date(2026, 9, 30), "before_suspension"),
        (date(2026, 10, 20), None), (date(2026, 10, 21), "before_suspension"),
    ],
)  # fmt: skip
def test_a_stay_ends_between_its_beginning_and_today(resumed: date, fault: str | None) -> None:
    assert rules.resumption_fault(resumed, date(2026, 10, 1), NOW) == fault


@pytest.mark.parametrize(
    ("state", "open_until", "may"),
    [
        ("HANDLING", [], True), ("DISPATCHING", [], False), ("SUSPENDED", [], False),
        ("COMPLETED", [], False), (None, [], False), ("HANDLING", [None], False), ("HANDLING", [NOW], False),
        ("HANDLING", [datetime(2026, 10, 19, tzinfo=UTC)], True),
    ],
)  # fmt: skip
def test_one_stay_at_a_time_while_handling(
    state: str | None, open_until: list[datetime | None], may: bool
) -> None:
    assert rules.may_suspend(state, open_until, NOW) is may
