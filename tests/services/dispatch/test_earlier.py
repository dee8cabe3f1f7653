"""Continuity with what went before, and who may take a criminal notice case."""

from datetime import date
from uuid import UUID, uuid5

import pytest

from services.dispatch.models import Consideration
from shared.contracts.dispatch import TakeTurn
from tests.rig import CASE, Bench, person
from tests.services.dispatch.changing import changed, entered, handled, take
from tests.services.dispatch.conftest import OTHER, member, registered
from tests.services.dispatch.test_handlers import rows, turns


def next_stage(bench: Bench, case_id: UUID = OTHER) -> None:
    bench.deliver(registered(case_id, earlier_case_id=CASE), job_key=None)


def test_the_next_stage_goes_to_the_same_handler_first(bench: Bench) -> None:
    first = handled(bench)
    next_stage(bench)
    assert take(bench, case_id=OTHER) == first
    assert turns(bench)["律师一"] == 2
    (entry,) = rows(bench, Consideration)[-1].entries
    assert (entry["rule"], entry["faults"]) == ("continuity", [])


def test_unless_they_can_not_take_it_or_were_changed(bench: Bench) -> None:
    handled(bench)
    next_stage(bench)
    assert take(bench, "conflict", case_id=OTHER) == person("律师一")
    assert take(bench, case_id=OTHER) == person("律师二")
    entered(bench, "HANDLING")
    changed(bench)
    for name in ("律师二", "律师三"):
        bench.deliver(member(name, "firm-x", active=False), job_key=None)
    third = uuid5(CASE, "third")
    next_stage(bench, third)
    bench.deliver(TakeTurn(case_id=third))
    faults = {e["member_id"]: e["faults"] for e in rows(bench, Consideration)[-1].entries}
    assert "changed_in_this_case" in faults[str(person("律师一"))]


def test_a_case_that_comes_back_goes_to_its_last_handler(bench: Bench) -> None:
    first = handled(bench)
    assert take(bench) == first


def of_notice(bench: Bench, category: str) -> None:
    bench.deliver(registered(case_kind="criminal_notice", category=category), job_key=None)


def faults_of(bench: Bench, name: str) -> list[str]:
    entries = rows(bench, Consideration)[-1].entries
    return next(list(e["faults"]) for e in entries if e["member_id"] == str(person(name)))


def test_a_criminal_notice_case_is_for_lawyers(bench: Bench) -> None:
    bench.deliver(member("律师一", "firm-a", kind="grassroots"), job_key=None)
    of_notice(bench, "LAL25_1")
    assert take(bench) == person("律师二")
    assert faults_of(bench, "律师一") == ["not_a_lawyer"]


@pytest.mark.parametrize(
    ("category", "licensed_on", "faults"),
    [
        ("LAL25_4", date(2023, 9, 25), ["licence_too_short_for_grave_case"]),
        ("LAL25_4", date(2023, 9, 24), []),
        ("LAL25_5", date(2023, 9, 25), ["licence_too_short_for_grave_case"]),
        ("LAL25_1", date(2023, 9, 25), []),
    ],
)
def test_a_grave_case_asks_for_three_years(
    bench: Bench, category: str, licensed_on: date, faults: list[str]
) -> None:
    bench.deliver(member("律师一", "firm-a", licensed_on=licensed_on), job_key=None)
    of_notice(bench, category)
    take(bench)
    assert faults_of(bench, "律师一") == faults
