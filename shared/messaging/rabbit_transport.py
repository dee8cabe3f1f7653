"""Messages through RabbitMQ with publisher confirms, one at a time to each consumer.

An instance owns one connection. pika does not reconnect: after a TransportDown, make a new instance.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pika
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, NackError, UnroutableError

from shared.messaging.envelope import Envelope, keys_of_wire, label_of, to_wire
from shared.messaging.rabbit_queues import RabbitQueues
from shared.messaging.transport import MESSAGES_AT_ONCE, Buried, NotConfirmed, TransportDown
from shared.secrecy import Keyring

_ATTEMPT = "fayuan-attempt"
_REASON = "fayuan-reason"
_LIMITS = {"heartbeat": 30, "blocked_connection_timeout": 30, "socket_timeout": 5, "stack_timeout": 10}
_LOST = (AMQPError, AMQPConnectorException, OSError)

# Whatever fails reaches the caller as an exception; pika would tell it again, with a stack trace.
logging.getLogger("pika").setLevel(logging.CRITICAL)


class RabbitTransport:
    """One connection with a channel each for publishing, consuming and looking at what was put aside."""

    def __init__(self, url: str, keys: Keyring, prefix: str = "") -> None:
        self._keys = keys
        self._arrived: dict[str, deque[RabbitDelivery]] = {}
        self._cancelled = False
        self._interrupted = False
        parameters = _parameters(url)
        with _lost_is_down():
            self._connection = pika.BlockingConnection(parameters)
            self._publishing = self._connection.channel()
            self._publishing.confirm_delivery()
            self._consuming = self._connection.channel()
            # With more than one, a message that kills its worker would wear out its neighbours too.
            self._consuming.basic_qos(prefetch_count=1)
            self._consuming.add_on_cancel_callback(self._note_cancelled)
            self._looking = self._connection.channel()
            self._queues = RabbitQueues(self._publishing, prefix)

    def bind(self, queue: str, names: Sequence[str]) -> None:
        """Make the queues that are missing; let the queue receive these names only."""
        with _lost_is_down():
            self._queues.declare(queue)
            self._queues.subscribe(queue, frozenset(names))

    def publish(self, envelope: Envelope) -> None:
        """Hand the message over; returns when every queue that wants it has it safe."""
        properties = pika.BasicProperties(
            content_type="application/cloudevents+json" if envelope.public else "application/json",
            message_id=str(envelope.id), type=envelope.name, app_id="fayuan",
        )  # fmt: skip
        body = to_wire(envelope, self._keys).encode()
        exchange = self._queues.exchange(envelope.name)
        self._hand_over(exchange, envelope.name, body, properties, mandatory=not envelope.public)

    def receive(self, queue: str, wait: float) -> RabbitDelivery | None:
        """The next message of the queue; heartbeats are answered while waiting."""
        until = time.monotonic() + wait
        with _lost_is_down():
            if queue not in self._arrived:
                self._subscribe(queue)
            arrived = self._arrived[queue]
            while not arrived:
                left = 0.0 if self._interrupted else max(0.0, until - time.monotonic())
                self._connection.process_data_events(time_limit=left)
                if self._cancelled:
                    raise TransportDown("RabbitMQ ended a subscription: its queue was deleted or moved")
                if self._interrupted or time.monotonic() >= until:
                    break
            self._interrupted = False
        return arrived.popleft() if arrived else None

    def interrupt(self) -> None:
        """End a wait in `receive`, or the next one; any thread may call it."""
        self._interrupted = True
        with suppress(*_LOST):  # then the wait ends anyhow
            self._connection.add_callback_threadsafe(_nothing)

    def filled(self, queues: Collection[str]) -> Mapping[str, int]:
        """All, with as much as a worker takes in a turn: to ask the broker costs as much as to receive."""
        return dict.fromkeys(queues, MESSAGES_AT_ONCE)

    def buried(self, queue: str) -> list[Buried]:
        """What was put aside, oldest first; it stays there."""
        with _lost_is_down():
            aside = self._take_aside(queue)
            if aside:
                self._looking.basic_nack(aside[-1][0], multiple=True)
        return [
            Buried(*label_of(body), _reason(properties), keys_of_wire(body))
            for _tag, properties, body in aside
        ]

    def replay(self, queue: str) -> int:
        """Deliver everything that was put aside once more; how many."""
        with _lost_is_down():
            aside = self._take_aside(queue)
            for tag, properties, body in aside:
                properties.headers = None
                self._hand_over("", self._queues.main(queue), body, properties)
                self._looking.basic_ack(tag)
        return len(aside)

    def take_back(self) -> None:
        """Nothing to do: the broker itself sees that a process is gone."""

    def close(self) -> None:
        """Close the connection; unacknowledged messages return to their queue."""
        with suppress(*_LOST):
            self._connection.close()

    def _take_aside(self, queue: str) -> list[tuple[int, pika.BasicProperties, bytes]]:
        """Everything that was put aside, unacknowledged; always on one channel, which keeps the order."""
        self._queues.declare(queue)
        taken = []
        while (got := self._looking.basic_get(self._queues.buried(queue)))[0] is not None:
            taken.append((got[0].delivery_tag, got[1], got[2]))
        return taken

    def _subscribe(self, queue: str) -> None:
        arrived: deque[RabbitDelivery] = deque()

        def take(_channel: object, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
            arrived.append(RabbitDelivery(self, queue, method.delivery_tag, properties, body))

        self._consuming.basic_consume(self._queues.main(queue), take)
        self._arrived[queue] = arrived

    def _note_cancelled(self, _frame: object) -> None:
        self._cancelled = True

    def _hand_over(
        self, exchange: str, key: str, body: bytes, properties: pika.BasicProperties, mandatory: bool = True
    ) -> None:
        properties.delivery_mode = pika.DeliveryMode.Persistent.value
        with _lost_is_down():
            try:
                self._publishing.basic_publish(exchange, key, body, properties, mandatory=mandatory)
            except UnroutableError as error:
                raise NotConfirmed(f"nobody is bound to {key}") from error
            except NackError as error:
                raise NotConfirmed(f"RabbitMQ refused {key}") from error

    def _again(self, queue: str, seconds: float, body: bytes, properties: pika.BasicProperties) -> None:
        self._hand_over(self._queues.retry_exchange(seconds), self._queues.main(queue), body, properties)

    def _put_aside(self, queue: str, body: bytes, properties: pika.BasicProperties) -> None:
        self._hand_over("", self._queues.buried(queue), body, properties)

    def _done(self, tag: int) -> None:
        with _lost_is_down():
            self._consuming.basic_ack(tag)


class RabbitDelivery:
    """An unacknowledged message. To move it is to copy it, then to acknowledge it: a loss in between
    makes a double, which the inbox drops."""

    def __init__(
        self, transport: RabbitTransport, queue: str, tag: int, properties: pika.BasicProperties, wire: bytes
    ) -> None:
        self._transport = transport
        self._queue = queue
        self._tag = tag
        self._properties = properties
        self.wire = wire
        headers = properties.headers or {}
        self.attempt = int(headers.get(_ATTEMPT, 0)) + int(headers.get("x-delivery-count", 0)) + 1

    def ack(self) -> None:
        """Take it from the queue."""
        self._transport._done(self._tag)

    def retry(self, seconds: float) -> None:
        """Let it wait in the retry queue whose time is nearest; its attempts are kept in a header."""
        self._properties.headers = {_ATTEMPT: self.attempt}
        with _missing_queue_is_down():
            self._transport._again(self._queue, seconds, self.wire, self._properties)
        self.ack()

    def bury(self, reason: str) -> None:
        """Move it to the buried queue with the reason."""
        self._properties.headers = {_REASON: reason[:200]}
        with _missing_queue_is_down():
            self._transport._put_aside(self._queue, self.wire, self._properties)
        self.ack()


def _parameters(url: str) -> pika.URLParameters:
    parameters = pika.URLParameters(url)
    for name, seconds in _LIMITS.items():
        if name not in parse_qs(urlsplit(url).query):
            setattr(parameters, name, seconds)
    return parameters


def _nothing() -> None:
    """What pika is to do in its own thread: it comes back from waiting for that."""


def _reason(properties: pika.BasicProperties) -> str:
    return str((properties.headers or {}).get(_REASON, "delivered again and again without an end"))


@contextmanager
def _lost_is_down() -> Iterator[None]:
    try:
        yield
    except _LOST as error:
        raise TransportDown(f"RabbitMQ: {type(error).__name__} {error}") from error


@contextmanager
def _missing_queue_is_down() -> Iterator[None]:
    """Connecting anew makes a queue that somebody deleted."""
    try:
        yield
    except NotConfirmed as error:
        raise TransportDown(str(error)) from error
