"""The full stack of `make stack` for the tests: one per run, started by the first test that asks for it and
stopped after the last one, for its idling costs the others time.
"""

import fcntl
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from tests.servers import RUN, once_per_run

STACK = {"full_stack", "lone_stack"}
_STACK_TESTS = pytest.StashKey[int]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Its tests come first and go one at a time: so one worker of xdist has them while the others do
    everything else.
    """
    items.sort(key=needs_stack, reverse=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Count who needs the full stack."""
    session.config.stash[_STACK_TESTS] = sum(map(needs_stack, session.items))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """A test of the full stack is over: perhaps it was the last one of the run."""
    if not needs_stack(item):
        return
    run = Path(os.environ[RUN])
    (run / f"{sha256(item.nodeid.encode()).hexdigest()}.over").touch()
    holder = run / "stack.holder"
    if len(list(run.glob("*.over"))) == item.config.stash[_STACK_TESTS] and holder.exists():
        os.kill(int(holder.read_text()), signal.SIGTERM)


def needs_stack(item: pytest.Item) -> bool:
    """Whether the test uses the full stack, by a fixture it names or as one way to run a system."""
    case = getattr(item, "callspec", None)
    ways = case.params.values() if case else ()
    return "deployed" in ways or bool(STACK & set(getattr(item, "fixturenames", ())))


@dataclass(frozen=True)
class FullStack:
    """The running full stack; `settings` are those of its processes."""

    settings: dict[str, str]
    state: Path

    @property
    def url(self) -> str:
        """The address of nginx."""
        return self.settings["PUBLIC_URL"]

    @property
    def clock_file(self) -> Path:
        """Holds the seconds by which the business clock is ahead."""
        return Path(self.settings["CLOCK_FILE"])

    @property
    def keys_dir(self) -> Path:
        """Where the keys lie."""
        return Path(self.settings["KEYS_DIR"])

    def pid(self, name: str) -> int:
        """The process of `postgres`, `rabbitmq`, `nginx`, `<service>-web` or `<service>-worker`."""
        run = Path(self.settings["RUN_DIR"])
        places = {"postgres": run / "postgres" / "pid", "rabbitmq": self.state / "rabbitmq" / "pid"}
        return int(places.get(name, run / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        """End a process at once, as a power cut does; it is started again after a second."""
        os.kill(self.pid(name), signal.SIGKILL)


@pytest.fixture(scope="session")
def full_stack() -> FullStack:
    """The full stack of `make stack`, as a test system with a clock that can be moved."""
    run = Path(os.environ[RUN])
    state = run / "stack"
    clock = run / "stack-clock"
    clock.touch()
    text = once_per_run(
        "stack", "stack.env", "deploy.stack", "--state", str(state), ENVIRONMENT="test", CLOCK_FILE=str(clock)
    )
    settings = dict(line.split("=", 1) for line in text.splitlines())
    return FullStack({**settings, "CLOCK_FILE": str(clock)}, state)


@pytest.fixture
def lone_stack(full_stack: FullStack) -> Iterator[FullStack]:
    """The full stack for one test alone: its clock may be moved and its processes killed."""
    with (Path(os.environ[RUN]) / "lone-stack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield full_stack
