"""The private servers come when asked, survive being killed, and go with the run they belong to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from deploy.machine import PACKAGES, ProgramMissing, free_port, free_ports, program
from deploy.postgres import Postgres
from tests.servers import ROOT, Clone, administer, eventually, gone


@pytest.fixture
def short_folder() -> Path:
    """A folder with a path short enough for a Unix socket, open to PostgreSQL's own account."""
    folder = Path(os.environ["FAYUAN_TEST_RUN"]) / f"t{time.monotonic_ns() % 10**9}"
    folder.mkdir()
    return folder


def test_a_missing_program_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.machine.FOLDERS", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    for name, package in PACKAGES.items():
        with pytest.raises(ProgramMissing, match=f"{name} is missing: install the Debian package {package}$"):
            program(name)


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_the_remembered_port_is_kept_until_somebody_else_has_it(tmp_path: Path) -> None:
    import socket

    first = free_port(tmp_path / "port")
    assert free_port(tmp_path / "port") == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        second = free_port(tmp_path / "port")
    assert second != first
    assert free_port(tmp_path / "port") == second


@pytest.mark.servers
def test_killed_postgres_comes_back_with_its_data(short_folder: Path) -> None:
    server = Postgres(short_folder / "home", short_folder / "s", durable=True)
    try:
        server.start()
        server.create_database("kept")
        server.create_database("kept")
        with psycopg.connect(host=str(short_folder / "s"), user="fayuan", dbname="kept") as to:
            to.execute("CREATE TABLE t AS SELECT 7 AS n")
        before = int((short_folder / "s" / "pid").read_text())
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda: int((short_folder / "s" / "pid").read_text() or before) != before)
        assert eventually(lambda: rows(short_folder / "s") == [(7,)])
    finally:
        server.stop()
    assert gone(int((short_folder / "s" / "pid").read_text()))


def rows(sockets: Path) -> list[tuple[int]]:
    """What the table holds, or nothing while the server does not answer."""
    try:
        with psycopg.connect(host=str(sockets), user="fayuan", dbname="kept") as to:
            return to.execute("SELECT n FROM t").fetchall()
    except psycopg.OperationalError:
        return []


@pytest.mark.servers
def test_a_held_server_goes_with_its_owner(short_folder: Path) -> None:
    owner = subprocess.Popen(["sleep", "60"])
    held = [sys.executable, "-m", "deploy.private_servers", "postgres", str(short_folder / "pg")]
    holder = subprocess.Popen([*held, "--while-alive", str(owner.pid)], cwd=ROOT)
    ready = short_folder / "pg.ready"
    assert eventually(ready.exists)
    server = int((short_folder / "pg" / "sockets" / "pid").read_text())
    owner.kill()
    owner.wait()
    holder.wait(60)
    assert gone(server)
    assert not ready.exists()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_an_empty_database_of_its_own(postgres_url: str, turn: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as to:
        schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"
        assert to.execute(text(schemas)).scalars().all() == ["public"]
        assert to.execute(text("SELECT count(*) FROM pg_class WHERE relname ~ 'left_'")).scalar_one() == 0
        to.execute(text("CREATE TABLE left_over ()"))
        to.execute(text("CREATE SCHEMA beside CREATE TABLE left_beside ()"))
    engine.dispose()


def test_a_clone_has_what_was_built_once(postgres_clone: Clone) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        administer(url, "CREATE TABLE {} ()", "built_once")

    first, second = postgres_clone("clonetest", build), postgres_clone("clonetest", build)
    assert first != second
    assert len(built) == 1
    administer(first, "DROP TABLE {}", "built_once")
    administer(second, "DROP TABLE {}", "built_once")


def test_the_broker_takes_and_gives_a_message(rabbit_url: str, queue_prefix: str) -> None:
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(rabbit_url))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare(f"{queue_prefix}q", durable=True, arguments={"x-queue-type": "quorum"})
    channel.basic_publish("", f"{queue_prefix}q", b"hello", mandatory=True)
    assert eventually(lambda: channel.basic_get(f"{queue_prefix}q", auto_ack=True)[2] == b"hello")
    channel.queue_delete(f"{queue_prefix}q")
    connection.close()
