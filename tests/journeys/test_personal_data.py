"""What persons said of themselves and others lies nowhere unsealed: no file, table, queue, log or event."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pika
import psycopg
from psycopg import sql

from services.system import SERVICES
from tests.embedded import Embedded
from tests.journeys.conftest import Deployed
from tests.journeys.long_case import long_case, secrets
from tests.servers import RUN


def guises(secret: str) -> set[bytes]:
    """A secret as it would look in a file, a JSON text, an address or a dump of bytes."""
    plain = secret.encode()
    escaped = json.dumps(secret)[1:-1].encode()
    return {plain, escaped, quote(secret).encode(), plain.hex().encode(), secret.encode("utf-16-le")}


SECRETS = {secret: guises(secret) for secret in secrets()}


def found_in(content: bytes) -> list[str]:
    """The secrets that can be read there."""
    return [secret for secret, looks in SECRETS.items() if any(look in content for look in looks)]


def leaks(contents: Iterable[tuple[str, bytes]]) -> dict[str, list[str]]:
    """Where something can be read."""
    return {name: found for name, content in contents if (found := found_in(content))}


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its content."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    assert len(SECRETS) > 40
    for number, secret in enumerate(SECRETS):
        (tmp_path / str(number)).write_text(json.dumps({"said": secret}))
    assert len(leaks(files_below(tmp_path))) == len(SECRETS)


def test_nothing_can_be_read_in_the_files_and_log_of_the_trial(embedded: Embedded) -> None:
    with logged() as lines:
        drive = embedded.drive()
        long_case(drive)
    assert leaks(files_below(embedded.folder)) == {}
    assert len(lines) > 100
    assert leaks([("log", "\n".join(lines).encode()), ("events", json.dumps(drive.events).encode())]) == {}


@contextmanager
def overheard(url: str) -> Iterator[list[bytes]]:
    """Every message that passes either exchange meanwhile."""
    heard: list[bytes] = []
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        for exchange in ("fayuan.commands", "fayuan.events"):
            channel.queue_bind(queue, exchange, "#")
        yield heard
        while (got := channel.basic_get(queue, auto_ack=True))[0]:
            heard.append(b"%s %s" % (str(got[1]).encode(), got[2]))


def tables(address: str) -> Iterator[tuple[str, bytes]]:
    """Every table of every service as text."""
    with psycopg.connect(address) as to:
        known = to.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)", [list(SERVICES)]
        )
        for names in known.fetchall():
            rows = to.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(*names)))
            yield ".".join(names), "\n".join(text for (text,) in rows).encode()


def test_nothing_can_be_read_in_tables_queues_and_logs_of_the_full_stack(deployed: Deployed) -> None:
    settings = deployed.stack.settings
    with overheard(settings["TRANSPORT_URL"]) as heard:
        drive = deployed.drive()
        long_case(drive)
    assert len(heard) > 100
    assert leaks([("messages", b"\n".join(heard))]) == {}
    address = settings["DATABASE_URL"].replace("+psycopg", "")
    dumps = dict(tables(address))
    assert len(dumps) > 60
    assert leaks(dumps.items()) == {}
    run = Path(os.environ[RUN])
    logs = [(str(path), path.read_bytes()) for path in (*run.glob("*.log"), *run.glob("stack/**/*.log"))]
    assert logs
    assert leaks(logs) == {}
