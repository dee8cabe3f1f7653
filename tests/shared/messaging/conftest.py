"""Databases, transports and runtimes for the tests of the messages."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.messaging.transport import Transport
from shared.secrecy import Keyring
from shared.service import Runtime, Service
from shared.settings import Settings
from tests.shared.messaging.cut_line import Line
from tests.shared.messaging.depot import ROOT, Start, start
from tests.shared.messaging.rigs import DatabaseRig, RabbitRig, Rig

SERVER = pytest.mark.servers


@pytest.fixture
def keys_dir(tmp_path: Path) -> Path:
    Keyring.create(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def keys(keys_dir: Path) -> Keyring:
    return Keyring.load(keys_dir)


@pytest.fixture
def broker(rabbit_url: str, keys: Keyring, queue_prefix: str) -> Iterator[RabbitRig]:
    """Queues of one's own in a real broker."""
    rig = RabbitRig(rabbit_url, keys, queue_prefix)
    yield rig
    rig.clean()


@pytest.fixture
def line(rabbit_url: str) -> Iterator[Line]:
    """A line to the broker that can be cut."""
    to = urlsplit(rabbit_url)
    with Line(to.hostname or "127.0.0.1", to.port or 5672) as line:
        yield line


@pytest.fixture(
    params=[
        "database-sqlite",
        pytest.param("database-postgresql", marks=SERVER),
        pytest.param("rabbit", marks=SERVER),
    ]
)
def rig(request: pytest.FixtureRequest, tmp_path: Path, keys: Keyring, queue_prefix: str) -> Iterator[Rig]:
    """Each kind of transport in turn."""
    if request.param == "rabbit":
        yield request.getfixturevalue("broker")
        return
    if request.param == "database-postgresql":
        made = DatabaseRig(request.getfixturevalue("postgres_url"), keys, queue_prefix)
    else:
        made = DatabaseRig(f"sqlite:///{tmp_path}/messages.db", keys, queue_prefix)
    yield made
    made.clean()


@pytest.fixture
def transport(rig: Rig) -> Transport:
    return rig.connect()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=SERVER)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each kind of database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/{{service}}.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def settings(database_url: str, keys_dir: Path) -> Settings:
    return Settings(
        environment="test", database_url=database_url, keys_dir=keys_dir, workflows_dir=ROOT / "workflows"
    )


@pytest.fixture
def run(settings: Settings) -> Iterator[Start]:
    """`run(service)`: a runtime whose tables exist; closed at the end."""
    started: list[Runtime] = []

    def make(service: Service) -> Runtime:
        started.append(start(service, settings))
        return started[-1]

    yield make
    for runtime in started:
        runtime.close()


@pytest.fixture
def local_rig(tmp_path: Path, keys: Keyring) -> Iterator[DatabaseRig]:
    """A message table in a file, for tests of what stands before and behind the transport."""
    rig = DatabaseRig(f"sqlite:///{tmp_path}/messages.db", keys, "")
    yield rig
    rig.clean()


@pytest.fixture
def local(local_rig: DatabaseRig) -> Transport:
    return local_rig.connect()
