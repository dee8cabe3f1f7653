"""The worker of a service: relay, consumer and clocks in one thread, again and again.

`python -m shared.worker services.review.app` runs one; the embedded mode steps nine in one thread.
"""

from __future__ import annotations

import importlib
import logging
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.database import LOST
from shared.errors import described
from shared.messaging import crash
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transport import MESSAGES_AT_ONCE, Transport, TransportDown, transport_from
from shared.service import DueWork, Runtime
from shared.settings import Settings

_IDLE_SECONDS = 0.05
_AWAKE_TURNS = 20  # with nothing to do, before a worker looks less often
_RESTING_SECONDS = 0.2  # how late a resting one sends what a web process committed; messages wake it
_CLOCK_SECONDS = 0.25  # how late an idle worker notices that something fell due
_NEXT_SECONDS = 0.002  # a broker needs a moment to hand over the next message
_LONGEST_PAUSE = 10.0
_LONGEST_REST = 60.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Rest:
    """A clock that failed is left alone until then (monotonic seconds)."""

    until: float
    failures: int


class Worker:
    """Everything one service does without being asked by a person."""

    def __init__(
        self, runtime: Runtime, transport: Transport, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.runtime = runtime
        self._monotonic = monotonic
        self._transport = transport
        self._relay = Relay(runtime, transport)
        self._consumer = Consumer(runtime, transport)
        self._resting: dict[DueWork, _Rest] = {}

    def bind(self) -> None:
        """Ask the transport for the service's messages."""
        self._consumer.bind()

    def take_back(self) -> None:
        """Free the cases that a process which is gone was sending."""
        self._relay.take_back()

    def step(self, wait: float = 0.0, *, clocks: bool = True) -> bool:
        """One turn: send, receive, look at the clocks; whether anything was done.

        Without `clocks` they are looked at only when a message was handled.
        """
        busy = self.send()
        busy = self.receive(min(wait, _NEXT_SECONDS) if busy else wait) or busy
        return ((clocks or busy) and self.look_at_clocks()) or busy

    def send(self) -> bool:
        """Hand over what was committed; whether anything was sent."""
        return self._relay.step() > 0

    def receive(self, wait: float = 0.0, at_most: int = MESSAGES_AT_ONCE) -> bool:
        """Act on some messages, waiting up to `wait` seconds for the first; whether there were any."""
        if not self._consumer.step(wait):
            return False
        for _ in range(at_most - 1):
            if not self._consumer.step(min(wait, _NEXT_SECONDS)):
                break
        return True

    def look_at_clocks(self) -> bool:
        """Do one piece of what fell due on each clock; whether there was any."""
        busy = False
        for due in self.runtime.service.clocks:
            if due in self._resting and self._resting[due].until > self._monotonic():
                continue
            try:
                busy = self._look_at(due) or busy
            except LOST:
                raise
            except Exception as error:  # one clock's fault stops neither the others nor the messages
                self._rest(due, error)
            else:
                self._resting.pop(due, None)
        return busy

    def _look_at(self, due: DueWork) -> bool:
        with self.runtime.reading() as session:
            waits = due.waits(session, self.runtime.clock.now())
        return waits and self._act(due)

    def _rest(self, due: DueWork, error: Exception) -> None:
        failures = self._resting[due].failures + 1 if due in self._resting else 1
        seconds = min(2.0**failures, _LONGEST_REST)
        self._resting[due] = _Rest(self._monotonic() + seconds, failures)
        log.error("%s: due work rests %.0f s after %s", self.runtime.service.name, seconds, described(error))

    def _act(self, due: DueWork) -> bool:
        name = self.runtime.service.name
        with self.runtime.transaction() as work:
            done = due.act(work)
            crash.reached(name, "clock.before_commit")
        crash.reached(name, "clock.after_commit")
        return done


def run(runtime: Runtime, stop: threading.Event) -> None:
    """Work until told to stop; a lost broker or database is waited for, with jitter."""
    pause = 1.0
    while not stop.is_set():
        transport = None
        try:
            transport = transport_from(
                runtime.settings.transport_url, runtime.keys, runtime.settings.queue_prefix
            )
            worker = Worker(runtime, transport)
            worker.bind()
            looked, idle = -_CLOCK_SECONDS, 0
            while not stop.is_set():
                due = time.monotonic() - looked >= _CLOCK_SECONDS
                wait = _IDLE_SECONDS if idle < _AWAKE_TURNS else _RESTING_SECONDS
                idle = 0 if worker.step(wait, clocks=due) else idle + 1
                looked = time.monotonic() if due else looked
                pause = 1.0
        except Exception as error:  # a worker that ended would stop its service; it begins anew instead
            reason = str(error) if isinstance(error, TransportDown) else described(error)
            log.warning("%s: the worker begins anew after %s", runtime.service.name, reason)
            stop.wait(pause * random.uniform(0.5, 1.0))  # jitter only: workers do not come back in step
            pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            if transport is not None:
                transport.close()


def main(arguments: list[str]) -> None:
    """Run the worker of the service whose `app` module is named."""
    settings = Settings.from_env()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    runtime = Runtime(importlib.import_module(arguments[0]).SERVICE, settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(runtime, stop)


if __name__ == "__main__":
    main(sys.argv[1:])
