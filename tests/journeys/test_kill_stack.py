"""`kill -9` of any process of the full stack in the middle of a case: nothing lost, nothing twice, and every
process comes back.
"""

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
from deploy import nginx
from deploy.health import reachable, web_answers
from services.system import SERVICES
from tests.journeys.conftest import Deployed
from tests.journeys.stubborn import Stubborn
from tests.rig import ROOT
from tests.servers import eventually

WORKERS = [f"{name}-worker" for name in SERVICES]
ASKED = [
    "workflow-web", "rabbitmq", "intake-web", "review-web", "postgres", "identity-web", "nginx", "notify-web",
]  # fmt: skip
"""What persons ask, and what stands behind it, in the order of their deaths from the last to the first."""
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


def whole(deployed: Deployed) -> bool:
    """Whether every service says through nginx that it is well, and the broker speaks."""
    stack = deployed.stack
    answers = all(web_answers(stack.url, service) for service in nginx.services())
    return answers and reachable(stack.settings["TRANSPORT_URL"])


@pytest.mark.parametrize("names", [WORKERS, ASKED], ids=["workers", "webs and servers"])
def test_a_case_survives_the_death_of_every_process(
    deaths: Callable[[list[str]], Drive], deployed: Deployed, names: list[str]
) -> None:
    before = {name: deployed.stack.pid(name) for name in names}
    drive = deaths(names)
    assert ordered(drive.events) == EXPECTED.read_text(encoding="utf-8").splitlines()
    stored, _ = Integration(deployed.http).events(0, drive.case_id)
    assert len({event["id"] for event in stored}) == len(stored) == len(drive.events)
    assert deployed.buried() == []
    assert eventually(lambda: all(deployed.stack.pid(name) != pid for name, pid in before.items()))
    assert eventually(lambda: whole(deployed))


@pytest.mark.clause("S0-7.1", "S0-7.1b", "S0-7.1c", "S0-7.2", "S0-7.4.4a", "S0-7.4.9b2")
def test_make_demo_drives_the_full_stack(deployed: Deployed) -> None:
    command = [sys.executable, "-m", "demo", deployed.stack.url]
    ended = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
    assert "已归档" in ended.stdout
    assert deployed.buried() == []
