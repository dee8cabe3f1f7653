"""`kill -9` of any process of the full stack in the middle of a case: nothing lost, nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest

from demo import stories
from demo.__main__ import EXPECTED
from demo.drive import Drive, ordered
from demo.people_of import Integration
from services.system import SERVICES
from tests.journeys.conftest import Deployed
from tests.journeys.stubborn import Stubborn
from tests.rig import ROOT

WORKERS = [f"{name}-worker" for name in SERVICES]
WEBS = [f"{name}-web" for name in ("workflow", "intake", "identity", "notify")]
SERVERS = ["postgres", "rabbitmq", "nginx"]
ACTS = 30
"""A case takes some more acts of persons than this."""


@pytest.fixture
def deaths(deployed: Deployed) -> Iterator[Callable[[list[str]], Drive]]:
    """`deaths(names)`: a case driven while these processes die one after the other."""
    clients: list[httpx.Client] = []

    def lived_through(names: list[str]) -> Drive:
        left = list(names)
        every = ACTS // len(names)

        def before(number: int) -> None:
            if number % every == 0 and left:
                deployed.stack.kill(left.pop())

        http = httpx.Client(transport=Stubborn(before), base_url=deployed.stack.url, timeout=30)
        clients.append(http)
        drive = Drive(http, lambda *_: None, pause=deployed.pause)
        stories.granted(drive)
        assert left == []
        return drive

    yield lived_through
    for client in clients:
        client.close()


@pytest.mark.parametrize("names", [WORKERS, WEBS, SERVERS], ids=["workers", "webs", "servers"])
def test_a_case_survives_the_death_of_every_process(
    deaths: Callable[[list[str]], Drive], deployed: Deployed, names: list[str]
) -> None:
    drive = deaths(names)
    assert ordered(drive.events) == EXPECTED.read_text(encoding="utf-8").splitlines()
    stored, _ = Integration(deployed.http).events(0, drive.case_id)
    assert len({event["id"] for event in stored}) == len(stored) == len(drive.events)
    assert deployed.buried() == []


def test_make_demo_drives_the_full_stack(deployed: Deployed) -> None:
    command = [sys.executable, "-m", "demo", deployed.stack.url]
    ended = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
    assert "已归档" in ended.stdout
