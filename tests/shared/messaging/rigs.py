"""What a test does to a transport from outside: look at stored bytes, put strange ones in, let leases end."""

import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

import pika
import sqlalchemy as sa
from pika.exceptions import ChannelClosedByBroker

from shared.database import engine_for
from shared.messaging.database_transport import message
from shared.messaging.rabbit_queues import RETRY_SECONDS
from shared.messaging.transport import Transport, transport_from
from shared.secrecy import Keyring


@dataclass
class DatabaseRig:
    """The message table in a database of its own."""

    ON_THE_WAY_SECONDS: ClassVar[float] = 0
    QUIET_TURNS: ClassVar[int] = 1
    url: str
    keys: Keyring
    prefix: str
    made: list[Transport] = field(default_factory=list)

    def connect(self) -> Transport:
        """A new transport, closed at the end."""
        self.made.append(transport_from(self.url, self.keys, self.prefix))
        return self.made[-1]

    def inject(self, queue: str, wire: str) -> None:
        """Put any text into a queue."""
        row = {"queue": self.prefix + queue, "wire": wire, "attempt": 0, "due_at": datetime.now(UTC)}
        self._execute(sa.insert(message).values(**row))

    def stored(self, queue: str) -> str:
        """Everything that lies in a queue, as it is stored."""
        return json.dumps(self._execute(sa.select(message.c.wire)), ensure_ascii=False)

    def let_leases_end(self) -> None:
        """What the passing of a minute does after a crash."""
        self._execute(sa.update(message).values(taken_until=None))

    def clean(self) -> None:
        """Close what was opened."""
        for transport in self.made:
            transport.close()

    def _execute(self, statement: sa.Executable) -> list[str]:
        engine = engine_for(self.url, "messages")
        with engine.begin() as connection:
            result = connection.execute(statement)
            found = [str(row[0]) for row in result] if result.returns_rows else []
        engine.dispose()
        return found


@dataclass
class RabbitRig:
    """Queues with a prefix in a real broker."""

    ON_THE_WAY_SECONDS: ClassVar[float] = 0.02
    QUIET_TURNS: ClassVar[int] = 2
    url: str
    keys: Keyring
    prefix: str
    queues: tuple[str, ...] = ("depot", "office", "archive", "mine")
    made: list[Transport] = field(default_factory=list)

    def connect(self) -> Transport:
        """A new transport, closed at the end."""
        self.made.append(transport_from(self.url, self.keys, self.prefix))
        return self.made[-1]

    def inject(self, queue: str, wire: str) -> None:
        """Put any text into a queue."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish("", self.prefix + queue, wire.encode(), mandatory=True)

    def stored(self, queue: str) -> str:
        """Everything that lies in a queue, as it is stored."""
        texts = []
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            channel = connection.channel()
            while (got := channel.basic_get(self.prefix + queue))[0]:
                texts.append(f"{got[1]} {got[2].decode()}")
        return "\n".join(texts)

    def let_leases_end(self) -> None:
        """The broker needs no lease: it sees the connection end."""
        for transport in self.made:
            transport.close()

    def wait_for_queue(self, queue: str, seconds: float = 20) -> None:
        """Return when somebody consumes from the queue."""
        limit = time.monotonic() + seconds
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            while time.monotonic() < limit:
                with suppress(ChannelClosedByBroker):
                    found = connection.channel().queue_declare(self.prefix + queue, passive=True)
                    if found.method.consumer_count:
                        return
                time.sleep(0.1)
        raise TimeoutError(f"nobody consumes from {queue}")

    def delete(self, queue: str) -> None:
        """Take a queue away, as an operator might."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            connection.channel().queue_delete(self.prefix + queue)

    def clean(self) -> None:
        """Close what was opened and remove the queues."""
        self.let_leases_end()
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            channel = connection.channel()
            for queue in self.queues:
                channel.queue_delete(self.prefix + queue)
                channel.queue_delete(f"{self.prefix}{queue}.buried")
            for name in (f"{self.prefix}fayuan.retry.{seconds:g}" for seconds in RETRY_SECONDS):
                channel.queue_delete(name)
                channel.exchange_delete(name)
            for name in ("fayuan.commands", "fayuan.events"):
                channel.exchange_delete(self.prefix + name)


Rig = DatabaseRig | RabbitRig
