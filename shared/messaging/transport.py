"""How messages get from the outbox of one service to the queue of another: one small protocol."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.envelope import Envelope
from shared.secrecy import Keyring

MESSAGES_AT_ONCE = 20
"""How many messages of one service a worker acts on before it looks at anything else."""


class TransportDown(Exception):
    """The broker or message table cannot be reached now; try again later."""


class NotConfirmed(Exception):
    """The broker did not take the message (refused it, or nobody is bound to its name)."""


class Delivery(Protocol):
    """One message handed to a consumer; exactly one of ack, retry and bury ends it."""

    @property
    def wire(self) -> str | bytes:
        """The message as it travelled."""
        ...

    @property
    def attempt(self) -> int:
        """1 for the first delivery."""
        ...

    def ack(self) -> None:
        """Done with it."""
        ...

    def retry(self, seconds: float) -> None:
        """Deliver it again after that many seconds."""
        ...

    def bury(self, reason: str) -> None:
        """Put it aside for a person; the reason holds no content."""
        ...


@dataclass(frozen=True)
class Buried:
    """A message that was put aside: the name and id it claims (empty when unreadable), why, and the ids of
    the keys that its sealed fields name."""

    name: str
    message_id: str
    reason: str
    keys: frozenset[str] = frozenset()


class Transport(Protocol):
    """What the relay, the consumer and an operator need. An instance belongs to one thread."""

    def bind(self, queue: str, names: Sequence[str]) -> None:
        """Let the queue receive the messages of these names; earlier bindings to other names end."""
        ...

    def publish(self, envelope: Envelope) -> None:
        """Hand the message over; returns only when it is safe. Raises NotConfirmed or TransportDown.

        A command or answer that no queue is bound to is not confirmed; an event nobody wants is fine.
        """
        ...

    def receive(self, queue: str, wait: float) -> Delivery | None:
        """The next message of the queue, waiting up to `wait` seconds; raises TransportDown."""
        ...

    def interrupt(self) -> None:
        """End a wait in `receive`, or the next one; any thread may call it."""
        ...

    def filled(self, queues: Collection[str]) -> Mapping[str, int]:
        """Which of the queues may hold something for `receive`, and how much; raises TransportDown."""
        ...

    def buried(self, queue: str) -> list[Buried]:
        """What was put aside from the queue, oldest first; raises TransportDown."""
        ...

    def replay(self, queue: str) -> int:
        """Deliver everything that was put aside once more; how many. Raises TransportDown."""
        ...

    def take_back(self) -> None:
        """Free what processes that are gone had taken; for the only process there is. Were there another
        after all, some messages would come twice, which changes nothing."""
        ...

    def close(self) -> None:
        """Let go of the connection; unacknowledged messages return to their queue."""
        ...


def transport_from(url: str, keys: Keyring, prefix: str = "") -> Transport:
    """The transport the URL names: `amqp(s)://` RabbitMQ, otherwise a message table."""
    if url.startswith("amqp"):
        from shared.messaging.rabbit_transport import RabbitTransport

        return RabbitTransport(url, keys, prefix)
    from shared.messaging.database_transport import DatabaseTransport

    return DatabaseTransport(url, keys, prefix)
