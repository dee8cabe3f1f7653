"""Somebody else's things by their ids: they answer as what is not there, to the letter."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from services.routes import all_routes
from tests.attacks.ground import Ground

STRANGERS = ("applicant2", "authority", "STRANGE HANDLER")
"""People with roles of their own who have nothing to do with the case (the handler is of another firm)."""
NOWHERE = str(UUID(int=1))
_NAMED = re.compile(r"case_id|file_id|tasks/<int")


def login_of(who: str, ground: Ground) -> str:
    """The strange handler is one who has nothing to do with the case."""
    return min({"handler", "handler2"} - {ground.found["handler"]}) if who == "STRANGE HANDLER" else who


def paths(method: str) -> list[str]:
    """Addresses of cases, files and tasks that ask for a login."""
    return [
        route.path for route in all_routes()
        if route.action and method in route.methods and _NAMED.search(route.path)
    ]  # fmt: skip


def filled(path: str, ground: Ground, *, there: bool) -> str:
    """The address of what is there, or of nothing like it."""
    found = ground.found
    case, task = (found["case"], found["task"]) if there else (NOWHERE, "1")
    filed = (found["file"], found["material"]) if there else (NOWHERE, NOWHERE)
    named = {"case_id": case, "key": task, "file_id": filed[0], "material_id": filed[1]}
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: named.get(part[1], NOWHERE), path)


def asked(ground: Ground, login: str, method: str, path: str, **options: Any) -> list[tuple[int, str]]:
    """What is answered of the thing and of nothing like it, but for its address and the marks of a page."""
    found = []
    for there in (True, False):
        address = filled(path, ground, there=there)
        answer = ground.ask(login, method, address, **options)
        text = re.sub(r'nonce="[^"]*"', "", answer.text).replace(address, "")
        found.append((answer.status_code, text))
    return found


@pytest.mark.parametrize("who", STRANGERS)
def test_what_is_others_reads_as_what_is_not_there(who: str, ground: Ground) -> None:
    login = login_of(who, ground)
    answers = {path: asked(ground, login, "GET", path) for path in paths("GET")}
    assert {path: found for path, found in answers.items() if found[0] != found[1]} == {}
    statuses = {found[0][0] for found in answers.values()}
    assert 404 in statuses
    assert statuses <= {403, 404}


@pytest.mark.parametrize("who", ["applicant2", "STRANGE HANDLER"])
def test_neither_can_it_be_written_to(who: str, ground: Ground) -> None:
    answers = {path: asked(ground, login_of(who, ground), "POST", path, json={}) for path in paths("POST")}
    assert {path: found for path, found in answers.items() if found[0] != found[1]} == {}
    assert {found[0][0] for found in answers.values()} <= {400, 403, 404, 422}


@pytest.mark.parametrize("step", [-2, -1, 1, 2])
def test_neighbours_of_a_key_are_nobodys(step: int, ground: Ground) -> None:
    """Keys of tasks are in order: counting up and down finds nothing that is not one's own."""
    key = int(ground.found["task"]) + step
    for path in (f"/v2/user-tasks/{key}", f"/workflow/tasks/{key}", f"/v2/process-instances/{key}"):
        assert ground.ask("applicant2", "GET", path).status_code in (403, 404)


@pytest.mark.parametrize(
    "asked", ["%", "_", "%25", "/demo-city/%", "/demo-_ity/", "' OR 1=1 --", "\\", "*", "?"]
)
def test_wildcards_in_searches_widen_nothing(asked: str, ground: Ground) -> None:
    """The stranger's lists stay empty whatever is asked, also where patterns may be asked for."""
    for name in ("businessId", "elementId", "assignee"):
        for value in (asked, {"$like": asked}):
            body = {"filter": {name: value}}
            found = ground.ask("applicant2", "POST", "/v2/user-tasks/search", json=body)
            assert found.status_code in (200, 400)
            assert found.status_code == 400 or found.json()["items"] == []
    for path in ("/intake/register", "/identity/people", "/workflow/cases"):
        names = ("q", "name", "place", "organisation", "agency", "number")
        shown = ground.ask("clerk4", "GET", path, params=dict.fromkeys(names, asked))
        assert shown.status_code < 500
        assert ground.found["case"] not in shown.text
