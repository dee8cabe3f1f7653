"""Saying that one is away: who may, and what is refused with a clear word."""

import pytest

from services.workflow.human import absences
from services.workflow.models import Absence, Staff
from services.workflow.problems import AbsenceOver
from shared.contracts.identity import PersonChanged
from shared.errors import Invalid, NotFound
from tests.rig import CENTRE, person
from tests.services.workflow.house import someone
from tests.services.workflow.standing import announced, away

FIRM = "/demo-city/firm-a/"


@pytest.fixture
def people(house):
    """Ann and Ben are reviewers, Cat a clerk, Dan has left."""
    for name, role in (("a", "reviewer"), ("b", "reviewer"), ("c", "clerk")):
        announced(house, name, role)
    announced(house, "d", "reviewer", active=False)
    return house


def wrong(house, absent, substitute, **days):
    with pytest.raises(Invalid) as refused:
        away(house, someone(absent, "reviewer"), someone(substitute), **days)
    [(field, [message])] = refused.value.fields.items()
    return field, message


def test_who_cannot_stand_in(people):
    for name, says in (("a", "本人"), ("c", "没有相同的角色"), ("d", "停用"), ("unknown", "不存在")):
        field, message = wrong(people, "a", name)
        assert field == "substitute"
        assert says in message
    assert people.rows(Absence) == []


def test_days_that_cannot_be(people):
    too_long = ("2026-09-24", "2027-09-25")
    for first, last in (("2026-09-25", "2026-09-24"), ("2026-09-20", "2026-09-23"), too_long):
        assert wrong(people, "a", "b", first=first, last=last)[0] == "last"
    assert people.rows(Absence) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-09-24", "2026-09-24"), ("2026-09-20", "2026-09-24"), ("2026-09-24", "2027-09-24")],
)
def test_days_at_the_border(people, first, last):
    away(people, someone("a", "reviewer"), someone("b", "reviewer"), first=first, last=last)
    assert len(people.rows(Absence)) == 1


@pytest.mark.parametrize(("first", "fits"), [("2026-09-26", False), ("2026-09-27", True)])
def test_two_of_one_person_do_not_overlap(people, first, fits):
    away(people, someone("a", "reviewer"), someone("b", "reviewer"), first="2026-09-24", last="2026-09-26")
    if fits:
        away(people, someone("a", "reviewer"), someone("b", "reviewer"), first=first, last="2026-09-28")
    else:
        assert wrong(people, "a", "b", first=first, last="2026-09-28")[0] == "first"
    assert len(people.rows(Absence)) == 1 + fits


@pytest.mark.parametrize(("first", "fits"), [("2026-09-25", False), ("2026-09-26", True)])
def test_two_do_not_stand_in_for_each_other(people, first, fits):
    away(people, someone("a", "reviewer"), someone("b", "reviewer"), first="2026-09-24", last="2026-09-25")
    if fits:
        away(people, someone("b", "reviewer"), someone("a", "reviewer"), first=first, last="2026-09-28")
    else:
        field, message = wrong(people, "b", "a", first=first, last="2026-09-28")
        assert (field, "互相" in message) == ("substitute", True)
    assert len(people.rows(Absence)) == 1 + fits


def test_what_was_cancelled_is_in_nobodys_way(people):
    absence = away(people, someone("a", "reviewer"), someone("b", "reviewer"))
    with people.work() as work:
        absences.cancel_absence(work, absence.id, someone("a", "reviewer"))
    away(people, someone("a", "reviewer"), someone("b", "reviewer"))
    away(people, someone("c", "clerk"), announced(people, "e", "clerk"))
    assert len(people.rows(Absence)) == 3


def test_it_is_cancelled_once_and_not_when_it_is_over(people):
    absence = away(people, someone("a", "reviewer"), someone("b", "reviewer"))
    with people.work() as work:
        absences.cancel_absence(work, absence.id, someone("a", "reviewer"))
    with pytest.raises(AbsenceOver), people.work() as work:
        absences.cancel_absence(work, absence.id, someone("a", "reviewer"))
    other = away(people, someone("a", "reviewer"), someone("b", "reviewer"))
    people.clock.moment = other.ends_at
    with pytest.raises(AbsenceOver), people.work() as work:
        absences.cancel_absence(work, other.id, someone("a", "reviewer"))


MAY = [("administrator", CENTRE), ("administrator", "/demo-city/"), ("firm_manager", CENTRE)]
MAY_NOT = [
    ("administrator", "/demo-city/other/"), ("administrator", CENTRE + "below/"), ("reviewer", CENTRE),
    ("process_owner", CENTRE), ("approver", "/"),
]  # fmt: skip


def test_who_administers_the_place_sets_and_cancels_those_of_others(people):
    for role, at in MAY:
        boss = someone("boss", role, at=at)
        absence = away(people, someone("a"), someone("b"), by=boss)
        assert (absence.set_by, absence.person_id) == (boss.id, person("a"))
        with people.work() as work:
            absences.cancel_absence(work, absence.id, boss)


def test_nobody_else_does(people):
    absence = away(people, someone("a", "reviewer"), someone("b"))
    for role, at in MAY_NOT:
        boss = someone("boss", role, at=at)
        with pytest.raises(NotFound):
            away(people, someone("a"), someone("b"), first="2026-10-08", last="2026-10-09", by=boss)
        with pytest.raises(NotFound), people.work() as work:
            absences.cancel_absence(work, absence.id, boss)
    assert [row.cancelled_at for row in people.rows(Absence)] == [None]


def test_an_administrator_of_one_of_two_places_does_not_speak_for_the_person(people):
    both = someone("e", "reviewer")
    held = [{"role": "reviewer", "organisation": CENTRE}, {"role": "handler", "organisation": FIRM}]
    people.deliver(PersonChanged(person_id=both.id, active=True, roles=held, person={"name": "化名e"}))
    with pytest.raises(NotFound):
        away(people, both, someone("a", "reviewer"), by=someone("boss", "administrator"))
    assert away(people, both, someone("a", "reviewer"), by=someone("boss", "administrator", at="/demo-city/"))


def test_who_is_offered_as_a_substitute_and_what_they_do_not_cover(people):
    announced(people, "a", "reviewer", "clerk")
    announced(people, "wide", "reviewer", "clerk", at="/demo-city/")
    announced(people, "far", "reviewer", at="/other/")
    with people.runtime.reading() as session:
        offered = absences.substitutes_for(session, person("a"))
    roles = {s.name: [held.role for held in s.uncovered] for s in offered}
    assert roles == {"化名b": ["clerk"], "化名c": ["reviewer"], "化名wide": []}


def test_citizens_are_not_kept_by_name(house):
    announced(house, "citizen", "applicant")
    assert house.rows(Staff) == []
    with pytest.raises(NotFound):
        away(house, someone("citizen"), someone("citizen"))
