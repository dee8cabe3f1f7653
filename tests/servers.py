"""Real servers for the tests: one PostgreSQL and one RabbitMQ per run, each started by the first test that
asks for it and ended with the run, however it ends.

TEST_DATABASE_URL (an account that may create databases) and TEST_AMQP_URL name servers to use instead.
A test that names one of these fixtures is marked `servers` by itself; one that asks for it in another way
(`request.getfixturevalue`) carries the mark.
"""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

ROOT = Path(__file__).parent.parent
OWNER = "FAYUAN_TEST_OWNER"
RUN = "FAYUAN_TEST_RUN"
FIXTURES = {"postgres_server", "postgres_url", "postgres_clone", "rabbit_url", "full_stack", "lone_stack"}


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run; the xdist workers inherit its name."""
    if not hasattr(config, "workerinput"):
        run = Path(tempfile.mkdtemp(prefix="fayuan-test-"))
        run.chmod(0o711)  # the account of PostgreSQL passes through to its own folder
        os.environ.update({RUN: str(run), OWNER: str(os.getpid())})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need servers, before `-m` chooses."""
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers of this run, after all tests of all workers."""
    if hasattr(config, "workerinput"):
        return
    run = Path(os.environ[RUN])
    pids = [int(holder.read_text()) for holder in run.glob("*.holder")]
    for pid in pids:
        if not gone(pid):
            os.kill(pid, signal.SIGTERM)
    if given := os.environ.get("TEST_DATABASE_URL"):
        for built in run.glob("*.built"):
            administer(given, "DROP DATABASE IF EXISTS {} WITH (FORCE)", built.stem)
    limit = time.monotonic() + 40
    while not all(map(gone, pids)) and time.monotonic() < limit:
        time.sleep(0.05)
    shutil.rmtree(run, ignore_errors=True)


def gone(pid: int) -> bool:
    """Whether a process has ended, also when nobody has asked for its exit status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it becomes true in time."""
    limit = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < limit:
        time.sleep(0.05)
    return held


def once_per_run(name: str, ready: str, module: str, *arguments: str, **settings: str) -> str:
    """What stands in the file `ready` of the run's folder; writing it is the started module's work."""
    run = Path(os.environ[RUN])
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / ready).exists():
            pid = start(run / f"{name}.log", module, *arguments, **settings)
            (run / f"{name}.holder").write_text(str(pid))
            wait_for(run / ready, pid, run / f"{name}.log")
        return (run / ready).read_text()


def start(log: Path, module: str, *arguments: str, **settings: str) -> int:
    """Start a module in a session of its own, to outlive the test process that happened to need it first."""
    command = [sys.executable, "-m", module, *arguments, "--while-alive", os.environ[OWNER]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    to_log = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    both = [to_log, (os.POSIX_SPAWN_DUP2, 1, 2)]
    return os.posix_spawn(sys.executable, command, environment, file_actions=both, setsid=True)


def wait_for(ready: Path, pid: int, log: Path, seconds: float = 300) -> None:
    """Return when the file is there; fail with the end of the log when the process ended or is slow."""
    limit = time.monotonic() + seconds
    while not ready.exists():
        if gone(pid) or time.monotonic() > limit:
            pytest.fail(
                f"{log.stem} did not start:\n{log.read_text(errors='replace')[-3000:]}", pytrace=False
            )
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a database on a real PostgreSQL, from where others can be created."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    home = Path(os.environ[RUN]) / "postgres"
    return once_per_run("postgres", "postgres.ready", "deploy.private_servers", "postgres", str(home))


def administer(server: str, statement: str, *names: str) -> None:
    """Run a statement about whole databases; `names` replace its {}."""
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def database_on(server: str, name: str) -> str:
    """The URL of another database on the same server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def databases_at_rest(postgres_server: str) -> Iterator[list[str]]:
    """Names of empty databases: to empty one costs a tenth of making one."""
    resting: list[str] = []
    yield resting
    for name in resting:
        administer(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def postgres_url(postgres_server: str, databases_at_rest: list[str]) -> Iterator[str]:
    """The URL of an empty database that no other test uses meanwhile."""
    if not databases_at_rest:
        databases_at_rest.append(f"test_{uuid4().hex}")
        administer(postgres_server, "CREATE DATABASE {}", databases_at_rest[-1])
    name = databases_at_rest.pop()
    yield database_on(postgres_server, name)
    empty(database_on(postgres_server, name))
    databases_at_rest.append(name)


_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid != pg_backend_pid()"
)
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname != 'information_schema'"


def empty(database: str) -> None:
    """Disconnect everybody else and drop every schema with all that is in it."""
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(_OTHERS)
        schemas = [sql.Identifier(name) for (name,) in connection.execute(_SCHEMAS).fetchall()]
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.SQL(", ").join(schemas)))
        connection.execute("CREATE SCHEMA public")


Clone = Callable[[str, Callable[[str], None]], str]


@pytest.fixture
def postgres_clone(postgres_server: str) -> Iterator[Clone]:
    """`postgres_clone(name, build)`: the URL of a copy of what `build(url)` made once per run."""
    copies: list[str] = []

    def clone(name: str, build: Callable[[str], None]) -> str:
        template = template_database(postgres_server, name, build)
        copies.append(f"test_{uuid4().hex}")
        administer(postgres_server, "CREATE DATABASE {} TEMPLATE {}", copies[-1], template)
        return database_on(postgres_server, copies[-1])

    yield clone
    for copy in copies:
        administer(postgres_server, "DROP DATABASE {} WITH (FORCE)", copy)


def template_database(server: str, name: str, build: Callable[[str], None]) -> str:
    """The name of the run's template database, built by whoever needs it first."""
    run = Path(os.environ[RUN])
    template = f"template_{name}_{run.name.rpartition('-')[2]}"
    built = run / f"{template}.built"
    with (run / f"{template}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            administer(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", template)
            administer(server, "CREATE DATABASE {}", template)
            build(database_on(server, template))
            built.touch()
    return template


@pytest.fixture(scope="session")
def rabbit_url() -> str:
    """The URL of a real RabbitMQ; tests keep apart by `queue_prefix`."""
    if given := os.environ.get("TEST_AMQP_URL"):
        return given
    home = Path(os.environ[RUN]) / "rabbitmq"
    return once_per_run("rabbitmq", "rabbitmq.ready", "deploy.private_servers", "rabbitmq", str(home))


@pytest.fixture
def queue_prefix() -> str:
    """A prefix for queues and exchanges that no other test has."""
    return f"t{uuid4().hex[:12]}."
