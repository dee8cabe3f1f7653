"""The system a journey goes through: in one process, and as the full stack."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from demo.drive import Drive, Tell
from services.system import SERVICES
from shared.clock import OffsetClock
from shared.messaging.transport import transport_from
from shared.secrecy import Keyring
from tests.embedded import Embedded
from tests.stack import FullStack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder: `make check` leaves them to `make test`."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("journey")


class Deployed:
    """The full stack as a journey needs it; its clock goes on from where the last journey left it."""

    name = "full stack"

    def __init__(self, stack: FullStack) -> None:
        self.stack = stack
        self.http = httpx.Client(base_url=stack.url, timeout=30)
        self._clock = OffsetClock(stack.clock_file)

    def pause(self) -> None:
        """Give the processes a moment."""
        time.sleep(0.05)

    def advance(self, by: timedelta) -> None:
        """Move the clock of all processes."""
        self._clock.advance(by)

    def drive(self, tell: Tell = lambda *_: None) -> Drive:
        """A case to be driven."""
        return Drive(self.http, tell, pause=self.pause)

    def buried(self) -> list[str]:
        """What was put aside anywhere, as `service: name: reason`."""
        keys = Keyring.load(self.stack.keys_dir)
        transport = transport_from(self.stack.settings["TRANSPORT_URL"], keys)
        aside = [(name, each) for name in SERVICES for each in transport.buried(name)]
        transport.close()
        return [f"{name}: {each.name}: {each.reason}" for name, each in aside]


System = Embedded | Deployed


@pytest.fixture
def deployed(lone_stack: FullStack) -> Iterator[Deployed]:
    """The full stack, for this test alone."""
    system = Deployed(lone_stack)
    yield system
    system.http.close()


@pytest.fixture(params=["embedded", pytest.param("deployed", marks=pytest.mark.servers)])
def system(request: pytest.FixtureRequest) -> Iterator[System]:
    """A system, in both ways to run it; nothing may have been put aside in the end."""
    found: System = request.getfixturevalue(request.param)
    yield found
    assert found.buried() == []
