"""What evaluation decides."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.evaluation import rules
from shared.calendar import WorkCalendar
from shared.clock import SHANGHAI
from shared.digest import item, sha256_of

DIMENSIONS = ("experience", "staff", "handling", "complaints")
CALENDAR = WorkCalendar.chinese()


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.clause("S0-7.4.9a")
@pytest.mark.parametrize(
    ("completed", "due"),
    [
        (date(2024, 2, 2), "2024-03-04T23:59:59"),  # day 30 is a Sunday
        (date(2024, 9, 30), "2024-10-30T23:59:59"),
        (date(2026, 2, 13), "2026-03-16T23:59:59"),
    ],
)
def test_thirty_days_for_the_closing_file(completed: date, due: str) -> None:
    assert rules.closing_file_due(completed, CALENDAR, 30) == shanghai(due)


@pytest.mark.clause("S0-7.4.9b")
def test_thirty_days_for_its_review() -> None:
    assert rules.closing_review_due(shanghai("2025-01-24T15:00"), CALENDAR, 30) == shanghai(
        "2025-02-24T23:59:59"
    )


def test_on_time_to_the_last_second() -> None:
    due = shanghai("2026-03-16T23:59:59")
    assert rules.is_on_time(due, due)
    assert not rules.is_on_time(due + timedelta(seconds=1), due)


@pytest.mark.clause("S0-7.3.5a")
@pytest.mark.parametrize(
    ("result", "missing", "unmet"),
    [
        ("won", (), []),
        ("won", ("agreement",), ["agreement"]),
        ("won", ("meeting", "case_file"), ["meeting", "case_file"]),
        ("won", ("completion",), ["completion"]),
        ("terminated", ("completion", "agreement", "meeting"), []),
        ("terminated", ("closing_report",), ["closing_report"]),
        ("won", ("completion", "agreement", "meeting"), []),  # handled before the steps were kept here
        ("won", ("completion", "agreement", "meeting", "case_file"), ["case_file"]),
    ],
)
def test_closing_conditions_are_proposed(result: str, missing: tuple[str, ...], unmet: list[str]) -> None:
    assert rules.unmet_conditions(result, set(rules.CLOSING_CONDITIONS) - set(missing)) == unmet
    advice = rules.closing_advice(unmet)
    assert (
        advice == "符合结案条件" if not unmet else all(rules.CLOSING_CONDITIONS[u] in advice for u in unmet)
    )


@pytest.mark.clause("S0-7.4.10.3")
def test_the_latest_person_counts_and_silence_is_good() -> None:
    early, late = shanghai("2026-01-05T10:00"), shanghai("2026-01-06T10:00")
    good, bad = dict.fromkeys(DIMENSIONS, "satisfied"), dict.fromkeys(DIMENSIONS, "dissatisfied")
    assert rules.counted_rating([(late, bad), (early, good)], DIMENSIONS) == bad
    assert rules.counted_rating([], DIMENSIONS) == good


@pytest.mark.clause("S0-7.3.5c")
def test_a_manifest_notices_every_changed_byte() -> None:
    items = [item("finding", 1, {"ok": True}), item("notice", 2, {"n": 1})]
    manifest = rules.manifest_of("case", "号", "2026-归-0001", [("review", items), ("intake", items[:1])])
    digest = sha256_of(manifest)
    assert rules.manifest_faults(manifest, digest) == []
    assert [p["service"] for p in manifest["parts"]] == ["intake", "review"]
    manifest["parts"][1]["items"][0]["sha256"] = "0" * 64
    assert rules.manifest_faults(manifest, digest) == ["review", "manifest"]
