"""A list shows exactly what its reader may open: what it names opens, what it leaves out is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from services.routes import Route
from services.workflow.v2.variable_keys import variable_key
from shared.rights import ROLES
from tests.rights.asking import Asker, Desk
from tests.rights.world import CENTRE, CITY, COURT, ELSEWHERE, World, nothing_stays

_UUID, _KEY = "[0-9a-f]{8}-[0-9a-f-]{27}", "[0-9]+"
_SAMPLE = 6
"""So many records of each list are opened: those of the case are among them."""


_SOME = ("applicant", "clerk", "assessor", "handler", "administrator", "integration")
"""Enough roles where everybody who is logged in has the right to what is theirs."""
_LIST_PAGES = (
    "intake/cases.html", "identity/people.html", "identity/organisations.html", "identity/clients.html",
    "notify/messages.html", "notify/deliveries.html", "roster/members.html", "workflow/incidents.html",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A list: its address, how it names what it shows, where one of them is opened, and what there is."""

    service: str
    address: str
    naming: str
    opening: str
    table: str
    column: str
    roles: tuple[str, ...] = tuple(ROLES)

    @property
    def method(self) -> str:
        """Searches of the API are posted."""
        return "POST" if self.address.startswith("/v2") else "GET"


def _page(service: str, address: str, kind: str, table: str, column: str) -> Listed:
    plain = address.partition("?")[0]
    return Listed(service, address, f'href="{plain}/({kind})"', plain + "/<uuid:id>", table, column)


def _search(things: str, key: str, table: str, column: str = "key") -> Listed:
    naming = f'"{key}": ?"([0-9]+(?:-[0-9]+)?)"'
    return Listed("workflow", f"/v2/{things}/search", naming, f"/v2/{things}/<int:id>", table, column)


LISTS = (
    _page("intake", "/intake/cases", _UUID, "application", "case_id"),
    _page("identity", "/identity/people", _UUID, "person", "id"),
    _page("identity", "/identity/organisations", _UUID, "organisation", "id"),
    _page("identity", "/identity/clients", _UUID, "api_client", "id"),
    replace(_page("notify", "/notify/messages", _UUID, "letter", "id"), roles=_SOME),
    _page("notify", "/notify/deliveries?channel=phone", _UUID, "delivery", "id"),
    _page("roster", "/roster/members", _UUID, "member", "id"),
    _page("workflow", "/workflow/incidents", _KEY, "incident", "key"),
    replace(_search("user-tasks", "userTaskKey", "task"), roles=_SOME),
    _search("process-instances", "processInstanceKey", "instance"),
    _search("element-instances", "elementInstanceKey", "element_instance"),
    _search("incidents", "incidentKey", "incident"),
    _search("decision-instances", "decisionEvaluationInstanceKey", "decision_instance", "id"),
    _search("variables", "variableKey", "variable", "name"),
)


def _there(world: World, listed: Listed) -> list[str]:
    """Some of the records there are, as addresses name them."""
    rows = world.all_of(listed.service, listed.table)
    if listed.table == "delivery":  # the list is of calls to make
        rows = [row for row in rows if row.channel == "phone" and row.state == "waiting"]
    if listed.table == "organisation":  # the public is no place of work
        rows = [row for row in rows if row.path != "/public/"]
    if listed.table == "task":  # one that is over still opens for whom it was offered to, but waits nowhere
        rows = [row for row in rows if row.status == "CREATED"]
    if listed.table == "variable":
        return [str(variable_key(row.scope_key, row.name)) for row in rows[-_SAMPLE:]]
    return [str(getattr(row, listed.column)) for row in rows[-_SAMPLE:]]


def _readers(world: World, roles: tuple[str, ...] = tuple(ROLES)) -> Iterator[Asker]:
    for role in roles:
        for place in (CITY, CENTRE, ELSEWHERE, COURT, world.firm):
            yield Asker(place, role, place, world.stranger)
        yield Asker("handler", role, ELSEWHERE, world.handler)
        yield Asker("applicant", role, ELSEWHERE, world.applicant)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.address)
def test_a_list_shows_what_may_be_opened(world: World, listed: Listed) -> None:
    desk, there = Desk(world), _there(world, listed)
    assert there
    differing, shown_to = [], 0
    with nothing_stays(*_LIST_PAGES):
        for reader in _readers(world, listed.roles):
            shown = _shown(desk, listed, reader)
            if shown is None:
                continue
            opened = {name for name in there if _opens(desk, listed, name, reader)}
            shown_to += bool(opened)
            if shown & set(there) != opened:
                differing.append(f"{reader.role} {reader.stand}: {len(shown & set(there))}, {len(opened)}")
    assert not differing, "\n".join(differing)
    assert shown_to, "nobody could open anything: the test proves nothing"


def _shown(desk: Desk, listed: Listed, reader: Asker) -> set[str] | None:
    """What the list names; None for who has no right to lists of this kind."""
    route = Route(listed.service, (listed.method,), listed.address, None, None)
    answer = desk.ask(route, listed.method, {}, reader)
    if answer.status_code == 403:
        return None
    assert answer.status_code == 200, (listed.address, answer.status_code)
    return set(re.findall(listed.naming, answer.text))


def _opens(desk: Desk, listed: Listed, name: str, reader: Asker) -> bool:
    route = Route(listed.service, ("GET",), listed.opening, None, None)
    status = desk.ask(route, "GET", {"id": name}, reader).status_code
    assert status in (200, 403, 404), (listed.opening, status)
    return status == 200


def test_the_inbox_offers_what_may_be_worked(world: World) -> None:
    """Seen by an assessor of the centre and by the clerk who has taken a task; by nobody else."""
    desk, route = Desk(world), Route("workflow", ("GET",), "/workflow/tasks", None, None)
    offered = str(world.row("workflow", "task", status="CREATED", assignee=None).key)
    with nothing_stays("workflow/inbox.html"):
        seen = {r.place for r in _readers(world) if r.role == "assessor" and _names(desk, route, r, offered)}
        others = [r for r in _readers(world) if r.role != "assessor" and _names(desk, route, r, offered)]
    assert (seen, others) == ({CITY, CENTRE}, [])


def _names(desk: Desk, route: Route, reader: Asker, name: str) -> bool:
    return name in desk.ask(route, "GET", {}, reader).text


def test_the_events_of_a_case_are_read_where_it_is(world: World) -> None:
    desk, route = Desk(world), Route("notify", ("GET",), "/notify/api/events", None, None)
    with nothing_stays():
        for role in ("process_owner", "administrator", "integration"):
            reading = {p: _names(desk, route, Asker(p, role, p, world.stranger), str(world.case))
                       for p in (CITY, CENTRE, COURT, ELSEWHERE, world.firm)}  # fmt: skip
            assert [place for place, read in reading.items() if read] == [CITY, CENTRE], role
