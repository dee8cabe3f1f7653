"""People of a centre and a firm, announced as identity does, and what they say about being away."""

from datetime import date
from typing import Any

from services.workflow.human import absences
from services.workflow.models import Absence
from shared.contracts.identity import PersonChanged
from shared.rights import Person
from tests.rig import CENTRE
from tests.services.workflow.house import House, someone


def announced(house: House, name: str, *roles: str, at: str = CENTRE, active: bool = True) -> Person:
    """An invented person whom identity has told of."""
    who = someone(name, *roles, at=at)
    held = [{"role": role, "organisation": at} for role in roles]
    told = PersonChanged(
        person_id=who.id, active=active, roles=held, person={"name": f"化名{name}", "phone": ""}
    )
    assert house.deliver(told).ended == "ack"
    return who


def away(
    house: House, absent: Person, substitute: Person, *, first: str = "2026-09-24", last: str = "2026-09-25",
    by: Person | None = None,
) -> Absence:  # fmt: skip
    """Say that somebody is away; the tests begin on 2026-09-24."""
    plan = absences.Plan(absent.id, substitute.id, date.fromisoformat(first), date.fromisoformat(last))
    with house.work() as work:
        key = absences.set_absence(work, plan, by or absent).id
    [kept] = house.rows(Absence, id=key)
    return kept


def acts(house: House, *doings: Any) -> list[str]:
    """What each act on a unit of work is refused with: the name of the problem, or nothing."""
    found = []
    for doing in doings:
        try:
            with house.work() as work:
                doing(work)
            found.append("")
        except Exception as refused:  # whatever it is, its name is compared
            found.append(type(refused).__name__)
    return found
