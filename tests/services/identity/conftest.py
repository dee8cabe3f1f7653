"""Identity on its bench, with the invented people of the trial, and browsers that keep a cookie."""

import json
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from shutil import copytree
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.demo import demo_people, seed_demo
from services.identity.app import SERVICE
from services.identity.models import Person
from services.identity.queries import person_by_login
from shared.web.cookies import NAME as COOKIE
from tests.rig import CENTRE, Bench

DEMO = demo_people()
PASSWORD = DEMO["password"]
IDS: dict[str, UUID] = {p["login"]: p["id"] for p in DEMO["people"]}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and a database with the demo people, made once."""
    folder = tmp_path_factory.mktemp("seeded")
    bench = Bench(SERVICE, folder)
    seed_demo(bench.runtime)
    bench.runtime.close()  # puts everything into the one file
    return folder


@pytest.fixture
def bench(seeded: Path, tmp_path: Path) -> Bench:
    copytree(seeded, tmp_path, dirs_exist_ok=True)
    return Bench(SERVICE, tmp_path)


def token_of(client: FlaskClient) -> str:
    """The token in the browser's cookie, or nothing."""
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def claims_of(client: FlaskClient) -> dict[str, Any]:
    """What the browser's token says."""
    body = token_of(client).split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def post(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    """Post a form of one of our pages."""
    return client.post(path, data={"csrf_token": claims_of(client)["csrf"], **form})


def try_login(bench: Bench, login: str, password: str = PASSWORD, **form: str) -> TestResponse:
    """The answer to a login from a fresh browser."""
    return bench.client().post("/identity/login", data={"login": login, "password": password, **form})


def logged_in(bench: Bench, login: str, password: str = PASSWORD) -> FlaskClient:
    """A browser in which somebody is logged in."""
    client = bench.client()
    answer = client.post("/identity/login", data={"login": login, "password": password})
    assert answer.status_code == 303
    return client


def with_cookie(bench: Bench, token: str) -> FlaskClient:
    """A browser with an older token."""
    client = bench.client()
    client.set_cookie(COOKIE, token)
    return client


def invited(client: FlaskClient, **changes: str) -> str:
    """Invite somebody on the page; the code on their slip."""
    form = {
        "login": "new.clerk",
        "name": "贾新人",
        "phone": "13800000088",
        "organisation": CENTRE,
        "role": "clerk",
    }
    return code_on(post(client, "/identity/people/new", **form | changes))


def code_on(answer: TestResponse) -> str:
    """The code on the slip that a page shows."""
    found = re.search(r"<strong>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})</strong>", answer.text)
    assert found, answer.status
    return found[1]


def join(bench: Bench, code: str, password: str = "green tea 3") -> TestResponse:
    """Choose a password with a code, in a fresh browser."""
    form = {"code": code, "password_new": password, "password_again": password}
    return bench.client().post("/identity/join", data=form)


def person_of(bench: Bench, login: str) -> Person:
    """The person with this login name, as they are now."""
    with bench.runtime.reading() as session:
        found = person_by_login(session, bench.runtime.keys, login)
    assert found
    return found
