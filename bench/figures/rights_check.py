"""What the table of rights costs a request: the route, the record, the rows of a list, the page's menu."""

from uuid import UUID

import sqlalchemy as sa

from bench.measuring import Figure, microseconds
from shared.rights import Held, Person, Relation, has, may, visible
from shared.web.navigation import navigation_for

_ROLES = ("applicant", "clerk", "reviewer", "dispatcher", "administrator")
_CASES = sa.table("cases", *(sa.column(name) for name in ("agency", "applicant", "handler", "firm", "court")))


def _measure() -> float:
    roles = tuple(Held(role, f"/bench-city/centre-{number}/") for number, role in enumerate(_ROLES))
    person = Person(UUID(int=1), "somebody", roles, UUID(int=2), "csrf")
    record = Relation(
        organisation="/bench-city/centre-9/", own=(UUID(int=3),), assigned=(UUID(int=4), None),
        firm="/bench-city/firm/", authority="/bench-city/court/",
    )  # fmt: skip
    assert not may(person, "intake.case.read", record)  # the slowest answer: nothing fits

    def request() -> object:
        columns = _CASES.c
        return (
            has(person, "intake.case.read"), may(person, "intake.case.read", record),
            visible(person, "intake.case.list", organisation=columns.agency, own=columns.applicant,
                    assigned=columns.handler, firm=columns.firm, authority=columns.court),
            navigation_for(person, "/intake/cases"),
        )  # fmt: skip

    return microseconds(request) / 1000


FIGURE = Figure(
    "rights-check",
    "all that one request asks of the table of rights, of somebody with five roles: the route's "
    "right, a record that is not theirs, the condition for the rows of a list, the menu of the page",
    1,
    "ms",
    _measure,
)
