"""ISO 8601 dates, durations and cycles."""

from datetime import UTC, datetime, timedelta

import pytest

from services.workflow.engine.timing import Due, TimerInvalid, after, first_due, next_due

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("PT0S", NOW),
        ("PT90M", NOW + timedelta(hours=1, minutes=30)),
        ("P1DT2H3M4.5S", NOW + timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("P2W", NOW + timedelta(weeks=2)),
        ("P1M", datetime(2026, 2, 28, 12, 0, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 12, 0, tzinfo=UTC)),
        ("P25M", datetime(2028, 2, 29, 12, 0, tzinfo=UTC)),
        ("-P1M", datetime(2025, 12, 31, 12, 0, tzinfo=UTC)),
        ("-PT1H", NOW - timedelta(hours=1)),
    ],
)
def test_durations(text, moment):
    assert after(NOW, text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "5D",
        "P5",
        "P1.5D",
        "p1d",
        "P5D ",
        "PT5",
        "P999999999D",
        "P99999Y",
        "PT1H2H",
        "\u0661P1D",
    ],
)
def test_what_is_no_duration(text):
    with pytest.raises(TimerInvalid):
        after(NOW, text)


@pytest.mark.parametrize(("text", "again"), [("R/PT1H", None), ("R1/PT1H", 0), ("R3/PT1H", 2)])
def test_cycles(text, again):
    assert first_due("cycle", text, NOW) == Due(NOW + timedelta(hours=1), again, "PT1H")


@pytest.mark.parametrize(
    "text", ["R0/PT1H", "PT1H", "R-1/PT1H", "R/", "R3/2026-01-01T00:00:00Z/PT1H", "0 0 * * *"]
)
def test_what_is_no_cycle(text):
    with pytest.raises(TimerInvalid):
        first_due("cycle", text, NOW)


def test_a_cycle_ends():
    first = first_due("cycle", "R3/PT1H", NOW)
    second = next_due(first)
    assert second is not None
    third = next_due(second)
    assert third is not None
    assert [due.at for due in (first, second, third)] == [NOW + timedelta(hours=n) for n in (1, 2, 3)]
    assert next_due(third) is None


def test_dates_need_a_zone():
    assert first_due("date", "2026-02-01T08:00:00+08:00", NOW).at == datetime(2026, 2, 1, tzinfo=UTC)
    for text in ("2026-02-01T08:00:00", "2026-02-01", "tomorrow"):
        with pytest.raises(TimerInvalid):
            first_due("date", text, NOW)


@pytest.mark.parametrize("value", [None, 5, True, ["P1D"], {"a": 1}])
@pytest.mark.parametrize("kind", ["date", "duration", "cycle"])
def test_only_texts_are_times(kind, value):
    with pytest.raises(TimerInvalid):
        first_due(kind, value, NOW)
