"""Forged requests: no writing address of any service does anything for a page of another site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from services.routes import Route, all_routes
from shared.rights import ROLES
from shared.web.cookies import NAME
from shared.web.forgery import CROSS_SITE
from tests.attacks.addresses import address
from tests.attacks.tokens import signed

WRITING = ("POST", "PUT", "PATCH", "DELETE")
HERE = {"Sec-Fetch-Site": "same-origin"}
Apps = dict[str, Flask]


def writing() -> Iterator[tuple[Route, str]]:
    """Every address that writes, with each of its methods."""
    for route in all_routes():
        yield from ((route, method) for method in route.methods if method in WRITING)


def mighty(apps: Apps, **claims: Any) -> str:
    """The token of somebody who holds every role at the root of everything."""
    held = [{"role": role, "organisation": "/"} for role in ROLES]
    return signed(apps["identity"], roles=held, **claims)


def is_forgery(answer: Any) -> bool:
    return answer.status_code == 403 and CROSS_SITE in answer.get_data(as_text=True)


WAYS: dict[str, tuple[dict[str, Any], bool]] = {
    "cookie alone": ({}, True),
    "secret of another session": ({"data": {"csrf_token": "x" * 22}, "headers": HERE}, True),
    "an empty secret": ({"data": {"csrf_token": ""}, "headers": {"X-CSRF-Token": ""}}, True),
    "another site": ({"data": {"csrf_token": "csrf"}, "headers": {"Sec-Fetch-Site": "cross-site"}}, True),
    "a neighbour": ({"data": {"csrf_token": "csrf"}, "headers": {"Sec-Fetch-Site": "same-site"}}, True),
    "another origin": ({"data": {"csrf_token": "csrf"}, "headers": {"Origin": "https://evil.test"}}, True),
    "an opaque origin": ({"data": {"csrf_token": "csrf"}, "headers": {"Origin": "null"}}, True),
    "the secret in the address": ({"query_string": {"csrf_token": "csrf"}}, True),
    "JSON in disguise": ({"data": json.dumps({"csrf_token": "csrf"}), "content_type": "text/plain"}, True),
    "the secret in JSON": ({"json": {"csrf_token": "csrf"}}, True),
    "our own page": ({"data": {"csrf_token": "csrf"}, "headers": HERE}, False),
}
"""What a request says, and whether it is forged."""


@pytest.mark.parametrize("way", WAYS)
def test_every_address_that_writes_asks_where_it_comes_from(way: str, system_apps: Apps) -> None:
    """With a cookie of somebody who may do everything, so that nothing else refuses it. The worst is tried on
    all, the others on every sixteenth, our own page where things are not there: it must get that far."""
    said, forged = WAYS[way]
    clients = {name: app.test_client() for name, app in system_apps.items()}
    for client in clients.values():
        client.set_cookie(NAME, mighty(system_apps))
    there = list(writing())
    tried = there if way == "cookie alone" else there[::16]
    if not forged:
        tried = [(r, m) for r, m in there if "<uuid:" in r.path and r.service != "workflow"]
    wrong = [
        f"{method} {route.path}" for route, method in tried
        if is_forgery(clients[route.service].open(address(route.path), method=method, **said)) != forged
    ]  # fmt: skip
    assert len(there) > 200
    assert len(tried) > 15
    assert wrong == []


def test_no_reading_request_becomes_a_writing_one(system_apps: Apps) -> None:
    """A GET that another site can make stays a GET: addresses that only write do not know it."""
    only = {r.path: r for r, _ in writing()}
    read = {route.path for route in all_routes() if "GET" in route.methods}
    client = system_apps["identity"].test_client()
    client.set_cookie(NAME, mighty(system_apps))
    tried = [path for path, route in only.items() if route.service == "identity" and path not in read]
    headers = dict.fromkeys(("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"), "POST")
    pages = [client.get(address(p), query_string={"_method": "POST"}, headers=headers) for p in tried]
    answers = {page.status_code for page in pages}
    assert (len(tried) > 10, answers) == (True, {405})
