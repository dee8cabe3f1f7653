"""How long after a commit its event reaches a subscriber of RabbitMQ."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika
from pika.adapters.blocking_connection import BlockingChannel

from bench.measuring import Figure, percentile
from bench.servers import environment_of, servers
from shared.database import engine_for, ensure_tables
from shared.messaging.tables import MECHANISM

_ROOT = Path(__file__).parents[2]
_SERVICE = "announcer"
_RATE = 300  # events per second
_SECONDS = 12.0
_WARM_UP_SECONDS = 2.0
_PATIENCE_SECONDS = 60.0


def _measure() -> float:
    with servers() as settings:
        engine = engine_for(settings.database_url, _SERVICE)
        ensure_tables(engine, _SERVICE, MECHANISM)
        engine.dispose()
        given = environment_of(settings)
        with _process(given, "shared.worker", "bench.announcer") as worker:
            late = _latenesses(settings.transport_url, given, worker)
    return percentile(late[int(_WARM_UP_SECONDS * _RATE) :], 99) * 1000


def _latenesses(url: str, given: dict[str, str], worker: "subprocess.Popen[bytes]") -> list[float]:
    """Seconds from commit to arrival of every event, in the order of arrival."""
    late: list[float] = []
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        _wait_for_exchange(connection, worker)
        _subscribe(channel, late)
        until = time.monotonic() + _PATIENCE_SECONDS
        with _process(given, "bench.announcer", str(_RATE), str(_SECONDS)):
            while len(late) < int(_RATE * _SECONDS):
                connection.process_data_events(1)
                if time.monotonic() > until:
                    raise TimeoutError(f"only {len(late)} events arrived in {_PATIENCE_SECONDS:g} s")
    return late


def _subscribe(channel: BlockingChannel, late: list[float]) -> None:
    def note(_channel: object, _method: object, _properties: object, body: bytes) -> None:
        late.append((time.monotonic_ns() - json.loads(body)["data"]["at"]) / 1e9)

    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "fayuan.events", "announcer.announced")
    channel.basic_consume(queue, note, auto_ack=True)


def _wait_for_exchange(connection: pika.BlockingConnection, worker: "subprocess.Popen[bytes]") -> None:
    """The worker makes it when it is ready; asking for one that is missing costs the channel."""
    while worker.poll() is None:
        try:
            connection.channel().queue_declare(_SERVICE, passive=True)
        except pika.exceptions.ChannelClosedByBroker:
            connection.sleep(0.1)
        else:
            return
    raise RuntimeError("the worker ended")


@contextmanager
def _process(given: dict[str, str], module: str, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=_ROOT, env=given) as process:
        try:
            yield process
        finally:
            process.terminate()


FIGURE = Figure(
    "commit-to-event",
    "from the end of a transaction (before its commit, fsync on) to its event in a RabbitMQ subscriber, 99th "
    f"percentile of {_RATE} events/s during {_SECONDS - _WARM_UP_SECONDS:g} s, each in another case, through "
    "outbox and one worker process; PostgreSQL, RabbitMQ, writer, worker and subscriber share the machine",
    150,
    "ms",
    _measure,
)
