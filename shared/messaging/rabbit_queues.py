"""The exchanges and queues in RabbitMQ; declaring them again changes nothing (3.10 and 4.x).

fayuan.commands ─┐ (topic, key = name)            ┌─ too many redeliveries, or bury()
fayuan.events  ──┴─► <service> ───────────────────┴─► <service>.buried
                      ▲  └─ retry(): fayuan.retry.<seconds> (fanout) ─► queue of that name ─┐
                      └───────────── time to live over, same routing key ───────────────────┘
"""

from __future__ import annotations

from typing import Any

from pika.adapters.blocking_connection import BlockingChannel

from shared.messaging.contract import Event, message_class, message_names

RETRY_SECONDS = (0.1, 0.4, 1.0, 4.0, 16.0, 64.0, 300.0)
_REDELIVERIES = 20  # by the broker, after lost consumers; 3.10 has no limit of its own, 4.x has 20
_ANY_NUMBER = 1_000_000  # looking at a buried message redelivers it too, and 3.10 knows no "unlimited"

# A dead letter leaves its queue only when the next one has confirmed it.
_SAFE_DEAD_LETTERS = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


class RabbitQueues:
    """Names and declarations, all with one prefix so that two systems can share a broker."""

    def __init__(self, channel: BlockingChannel, prefix: str) -> None:
        self._channel = channel
        self._prefix = prefix
        for exchange in ("fayuan.commands", "fayuan.events"):
            channel.exchange_declare(prefix + exchange, "topic", durable=True)
        for seconds in RETRY_SECONDS:
            self._declare_retry(seconds)

    def main(self, queue: str) -> str:
        """The full name of a service's queue."""
        return self._prefix + queue

    def buried(self, queue: str) -> str:
        """The full name of the queue for what was put aside."""
        return f"{self._prefix}{queue}.buried"

    def exchange(self, name: str) -> str:
        """Where messages of this name are published."""
        cls = message_class(name)
        public = cls is not None and issubclass(cls, Event)
        return self._prefix + ("fayuan.events" if public else "fayuan.commands")

    def retry_exchange(self, seconds: float) -> str:
        """The exchange whose messages come back after the nearest of the fixed times."""
        nearest = min(RETRY_SECONDS, key=lambda step: abs(step - seconds))
        return f"{self._prefix}fayuan.retry.{nearest:g}"

    def declare(self, queue: str) -> None:
        """Make the service's queues where they are missing."""
        dead_letters = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": self.buried(queue)}
        limited = {"x-delivery-limit": _REDELIVERIES}
        self._quorum(self.main(queue), {**limited, **dead_letters, **_SAFE_DEAD_LETTERS})
        self._quorum(self.buried(queue), {"x-delivery-limit": _ANY_NUMBER})

    def subscribe(self, queue: str, names: frozenset[str]) -> None:
        """Let the service's queue receive these names; every other name of the contracts ends."""
        for name in sorted(names):
            self._channel.queue_bind(self.main(queue), self.exchange(name), name)
        for name in sorted(message_names() - names):
            self._channel.queue_unbind(self.main(queue), self.exchange(name), name)

    def _declare_retry(self, seconds: float) -> None:
        """One queue for all services: a message keeps its service's queue as its routing key."""
        name = self.retry_exchange(seconds)
        lives = {"x-message-ttl": int(seconds * 1000), "x-dead-letter-exchange": ""}
        self._quorum(name, {**lives, **_SAFE_DEAD_LETTERS})
        self._channel.exchange_declare(name, "fanout", durable=True)
        self._channel.queue_bind(name, name)

    def _quorum(self, name: str, arguments: dict[str, Any]) -> None:
        self._channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})
