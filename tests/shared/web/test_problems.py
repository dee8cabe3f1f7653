"""Error pages say what to do and nothing of what went wrong inside; a number finds it in the log."""

import logging
import re
from pathlib import Path

import pytest
from flask import Flask

from services.notify.app import SERVICE as NOTIFY
from shared.web.cookies import NAME
from tests.rig import Bench

SECRET = "贾求援 330102199001011234"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(NOTIFY, tmp_path)
    broken(bench.app)
    bench.app.testing = False
    return bench


def broken(app: Flask) -> None:
    """A route with a mistake in it, whose error names a person."""

    def fail() -> str:
        raise RuntimeError(SECRET)

    app.add_url_rule("/notify/broken", "broken", fail)
    app.add_url_rule("/notify/api/broken", "api_broken", fail)


@pytest.mark.parametrize(
    ("path", "kind"), [("/notify/broken", "text/html"), ("/notify/api/broken", "application/problem+json")]
)
def test_a_mistake_has_a_number_that_stands_in_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture, path: str, kind: str
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = bench.client("clerk").get(path)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (500, kind)
    incident = re.search(r"\b[0-9A-F]{10}\b", text)
    assert incident
    assert f"incident {incident[0]}: unexpected RuntimeError at " in caplog.text
    for inside in (SECRET, "Traceback", "RuntimeError", ".py"):
        assert inside not in text
    assert SECRET not in caplog.text


def test_each_mistake_has_its_own_number(bench: Bench) -> None:
    numbers = {bench.client("clerk").get("/notify/api/broken").get_json()["incident"] for _ in range(3)}
    assert len(numbers) == 3


def test_the_error_page_stands_also_without_a_database(bench: Bench) -> None:
    """The page's head wants to know who asks; that must not fail once more."""
    client = bench.app.test_client()
    client.set_cookie(NAME, bench.token("clerk", who="clerk"))
    bench.runtime.close()
    path = Path(bench.runtime.engine.url.database or "")
    path.unlink()
    path.mkdir()  # no database can be opened here
    answer = client.get("/notify/messages")
    assert answer.status_code in (500, 503)
    assert "<h1" in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert "sqlite" not in answer.text.lower()
