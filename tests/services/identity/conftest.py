"""Identity on its bench, with the invented people of the trial, and browsers that keep a cookie."""

import json
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
from shared.web.cookies import NAME as COOKIE
from tests.rig import Bench

DEMO = demo_people()
PASSWORD = DEMO["password"]
IDS: dict[str, UUID] = {p["login"]: p["id"] for p in DEMO["people"]}


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and database of a trial that has just been prepared: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("trial")
    bench = Bench(SERVICE, folder)
    seed_demo(bench.runtime)
    bench.runtime.close()
    return folder


@pytest.fixture
def bench(tmp_path: Path, trial: Path) -> Bench:
    copytree(trial, tmp_path, dirs_exist_ok=True)
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
