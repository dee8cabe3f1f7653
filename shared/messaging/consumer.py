"""From transport to handler: one message, one transaction, acknowledged after its commit."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from marshmallow import ValidationError

from shared.errors import NotYet
from shared.messaging import crash
from shared.messaging.contract import Command, JobFailed, Message
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
            message = envelope.message()
        except (UnreadableMessage, ValidationError) as error:
            self._bury_unreadable(delivery, error)
            return
        try:
            self._act(envelope, message)
        except Exception as error:  # whatever a handler raises is rolled back and tried again
            self._again(delivery, envelope, message, error)
            return
        crash.reached(self._service, "consumer.after_commit")
        delivery.ack()
        crash.reached(self._service, "consumer.after_ack")

    def _act(self, envelope: Envelope, message: Message) -> None:
        handler = self._runtime.handlers.get(type(message))
        with self._runtime.transaction(cause=envelope) as work:
            if not work.first_time(envelope.id, envelope.name):
                work.send_again(envelope.id)
            elif handler is not None:
                handler(message, work)
            crash.reached(self._service, "consumer.before_commit")

    def _again(self, delivery: Delivery, envelope: Envelope, message: Message, error: Exception) -> None:
        """Later, unless it was tried often enough; a handler's error text may hold data, so only its type."""
        kind = type(error).__name__
        if delivery.attempt < ATTEMPTS:
            delivery.retry(wait_before(delivery.attempt, quick=isinstance(error, NotYet)))
            log.info("%s: %s is tried again after %s", self._service, envelope.name, kind)
            return
        self._report(envelope, message, kind)
        delivery.bury(kind)
        log.error("%s: %s was put aside after %s", self._service, envelope.name, kind)

    def _report(self, envelope: Envelope, message: Message, kind: str) -> None:
        if isinstance(message, Command) and envelope.job_key and envelope.case_id:
            with self._runtime.transaction(cause=envelope) as work:
                reason = f"{envelope.name}: {kind}"
                work.emit(JobFailed(case_id=envelope.case_id, reason=reason))

    def _bury_unreadable(self, delivery: Delivery, error: Exception) -> None:
        reason = str(error) if isinstance(error, UnreadableMessage) else "fields do not fit the contract"
        delivery.bury(reason)
        log.error("%s: an unreadable message was put aside: %s", self._service, reason)


def wait_before(attempt: int, *, quick: bool = False) -> float:
    """Seconds before the next attempt: 1, 4, 16 … up to five minutes; `quick` starts at 0.1."""
    return float(min((0.1 if quick else 1.0) * 4 ** (attempt - 1), _LONGEST_WAIT))
