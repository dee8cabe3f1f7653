"""From transport to handler: one message, one transaction, acknowledged after its commit."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid5

from marshmallow import ValidationError

from shared.database import LOST, answers
from shared.errors import NotYet, described
from shared.messaging import crash
from shared.messaging.contract import JobFailed, Message
from shared.messaging.envelope import Envelope, UnreadableMessage, from_wire
from shared.messaging.transport import Delivery, Transport

if TYPE_CHECKING:
    from shared.service import Runtime

ATTEMPTS = 8
_LONGEST_WAIT = 300
log = logging.getLogger(__name__)


class Consumer:
    """Acts on the messages of one service's queue."""

    def __init__(self, runtime: Runtime, transport: Transport) -> None:
        self._runtime = runtime
        self._transport = transport
        self._service = runtime.service.name

    def bind(self) -> None:
        """Ask for every message the service has a handler for."""
        self._transport.bind(self._service, [cls.NAME for cls in self._runtime.handlers])

    def step(self, wait: float = 0.0) -> bool:
        """Act on one message, waiting up to `wait` seconds for it; whether there was one."""
        delivery = self._transport.receive(self._service, wait)
        if delivery is None:
            return False
        self._consume(delivery)
        return True

    def _consume(self, delivery: Delivery) -> None:
        try:
            envelope = from_wire(delivery.wire, self._runtime.keys)
        except UnreadableMessage as error:
            self._bury(delivery, "an unreadable message", str(error))
            return
        try:
            message = envelope.message()
        except (UnreadableMessage, ValidationError):
            self._give_up(delivery, envelope, "its fields do not fit the contract")
            return
        if delivery.attempt > ATTEMPTS:
            self._give_up(delivery, envelope, "it ended its worker again and again")
            return
        try:
            self._act(envelope, message)
        except Exception as error:  # whatever a handler raises is rolled back and tried again
            self._again(delivery, envelope, error)
            return
        crash.reached(self._service, "consumer.after_commit")
        delivery.ack()
        crash.reached(self._service, "consumer.after_ack")

    def _act(self, envelope: Envelope, message: Message) -> None:
        handler = self._runtime.handlers.get(type(message))
        with self._runtime.transaction(cause=envelope) as work:
            if work.first_time(envelope.id, envelope.name):
                if handler is not None:
                    handler(message, work)
            elif envelope.asks:
                work.answer_again(envelope.id)
            crash.reached(self._service, "consumer.before_commit")

    def _again(self, delivery: Delivery, envelope: Envelope, error: Exception) -> None:
        """Later, unless it was tried often enough; a lost database is not the message's fault."""
        if isinstance(error, LOST) and not answers(self._runtime.engine):
            delivery.retry(wait_before(1))
            raise error
        if delivery.attempt >= ATTEMPTS:
            self._give_up(delivery, envelope, described(error))
            return
        delivery.retry(wait_before(delivery.attempt, quick=isinstance(error, NotYet)))
        log.info("%s: %s is tried again after %s", self._service, envelope.name, described(error))

    def _give_up(self, delivery: Delivery, envelope: Envelope, reason: str) -> None:
        """Put it aside; whoever waits for its answer is told."""
        if envelope.asks and envelope.job_key and envelope.case_id:
            # The sequence tells one sending of a command from the next: each may fail and say so.
            seed = uuid5(envelope.id, f"given up {envelope.sequence}")
            with self._runtime.transaction(cause=envelope, seed=seed) as work:
                work.emit(JobFailed(case_id=envelope.case_id, reason=f"{envelope.name}: {reason}"))
        self._bury(delivery, envelope.name, reason)

    def _bury(self, delivery: Delivery, what: str, reason: str) -> None:
        delivery.bury(reason)
        log.error("%s: %s was put aside: %s", self._service, what, reason)


def wait_before(attempt: int, *, quick: bool = False) -> float:
    """Seconds before the next attempt: 1, 4, 16 … up to five minutes; `quick` starts at 0.1."""
    return float(min((0.1 if quick else 1.0) * 4 ** (attempt - 1), _LONGEST_WAIT))
