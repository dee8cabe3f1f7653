"""What every answer of every service tells browsers, and which requests are refused unread."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.identity.app import SERVICE as IDENTITY
from services.system import SERVICES
from shared.service import Service
from shared.web.safety import BODY, HEADERS, MEGABYTE, TRANSPORT_SECURITY
from tests.rig import Bench, changed

PLACES = ("/{name}/health", "/{name}/nothing/here", "/{name}/api/nothing", "/static/nothing.js")
NONCE = re.compile(r"script-src 'nonce-([\w-]{24})'")


def house(folder: Path, service: Service = IDENTITY, **settings: Any) -> Bench:
    """A service with other settings."""
    bench = Bench(service, folder)
    bench.settings = bench.runtime.settings = changed(bench.settings, **settings)
    return bench


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return house(tmp_path).client()


def check_headers(answer: TestResponse) -> None:
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, answer.request.path
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    if answer.mimetype == "text/html":
        assert NONCE.search(policy)
    else:
        assert "sandbox" in policy
        assert "script-src" not in policy


@pytest.mark.parametrize("name", SERVICES)
def test_every_answer_of_every_service_carries_the_headers(name: str, system_apps: dict[str, Flask]) -> None:
    client = system_apps[name].test_client()
    seen = set()
    for place in PLACES:
        path = place.format(name=name)
        for answer in (
            client.get(path),
            client.post(path),
            client.get(path, headers={"Accept": "text/html"}),
        ):
            check_headers(answer)
            seen.add((answer.status_code, answer.mimetype))
            if not path.startswith("/static/"):
                assert answer.headers["Cache-Control"] == "no-store", path
    assert {(200, "application/json"), (404, "text/html"), (404, "application/problem+json")} <= seen
    assert (405, "text/html") in seen


@pytest.mark.parametrize("name", SERVICES)
def test_every_page_without_parameters_carries_them_too(name: str, system_apps: dict[str, Flask]) -> None:
    app = system_apps[name]
    rules = [r for r in app.url_map.iter_rules() if not r.arguments and "GET" in (r.methods or ())]
    for rule in rules:
        if rule.rule != "/v2/jobs/activation":
            check_headers(app.test_client().get(rule.rule))
    assert rules


def test_each_page_has_a_nonce_of_its_own_on_each_of_its_scripts(client: FlaskClient) -> None:
    nonces = set()
    for _ in range(2):
        page = client.get("/identity/login")
        found = NONCE.search(page.headers["Content-Security-Policy"])
        assert found
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{found[1]}"' in script for script in scripts)
        nonces.add(found[1])
    assert len(nonces) == 2


def test_no_template_holds_what_the_policy_forbids() -> None:
    """Scripts and styles within a page, and attributes that are scripts."""
    root = Path(__file__).parents[3]
    templates = [p for folder in ("services", "shared") for p in (root / folder).rglob("*.html")]
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)|<iframe", re.I)
    wrong = {p.name: found[0] for p in templates if (found := forbidden.search(without_jinja(p)))}
    assert len(templates) > 50
    assert wrong == {}


def without_jinja(path: Path) -> str:
    return re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize(
    ("url", "said"), [("https://aid.example", TRANSPORT_SECURITY), ("http://aid.example", None)]
)
def test_only_an_https_system_insists_on_https(tmp_path: Path, url: str, said: str | None) -> None:
    client = house(tmp_path, public_url=url).client()
    for path in ("/identity/login", "/identity/health"):
        assert client.get(path).headers.get("Strict-Transport-Security") == said


@pytest.mark.parametrize(
    ("environment", "host", "status"),
    [
        ("production", "aid.example", 200), ("production", "aid.example:8443", 200),
        ("production", "127.0.0.1:8000", 200), ("production", "evil.example", 400),
        ("production", "aid.example.evil.example", 400), ("trial", "evil.example", 200),
    ],
)  # fmt: skip
def test_a_production_system_answers_to_its_own_name(
    tmp_path: Path, environment: str, host: str, status: int
) -> None:
    bench = house(tmp_path, environment=environment, public_url="https://aid.example")
    answer = bench.client().get("/identity/login", headers={"Host": host})
    assert answer.status_code == status
    check_headers(answer)


@pytest.mark.parametrize(("size", "status"), [(BODY, 422), (BODY + 1, 413)])
def test_a_body_that_is_no_upload_is_limited(client: FlaskClient, size: int, status: int) -> None:
    form = "application/x-www-form-urlencoded"
    for accept, kind in (("text/html", "text/html"), ("application/json", "application/problem+json")):
        answer = client.post(
            "/identity/login", data=b"a" * size, content_type=form, headers={"Accept": accept}
        )
        assert answer.status_code == status
        if status == 413:
            assert answer.mimetype == kind
            assert "提交的内容太长，没有保存。" in answer.get_data(as_text=True)


def test_an_upload_is_limited_too(tmp_path: Path) -> None:
    bench = Bench(IDENTITY, tmp_path)
    longest = bench.app.config["MAX_CONTENT_LENGTH"]
    assert longest == (5 * int(bench.runtime.policy.get("intake.upload_max_mb")) + 1) * MEGABYTE
    bench.app.config["MAX_CONTENT_LENGTH"] = 10_000
    for size, status in ((9_000, 422), (10_000, 413)):
        answer = bench.client().post("/identity/login", data={"login": (BytesIO(b"a" * size), "a.txt")})
        assert answer.status_code == status
    assert "文件太大，没有上传" in answer.text
