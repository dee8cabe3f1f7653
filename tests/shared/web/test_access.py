"""Whose business a record is: the applicant, the agency, the firm, the authority that asked for it."""

import pytest

from shared.rights import Held
from shared.web import Person
from tests.rig import CENTRE, person

COURT, FIRM = "/demo-city/court/", "/demo-city/firm-a/"


def somebody(role: str, organisation: str) -> Person:
    """A person with one role."""
    return Person(person("somebody"), "somebody", (Held(role, organisation),), person("session"), "csrf")


def sees(who: Person, authority: str | None = COURT) -> bool:
    involved = [person("applicant"), None]
    return who.may_see(organisation=CENTRE, involved=involved, firm=FIRM, authority=authority)


@pytest.mark.parametrize(
    ("role", "organisation", "seen"),
    [
        ("authority", COURT, True), ("authority", "/demo-city/", True),
        ("authority", "/demo-city/court/branch/", False), ("authority", "/demo-city/police/", False),
        ("authority", CENTRE, False), ("authority", FIRM, False), ("clerk", COURT, False),
        ("clerk", CENTRE, True), ("firm_manager", FIRM, True), ("firm_manager", COURT, False),
    ],
)  # fmt: skip
def test_a_role_counts_for_its_own_side_of_a_record(role: str, organisation: str, seen: bool) -> None:
    assert sees(somebody(role, organisation)) is seen


def test_a_record_of_no_authority_is_no_authoritys_business() -> None:
    assert not sees(somebody("authority", "/"), authority=None)
