"""The working-day calendar: the vectors computed from the published notices, and both sides of each edge."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.calendar import SHANGHAI, WorkCalendar

CALENDAR = WorkCalendar.chinese()

# start, then the due days of: 3 working days, 5 days, 7 working days, 7 days, 30 days (days are rolled)
VECTORS = [
    ("2024-02-02", "2024-02-06", "2024-02-07", "2024-02-18", "2024-02-09", "2024-03-04"),
    ("2024-02-08", "2024-02-19", "2024-02-18", "2024-02-23", "2024-02-18", "2024-03-11"),
    ("2024-09-27", "2024-10-08", "2024-10-08", "2024-10-12", "2024-10-08", "2024-10-28"),
    ("2024-09-30", "2024-10-10", "2024-10-08", "2024-10-15", "2024-10-08", "2024-10-30"),
    ("2025-01-24", "2025-02-05", "2025-02-05", "2025-02-10", "2025-02-05", "2025-02-24"),
    ("2025-09-30", "2025-10-11", "2025-10-09", "2025-10-16", "2025-10-09", "2025-10-30"),
    ("2026-02-13", "2026-02-25", "2026-02-24", "2026-03-02", "2026-02-24", "2026-03-16"),
    ("2026-09-24", "2026-09-30", "2026-09-29", "2026-10-12", "2026-10-08", "2026-10-26"),
]
MAKE_UP_DAYS = {
    2024: ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    2025: ("01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def end_of(day: str) -> datetime:
    return at(f"{day}T23:59:59")


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row[0])
def test_working_day_vectors(row):
    start = at(f"{row[0]}T15:30:00")
    assert CALENDAR.after_working_days(start, 3) == end_of(row[1])
    assert CALENDAR.after_working_days(start, 7) == end_of(row[3])


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row[0])
def test_calendar_day_vectors_are_rolled(row):
    start = at(f"{row[0]}T09:00:00")
    assert [CALENDAR.after_days(start, count) for count in (5, 7, 30)] == [
        end_of(row[2]),
        end_of(row[4]),
        end_of(row[5]),
    ]


@pytest.mark.parametrize("year", MAKE_UP_DAYS)
def test_the_working_weekends_of_a_year_are_exactly_the_make_up_days(year):
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    weekends = [day for day in days if day.weekday() >= 5 and CALENDAR.is_working_day(day)]
    assert [f"{day:%m-%d}" for day in weekends] == list(MAKE_UP_DAYS[year])


@pytest.mark.parametrize("day", ["2024-10-01", "2025-01-28", "2026-02-17", "2026-06-19", "2024-10-13"])
def test_holidays_and_ordinary_weekends_do_not_count(day):
    assert not CALENDAR.is_working_day(date.fromisoformat(day))


def test_result_is_in_utc():
    due = CALENDAR.after_working_days(at("2024-09-30T10:00:00"), 3)
    assert due.tzinfo is UTC
    assert due.isoformat() == "2024-10-10T15:59:59+00:00"


def test_the_day_of_the_start_is_the_day_in_shanghai():
    last_second = datetime(2024, 3, 4, 15, 59, 59, tzinfo=UTC)
    assert CALENDAR.after_working_days(last_second, 1) == end_of("2024-03-05")
    assert CALENDAR.after_working_days(last_second + timedelta(seconds=1), 1) == end_of("2024-03-06")


def test_other_zones_give_the_same_answer():
    start = datetime(2024, 3, 4, 20, 0, tzinfo=timezone(timedelta(hours=-5)))
    assert CALENDAR.after_days(start, 1) == end_of("2024-03-06")


def test_start_on_a_day_off_counts_from_the_next_working_day():
    saturday, sunday, monday = "2024-03-09T10:00", "2024-03-10T10:00", "2024-03-11"
    assert CALENDAR.after_working_days(at(saturday), 1) == end_of(monday)
    assert CALENDAR.after_working_days(at(sunday), 1) == end_of(monday)


def test_zero_days_end_with_the_same_working_day():
    assert CALENDAR.after_working_days(at("2024-03-08T23:50"), 0) == end_of("2024-03-08")
    assert CALENDAR.after_working_days(at("2024-03-09T08:00"), 0) == end_of("2024-03-11")


def test_without_roll_the_last_day_may_be_a_day_off():
    start = at("2024-03-08T12:00")
    assert CALENDAR.after_days(start, 1, roll=False) == end_of("2024-03-09")
    assert CALENDAR.after_days(start, 1) == end_of("2024-03-11")


def test_seven_calendar_days_are_never_later_than_seven_working_days():
    day = at("2018-01-01T12:00")
    while day < at("2026-12-16T00:00"):
        assert CALENDAR.after_days(day, 7) <= CALENDAR.after_working_days(day, 7)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2024-09-30", "2024-10-07", 0),
        ("2024-09-30", "2024-10-08", 1),
        ("2024-09-30", "2024-10-10", 3),
        ("2024-09-27", "2024-10-12", 7),
        ("2024-10-10", "2024-10-10", 0),
        ("2024-10-10", "2024-10-01", 0),
    ],
)
def test_working_days_between_counts_the_end_but_not_the_start(start, end, count):
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert CALENDAR.working_days_between(first, last) == count
    assert CALENDAR.working_days_between(at(f"{start}T23:00"), at(f"{end}T01:00")) == count


def test_unpublished_years_are_provisional():
    assert not CALENDAR.is_provisional(2026)
    assert CALENDAR.is_provisional(2027)
    assert CALENDAR.is_working_day(date(2027, 2, 8))  # a Monday; Spring Festival is not published yet


@pytest.mark.parametrize("day", ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03", "06-05"])
def test_provisional_days_off(day):
    assert not CALENDAR.is_working_day(date.fromisoformat(f"2027-{day}"))


@pytest.mark.parametrize("day", ["01-04", "05-03", "09-30", "10-04"])
def test_provisional_working_days(day):
    assert CALENDAR.is_working_day(date.fromisoformat(f"2027-{day}"))


def test_overrides_win_and_change_the_version():
    closed, opened = date(2027, 2, 8), date(2027, 2, 13)
    changed = WorkCalendar.chinese(overrides={closed: False, opened: True})
    assert [changed.is_working_day(closed), changed.is_working_day(opened)] == [False, True]
    assert changed.version != CALENDAR.version
    same = WorkCalendar.chinese(overrides={opened: True, closed: False})
    assert same.version == changed.version


def test_a_calendar_cannot_be_changed():
    with pytest.raises(TypeError):
        CALENDAR.exceptions[date(2024, 1, 2)] = False  # type: ignore[index]


@pytest.mark.parametrize("count", [-1, 36_601])
def test_impossible_periods_are_refused(count):
    with pytest.raises(ValueError, match="not possible"):
        CALENDAR.after_working_days(at("2024-01-01T00:00"), count)
    with pytest.raises(ValueError, match="not possible"):
        CALENDAR.after_days(at("2024-01-01T00:00"), count)


def test_the_end_of_time_is_a_value_error():
    last_day = datetime(9999, 12, 31, 12, 0, tzinfo=SHANGHAI)
    with pytest.raises(ValueError, match="9999"):
        CALENDAR.after_working_days(last_day, 1)
    with pytest.raises(ValueError, match="9999"):
        CALENDAR.after_days(last_day, 1)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.after_days(datetime(2024, 1, 1), 1)


def test_a_count_over_more_than_a_hundred_years_is_refused():
    with pytest.raises(ValueError, match="hundred years"):
        CALENDAR.working_days_between(date.min, date.max)


def moment(text):
    """`MM-DD hh:mm` in 2026; 09-19, 09-25 to 27 and 10-01 to 07 are days off, Sunday 09-20 is none."""
    return at(f"2026-{text}:00")


@pytest.mark.parametrize(
    ("due", "since", "until", "moved"),
    [
        ("09-17 12:00", "09-14 09:00", "09-14 09:00", "09-17 12:00"),  # no pause
        ("09-17 12:00", "09-14 09:00", "09-15 08:59", "09-18 11:59"),  # less than a day: its length
        ("09-18 12:00", "09-17 12:00", "09-18 11:59", "09-19 11:59"),  # even onto a day off
        ("09-17 12:00", "09-14 09:00", "09-15 09:00", "09-18 12:00"),  # a day: one working day
        ("09-18 12:00", "09-14 09:00", "09-15 09:00", "09-20 12:00"),  # falls on a Saturday: Sunday
        ("09-18 12:00", "09-14 09:00", "09-16 09:00", "09-21 12:00"),  # two working days, the length is less
        ("09-24 12:00", "09-21 09:00", "09-23 09:00", "09-29 12:00"),  # the same over a holiday
        ("09-14 12:00", "09-11 18:00", "09-14 09:00", "09-17 03:00"),  # a weekend: the length is longer
        ("09-22 12:00", "09-21 12:00", "09-30 12:00", "10-08 12:00"),  # over the holidays
        ("09-14 09:00", "09-14 09:00", "09-21 09:00", "09-14 09:00"),  # due as it began: stays due
        ("09-14 09:01", "09-14 09:00", "09-15 09:00", "09-15 09:01"),  # a minute later: moved
        ("09-11 09:00", "09-14 09:00", "09-21 09:00", "09-11 09:00"),  # overdue before: stays overdue
    ],
)
def test_a_period_that_stood_still_ends_later(due, since, until, moved):
    assert CALENDAR.moved_on(moment(due), moment(since), moment(until)) == moment(moved)


def test_a_period_of_whole_days_keeps_the_end_of_its_day():
    due = CALENDAR.after_working_days(moment("09-14 10:00"), 3)
    moved = CALENDAR.moved_on(due, moment("09-15 09:00"), moment("09-17 09:00"))
    assert moved == CALENDAR.after_working_days(moment("09-14 10:00"), 5)
