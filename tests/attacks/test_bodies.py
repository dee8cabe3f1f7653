"""Bodies that nobody meant: unreadable, endless, deep; and fields that are not the sender's to fill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.routes import all_routes
from shared.rights import RIGHTS
from tests.attacks.addresses import address
from tests.attacks.ground import Ground

DEEP = "[" * 100_000
STRANGE: dict[str, str] = {
    "no JSON": "{", "nothing at all": "null", "a list": "[]", "a text": '"x"', "a number": "7",
    "deeper than anybody reads": DEEP, "deep and closed": '{"a":' * 3000 + "1" + "}" * 3000,
    "deeper than anybody means": '{"answers": ' + '{"a":' * 50 + "1" + "}" * 51,
    "a number of many digits": '{"revision": ' + "9" * 5000 + "}",
    "numbers no database keeps": json.dumps({"revision": 10**30, "id": 10**30, "answers": {}}),
    "a number that is none": '{"revision": NaN, "answers": {"x": Infinity}}',
    "a number beyond all bounds": '{"reason": "x", "answers": {"x": 1e999}}',
    "a sign that no database keeps": json.dumps({"reason": "a\0b"}),
    "half a sign in a reason": '{"reason": "\\ud800"}', "half a sign in reasons": '{"reasons": "\\ud800"}',
    "half a sign": '{"reason": "\\ud800", "reasons": "\\ud800", "comment": "\\udfff"}',
    "names of Python": '{"__class__": {"__init__": {"__globals__": 1}}, "__proto__": {"admin": true}}',
    "the same name twice": '{"revision": 1, "revision": {"$ne": 1}}',
}  # fmt: skip


def doors(ground: Ground) -> Iterator[tuple[str, str, str]]:
    """Who may send a body where: every writing address of programs outside `/v2`, which has tests of its own;
    at the case, or the draft, and by somebody with the right."""
    for route in all_routes():
        for method in {"POST", "PUT"} & set(route.methods):
            if "/api/" in route.path and route.action:
                mine = "applicant" in RIGHTS[route.action].by_role
                thing = "draft" if route.action == "intake.application.fill" else "case"
                path = address(route.path).replace(address("<uuid:x>"), ground.found[thing])
                yield "applicant" if mine else ground.found["handler"], method, path


@pytest.mark.parametrize("name", STRANGE)
def test_strange_bodies_are_refused_and_break_nothing(name: str, ground: Ground) -> None:
    sent: dict[str, Any] = {
        "content": STRANGE[name].encode(),
        "headers": {"Content-Type": "application/json"},
    }
    found = {door: ground.ask(*door, **sent).status_code for door in doors(ground)}
    assert len(found) > 15
    assert {door: status for door, status in found.items() if not 400 <= status < 500} == {}
