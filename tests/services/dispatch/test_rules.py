"""Who is next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.dispatch import rules

TODAY = date(2026, 9, 24)
THEN = datetime(2026, 1, 1, tzinfo=UTC)
REQUIRED = rules.Requirements(licence_years=2, clean_years=2)
ME = rules.Candidate(
    member_id=UUID(int=1), firm_id=UUID(int=10), active=True, licensed_on=date(2015, 1, 1),
    review_passed=True, kind="lawyer", sanctioned_on=None, matters=[],
    name_indexes=["me"], firm_indexes=["firm"], turns=0, waiting_since=THEN,
)  # fmt: skip
CASE = rules.Parties(matter="MAINTENANCE", applicant_id=UUID(int=99), opponent_indexes={"them"})


@pytest.mark.clause("S0-9.2.3", "S0-9.2.3b")
@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, ()),
        ({"active": False}, ("inactive",)),
        ({"licensed_on": date(2024, 9, 24)}, ()),
        ({"licensed_on": date(2024, 9, 25)}, ("licence_too_short",)),
        ({"review_passed": False}, ("annual_review_failed",)),
        ({"sanctioned_on": date(2024, 9, 23)}, ()),
        ({"sanctioned_on": date(2024, 9, 24)}, ("sanctioned_recently",)),
        ({"matters": ["MAINTENANCE"]}, ()),
        ({"matters": ["VICTIM_DIVORCE"]}, ("matter_not_taken",)),
    ],
)
def test_qualification(change: dict[str, object], faults: tuple[str, ...]) -> None:
    assert rules.unqualified(replace(ME, **change), "MAINTENANCE", TODAY, REQUIRED) == faults  # type: ignore[arg-type]


@pytest.mark.clause("S0-7.4.4c")
@pytest.mark.parametrize(
    ("parties", "faults"),
    [
        ({}, ()),
        ({"applicant_id": UUID(int=1)}, ("is_applicant",)),
        ({"opponent_indexes": {"me"}}, ("is_opponent",)),
        ({"opponent_indexes": {"firm"}}, ("firm_is_opponent",)),
        ({"firms_for_opponent": {UUID(int=10)}}, ("firm_acts_for_opponent",)),
        ({"firms_against_applicant": {UUID(int=10)}}, ("firm_acts_against_applicant",)),
        ({"firms_for_opponent": {UUID(int=11)}}, ()),
        ({"declined": {UUID(int=1)}}, ("declined_this_case",)),
    ],
)
def test_conflicts(parties: dict[str, object], faults: tuple[str, ...]) -> None:
    assert rules.conflicts(ME, replace(CASE, **parties)) == faults  # type: ignore[arg-type]


def test_a_leap_day_licence_counts_from_the_28th() -> None:
    assert rules.years_after(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert rules.years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_order_is_turns_then_wait_then_id() -> None:
    fewer = replace(ME, member_id=UUID(int=9), turns=0, waiting_since=THEN + timedelta(days=9))
    longer = replace(ME, member_id=UUID(int=8), turns=1, waiting_since=THEN - timedelta(seconds=1))
    lower_id = replace(ME, member_id=UUID(int=3), turns=1)
    higher_id = replace(ME, member_id=UUID(int=4), turns=1)
    ordered = sorted([higher_id, lower_id, longer, fewer], key=rules.rotation_order)
    assert ordered == [fewer, longer, lower_id, higher_id]


@pytest.mark.clause("S0-7.4.4b")
def test_the_explanation_names_every_skipped_member_and_stops_at_the_chosen() -> None:
    barred = replace(ME, member_id=UUID(int=2), name_indexes=["other", "them"], review_passed=False)
    last = replace(ME, member_id=UUID(int=3), turns=5)
    chosen, looked_at = rules.choose([last, ME, replace(barred, turns=-1)], CASE, TODAY, REQUIRED)
    assert chosen == ME
    assert [(c.candidate.member_id.int, c.faults) for c in looked_at] == [
        (2, ("annual_review_failed", "is_opponent")), (1, ()),
    ]  # fmt: skip


def test_nobody_is_an_answer_with_everyone_explained() -> None:
    chosen, looked_at = rules.choose([replace(ME, active=False)], CASE, TODAY, REQUIRED)
    assert chosen is None
    assert [c.faults for c in looked_at] == [("inactive",)]


@pytest.mark.parametrize(
    ("response", "before", "after"),
    [("conflict", True, True), ("cannot", True, False), ("lapsed", True, False), ("accepted", False, False)],
)
def test_who_is_not_asked_again(response: str, before: bool, after: bool) -> None:
    responses = [(UUID(int=1), response, THEN)]
    assert (UUID(int=1) in rules.declined_members(responses, None)) is before
    assert (UUID(int=1) in rules.declined_members(responses, THEN + timedelta(days=1))) is after


@pytest.mark.parametrize(
    ("response", "restored"), [("conflict", True), ("cannot", True), ("lapsed", False), ("accepted", False)]
)
def test_which_response_gives_the_turn_back(response: str, restored: bool) -> None:
    assert rules.restores_turn(response) is restored
