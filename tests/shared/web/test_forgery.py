"""Forged requests: whatever another site makes a browser send, nothing is written."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.notify.app import SERVICE as NOTIFY
from shared.web.cookies import GUARDED, NAME
from tests.rig import Bench, changed

READ_ALL = "/notify/messages/read"
API = "/notify/api/messages/00000000-0000-0000-0000-000000000001/read"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(NOTIFY, tmp_path)


def browser(bench: Bench, name: str = NAME, **claims: Any) -> FlaskClient:
    """Somebody's browser: the token lies in the cookie."""
    client = bench.app.test_client()
    client.set_cookie(name, bench.token("clerk", who="clerk", **claims))
    return client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),  # PUBLIC_URL
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[evil"}, 403),
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_right_secret(
    bench: Bench, headers: dict[str, str], status: int
) -> None:
    answer = browser(bench).post(READ_ALL, data={"csrf_token": "csrf"}, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"data": {"csrf_token": "csrf"}}, 303),
        ({"data": {"csrf_token": "csrf"}, "content_type": "multipart/form-data"}, 303),
        ({"headers": {"X-CSRF-Token": "csrf"}}, 303),
        ({}, 403),
        ({"data": {"csrf_token": "guess"}}, 403),
        ({"data": {"csrf_token": ""}}, 403),
        ({"headers": {"X-CSRF-Token": "guess"}, "data": {"csrf_token": "csrf"}}, 403),
        ({"json": {"csrf_token": "csrf"}}, 403),
        ({"query_string": {"csrf_token": "csrf"}}, 403),
        ({"data": {"csrf_token": "guess"}, "content_type": "multipart/form-data"}, 403),
        ({"data": '{"csrf_token": "csrf"}', "content_type": "text/plain"}, 403),
        ({"data": {"_method": "GET"}, "headers": {"X-HTTP-Method-Override": "GET"}}, 403),
        ({"headers": {"Authorization": ""}}, 403),
        ({"headers": {"Authorization": "  "}}, 403),
    ],
)
def test_a_cookie_alone_writes_nothing(bench: Bench, given: dict[str, Any], status: int) -> None:
    assert browser(bench).post(READ_ALL, **given).status_code == status


def test_json_with_a_cookie_needs_the_secret_in_its_header(bench: Bench) -> None:
    assert browser(bench).post(API, json={}).status_code == 403
    assert browser(bench).post(API, json={}, headers={"X-CSRF-Token": "csrf"}).status_code == 404


@pytest.mark.parametrize("scheme", ["Basic eDp5", "Digest x", "Bearer", "Bearer guess"])
def test_with_another_way_to_say_who_one_is_the_cookie_is_not_looked_at(bench: Bench, scheme: str) -> None:
    answer = browser(bench).post(READ_ALL, headers={"Authorization": scheme})
    assert answer.status_code == 401


def test_a_programs_token_is_worth_nothing_as_a_cookie(bench: Bench) -> None:
    """It has no secret for forms, and an empty one is not the same as an empty one."""
    client = browser(bench, csrf="")
    assert client.get("/notify/messages").status_code == 200
    assert client.post(READ_ALL, data={"csrf_token": ""}).status_code == 403


def test_on_https_only_the_guarded_cookie_counts(bench: Bench) -> None:
    bench.settings = bench.runtime.settings = changed(bench.settings, public_url="https://aid.example")
    assert browser(bench, GUARDED).get("/notify/messages").status_code == 200
    assert browser(bench, NAME).get("/notify/messages").status_code == 302


def test_without_https_only_the_plain_one_does(bench: Bench) -> None:
    assert browser(bench, NAME).get("/notify/messages").status_code == 200
    assert browser(bench, GUARDED).get("/notify/messages").status_code == 302
