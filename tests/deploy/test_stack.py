"""The full stack: one address for nine services. That every process comes back after it was killed is shown
in the middle of a case: tests/journeys/test_kill_stack.py.
"""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy import nginx
from deploy.health import reachable, web_answers
from tests.servers import ROOT
from tests.stack import FullStack


def all_answer(stack: FullStack) -> bool:
    """Whether every service says through nginx that it is well."""
    return all(web_answers(stack.url, service) for service in nginx.services())


def test_every_service_answers_under_one_address(full_stack: FullStack) -> None:
    assert all_answer(full_stack)
    with urllib.request.urlopen(f"{full_stack.url}/nginx-health", timeout=5) as answer:
        assert answer.status == 204


def test_each_service_has_a_schema_of_its_own(full_stack: FullStack) -> None:
    address = full_stack.settings["DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(address) as to:
        schemas = {name for (name,) in to.execute("SELECT nspname FROM pg_namespace")}
    assert set(nginx.services()) <= schemas


def test_only_nginx_and_the_broker_listen_on_tcp(full_stack: FullStack) -> None:
    port = urlsplit(full_stack.url).port
    assert port not in (None, 80, 8000, 8080)
    assert urlsplit(full_stack.settings["TRANSPORT_URL"]).port not in (None, 5672)
    assert "host=/" in full_stack.settings["DATABASE_URL"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port or 0)) == 0


def test_a_second_stack_on_the_same_data_is_refused(full_stack: FullStack) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "deploy.stack", "--state", str(full_stack.state)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert second.returncode == 1
    assert "already running" in second.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [("sqlite:///var/messages.db", True), ("amqp://guest@127.0.0.1:1/%2F", False)],
)
def test_reachable(url: str, expected: bool) -> None:
    assert reachable(url) is expected


def test_nobody_answers_at_a_port_where_nobody_listens(tmp_path: Path) -> None:
    assert not web_answers("http://127.0.0.1:1", "review")
