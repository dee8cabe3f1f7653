"""The whole system in one process for a test: real files, a standing clock, a way to stop and go on."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from demo.drive import Drive, Tell
from services.__main__ import prepare
from services.identity.logins import passwords
from services.system import SERVICES, System, service
from shared.clock import FixedClock, OffsetClock, SystemClock
from shared.database import engine_for
from shared.messaging.database_transport import message
from shared.messaging.envelope import label_of
from shared.messaging.tables import stream
from shared.policy import load_policy
from shared.service import Runtime
from shared.settings import Settings
from tests.rig import ROOT, START
from tests.servers import RUN

_PATIENCE_SECONDS = 30
Seeds = Callable[[str], Callable[[], UUID]]
"""For a service's name, what gives its acts their seeds."""


def settings_of(folder: Path) -> Settings:
    """Everything the system keeps lies in the folder."""
    return Settings(
        environment="test", database_url=f"sqlite:///{folder}/{{service}}.db",
        transport_url=f"sqlite:///{folder}/messages.db", keys_dir=folder / "keys",
        files_dir=folder / "files", workflows_dir=ROOT / "workflows", clock_file=folder / "clock",
    )  # fmt: skip


class Embedded:
    """A system whose clock stands, but for one second with each act of a person."""

    name = "embedded"
    AN_ACT = timedelta(seconds=1)

    def __init__(self, folder: Path, seeds: Seeds | None = None) -> None:
        self.folder = folder
        self.clock = FixedClock(START)
        self._seeds = seeds
        self._policy = load_policy(ROOT / "workflows" / "policies", settings_of(folder).policy_profile)
        self.system = self._built()
        self.http = httpx.Client(transport=_Door(self), base_url="http://127.0.0.1")
        self._messages = engine_for(settings_of(folder).transport_url, "messages")

    def restart(self) -> None:
        """A new process on the same files, as after a power cut."""
        self.close()
        self.system = self._built()
        self.system.take_back()

    def move_into(self, folder: Path, moment: datetime) -> None:
        """Leave what was there, and go on from a copy of the folder of another system."""
        self.close()
        shutil.rmtree(self.folder)
        shutil.copytree(folder, self.folder)
        self.clock.moment = moment
        self.system = self._built()

    def pause(self) -> None:
        """Let the workers work until nothing is on its way any more."""
        until = time.monotonic() + _PATIENCE_SECONDS
        self.system.settle()
        while on_the_way := self._on_the_way():
            assert time.monotonic() < until, f"the system does not come to rest: {on_the_way}"
            self._hurry()
            self.system.settle()

    def advance(self, by: timedelta) -> None:
        """Move the clock, and let what is due happen."""
        self.clock.moment += by
        self.pause()

    def drive(self, tell: Tell = lambda *_: None) -> Drive:
        """A case to be driven."""
        return Drive(self.http, tell, pause=self.pause)

    def buried(self) -> list[str]:
        """What was put aside anywhere, as `service: name: reason`."""
        aside = [(name, each) for name in SERVICES for each in self.system.transport.buried(name)]
        return [f"{name}: {each.name}: {each.reason}" for name, each in aside]

    def close(self) -> None:
        """Let go of the files."""
        self.system.close()
        self._messages.dispose()

    def _hurry(self) -> None:
        """Nothing else moves: what waits for its next attempt need not wait for the time to pass."""
        now = SystemClock().now()
        with self._messages.begin() as connection:
            connection.execute(sa.update(message).where(message.c.due_at > now).values(due_at=now))
        for runtime in self.system.runtimes.values():
            with runtime.engine.begin() as connection:
                connection.execute(sa.update(stream).where(stream.c.due_at > now).values(due_at=now))

    def _on_the_way(self) -> list[str]:
        """What is still to be sent or received."""
        columns = (message.c.queue, message.c.wire, message.c.attempt, message.c.due_at)
        waiting = sa.select(*columns).where(message.c.buried_because.is_(None))
        with self._messages.begin() as connection:
            rows = connection.execute(waiting).all()
        found = [f"{r.queue}: {label_of(r.wire)[0]}, attempt {r.attempt}, due {r.due_at}" for r in rows]
        unsent = sa.select(stream.c.attempts, stream.c.leased_until).where(stream.c.pending)
        for name, runtime in self.system.runtimes.items():
            with runtime.reading() as session:
                found += [f"{name} has to send {tuple(row)}" for row in session.execute(unsent)]
        return found

    def _built(self) -> System:
        settings = settings_of(self.folder)
        runtimes = {
            name: Runtime(service(name), settings, self.clock, self._seeds(name) if self._seeds else None)
            for name in SERVICES
        }
        for runtime in runtimes.values():
            runtime.policy = self._policy  # read once for the nine of them, and for every restart
        return System(settings, runtimes)


class _Door(httpx.BaseTransport):
    """Where persons knock: each act takes a second of the business clock."""

    def __init__(self, house: Embedded) -> None:
        self._house = house

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, from whatever process stands there now."""
        if request.method != "GET":
            self._house.clock.moment += self._house.AN_ACT
        return httpx.WSGITransport(app=self._house.system).handle_request(request)


def once_made(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made once per run, by the worker of xdist that needs it first; to be copied."""
    folder = Path(os.environ[RUN]) / "kept" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            begun = folder.with_name(f"{name}.begun")
            shutil.rmtree(begun, ignore_errors=True)
            make(begun)
            begun.rename(folder)
    return folder


def _make_prepared(folder: Path) -> None:
    OffsetClock(folder / "clock").advance(START - SystemClock().now())
    with pytest.MonkeyPatch.context() as patch:  # thousands of logins need not cost an attacker anything
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        prepare(settings_of(folder))
    house = Embedded(folder)
    house.pause()
    house.close()


def prepared_folder() -> Path:
    """The folder of a system that was prepared and never used; to be copied."""
    return once_made("prepared", _make_prepared)


prepared = pytest.fixture(scope="session")(prepared_folder)


@pytest.fixture
def embedded(prepared: Path, tmp_path: Path) -> Iterator[Embedded]:
    """A system of the test's own."""
    house = Embedded(shutil.copytree(prepared, tmp_path / "system"))
    yield house
    house.close()


@pytest.fixture(scope="session")
def system_apps(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Flask]]:
    """The Flask app of every service; nothing may be written through them."""
    house = Embedded(shutil.copytree(prepared, tmp_path_factory.mktemp("apps") / "system"))
    yield house.system.apps
    house.close()
