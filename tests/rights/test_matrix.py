"""Every role × every route × how the asker stands to the record: allowed exactly where the table says.

The expectation is read from the table, the answer comes from the running routes. Who has no right at all is
answered 403; who has none to this record is answered as if it were not there, word for word.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.evaluation import queries
from services.routes import Route, all_routes
from services.system import SERVICES
from shared.errors import NotFound
from tests.rights.asking import NOBODY, ROLE_CODES, Asker, Desk, askers, granted, knows
from tests.rights.records import Record, missing, parameters, record_of
from tests.rights.world import ELSEWHERE, World, all_rows, nothing_stays

NOT_DONE = "workflow.system.read"
"""What everybody may ask: the version, and the many operations that this system does not do."""
EITHER = {
    ("POST", "/v2/user-tasks/<int:key>/assignment"): "workflow.task.assign",
    ("DELETE", "/v2/user-tasks/<int:key>/assignee"): "workflow.task.assign",
}
"""A door for two rights: one takes a task for oneself or gives it to others."""
QUIET = {"/workflow/people/<uuid:person_id>/waiting"}
"""Part of another page, which says of a stranger what it says of somebody missing: nothing waits."""
_REFUSED = (401, 403, 404)
_NONCE = re.compile(rb' nonce="[^"]*"')


@cache
def _asked_routes() -> tuple[Route, ...]:
    return tuple(route for route in all_routes() if route.action)


class Matrix:
    """Puts each question and notes where answer and table differ."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.desk = Desk(world)
        self.asked = 0
        self.wrong: list[str] = []

    def ask_all_of(self, route: Route) -> None:
        """Every method, role and way of standing to the record."""
        record = record_of(self.world, route) if parameters(route) else None
        roles = ROLE_CODES if route.action != NOT_DONE else (NOBODY, "integration")
        if route.action == NOT_DONE:
            record = None
        for method in route.methods:
            for role in roles:
                self._ask_as(route, method, role, record)

    def _ask_as(self, route: Route, method: str, role: str, record: Record | None) -> None:
        actions = {str(route.action), EITHER.get((method, route.path), str(route.action))}
        everyone = list(askers(role, record, self.world.stranger))
        if not knows(str(route.action), role):
            closest = "own" if record and not record.organisation else "same organisation"
            for asker in everyone:
                if asker.stand in ("no record", closest):
                    self._note(self._answer(route, method, record, asker).status_code == 403, route, asker)
            return
        there = self._nothing_there(route, method, role) if record else None
        for asker in everyone:
            allowed = any(granted(action, asker, record) for action in actions)
            answer = self._answer(route, method, record, asker)
            self._note(_is_right(route, allowed, answer, there), route, asker, answer)

    def _answer(self, route: Route, method: str, record: Record | None, asker: Asker) -> TestResponse:
        self.asked += 1
        return self.desk.ask(route, method, record.values if record else {}, asker)

    def _nothing_there(self, route: Route, method: str, role: str) -> TestResponse:
        self.asked += 1
        asker = Asker("nothing there", role, ELSEWHERE, self.world.stranger)
        return self.desk.ask(route, method, missing(route), asker)

    def _note(self, right: bool, route: Route, asker: Asker, answer: TestResponse | None = None) -> None:
        if not right:
            status = answer.status_code if answer else "not 403"
            self.wrong.append(
                f"{route.methods} {route.path}: {asker.role or 'nobody'}, {asker.stand}: {status}"
            )


def _is_right(route: Route, allowed: bool, answer: TestResponse, there: TestResponse | None) -> bool:
    if not allowed:
        return there is not None and _same(answer, there) and _refuses(route, answer)
    if answer.status_code in _REFUSED or (answer.status_code >= 500 and answer.status_code != 501):
        return False
    return there is None or not _same(answer, there)


def _refuses(route: Route, answer: TestResponse) -> bool:
    return answer.status_code == (200 if route.path in QUIET else 404)


def _same(one: TestResponse, other: TestResponse) -> bool:
    return one.status_code == other.status_code and _words(one) == _words(other)


def _words(answer: TestResponse) -> bytes:
    return _NONCE.sub(b"", answer.data).replace(answer.request.path.encode(), b"")


@pytest.fixture(scope="module")
def matrix(world: World) -> Iterator[Matrix]:
    with nothing_stays("problem.html", "workflow/waiting_page.html"):
        yield Matrix(world)


@pytest.mark.parametrize("service", SERVICES)
def test_routes_allow_what_the_table_says(matrix: Matrix, service: str) -> None:
    matrix.wrong = []
    before = all_rows(matrix.world)
    for route in _asked_routes():
        if route.service == service:
            matrix.ask_all_of(route)
    assert not matrix.wrong, "\n".join(matrix.wrong)
    assert all_rows(matrix.world) == before


def test_every_route_is_in_the_matrix(world: World) -> None:
    assert all(route.action or route.reason for route in all_routes())
    named = [r for r in _asked_routes() if parameters(r) and r.action != NOT_DONE]
    assert [route.path for route in named if record_of(world, route) is None] == []
    assert all(set(parameters(route)) <= set(found.values) for route, found in _with_records(world, named))


def _with_records(world: World, routes: list[Route]) -> Iterator[tuple[Route, Record]]:
    for route in routes:
        if found := record_of(world, route):
            yield route, found


def test_an_open_guard_is_found(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door lets everybody in who is logged in."""
    route = _route("/evaluation/improvements")
    app = matrix.world.house.system.app("evaluation")
    endpoint = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == route.path)
    monkeypatch.setitem(app.view_functions, endpoint, inspect.unwrap(app.view_functions[endpoint]))
    assert _found_wrong(matrix, route)


def test_a_record_open_to_all_is_found(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door asks for the right, but nobody asks whose record it is."""
    monkeypatch.setattr(queries, "may", lambda *_: True)
    assert _found_wrong(matrix, _route("/evaluation/cases/<uuid:case_id>"))


def test_a_record_closed_to_all_is_found(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "may", lambda *_: False)
    assert _found_wrong(matrix, _route("/evaluation/cases/<uuid:case_id>"))


def test_an_answer_that_gives_a_record_away_is_found(matrix: Matrix, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, but not in the words for something that is not there."""

    def refuse(*_: Any) -> None:
        raise NotFound("x")

    monkeypatch.setattr(queries, "may", refuse)
    assert _found_wrong(matrix, _route("/evaluation/cases/<uuid:case_id>"))


def _route(path: str) -> Route:
    return next(route for route in _asked_routes() if route.path == path)


def _found_wrong(matrix: Matrix, route: Route) -> list[str]:
    matrix.wrong = []
    matrix.ask_all_of(route)
    return matrix.wrong
