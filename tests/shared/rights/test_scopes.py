"""A program's token: of what its roles may, only what the token is good for."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask, g

from services.notify.app import SERVICE as NOTIFY
from shared.errors import Forbidden
from shared.rights import Held, Person, Relation, has, may, places_of, visible
from shared.web import requires
from tests.rig import CENTRE, Bench, person

EVENTS, TASKS = "notify.event.read", "workflow.task.read"
HERE = Relation(organisation=CENTRE)
PLACE = sa.column("place", sa.String())


def program(*scopes: str, role: str = "integration") -> Person:
    held = (Held(role, CENTRE),)
    return Person(person("program"), "program", held, person("session"), "", frozenset(scopes), 60)


@pytest.mark.parametrize(("scopes", "allowed"), [((EVENTS,), True), ((TASKS,), False), ((), False)])
def test_an_action_outside_the_scopes_is_none_of_its_business(scopes: tuple[str, ...], allowed: bool) -> None:
    asking = program(*scopes)
    assert has(asking, EVENTS) is allowed
    assert may(asking, EVENTS, HERE) is allowed
    assert (places_of(asking, EVENTS) == [CENTRE]) is allowed
    rows = str(visible(asking, EVENTS, organisation=PLACE))
    assert ("place LIKE" in rows) is allowed


def test_a_scope_gives_nothing_that_the_role_does_not() -> None:
    assert not has(program("identity.person.read"), "identity.person.read")


def test_people_are_not_limited_by_scopes() -> None:
    clerk = Person(person("clerk"), "clerk", (Held("integration", CENTRE),), person("session"), "csrf")
    assert has(clerk, EVENTS)
    assert has(clerk, TASKS)


@pytest.mark.parametrize(
    ("scope", "status"), [(EVENTS, 200), (f"{TASKS} {EVENTS}", 200), (TASKS, 403), ("", 403)]
)
def test_the_route_asks_the_token(tmp_path_factory: pytest.TempPathFactory, scope: str, status: int) -> None:
    bench = Bench(NOTIFY, tmp_path_factory.mktemp("notify"))
    token = bench.token("integration", who="program", scope=scope)
    answer = bench.client().get("/notify/api/events", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status


def test_the_limit_of_the_token_is_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    bench = Bench(NOTIFY, tmp_path_factory.mktemp("notify"))
    token = bench.token("integration", who="program", scope=EVENTS, limit=1)
    first, second, third = (
        bench.client().get("/notify/api/events", headers={"Authorization": f"Bearer {token}"})
        for _ in range(3)
    )
    assert first.status_code == 200
    refused = second if second.status_code == 429 else third  # the minute may end in between
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.get_json()["detail"] == "这个接口账号一分钟内的请求太多，请稍后再发。"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert bench.client("integration").get("/notify/api/events").status_code == 200


def test_a_route_that_names_no_action_is_closed_to_scopes() -> None:
    view = requires("integration")(lambda: "in")
    with Flask("depot").test_request_context("/"):
        g.person = program(EVENTS)
        with pytest.raises(Forbidden):
            view()
        g.person = replace(program(), scopes=None)
        assert view() == "in"
