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
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.database import LOST
from shared.errors import described
from shared.messaging import crash
from shared.messaging.cleaning import Cleaning
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transport import MESSAGES_AT_ONCE, Transport, TransportDown, transport_from
from shared.messaging.wakeup import Doorbell
from shared.service import DueWork, Runtime
from shared.settings import Settings

_IDLE_SECONDS = 0.05
_AWAKE_TURNS = 20  # with nothing to do, before a worker looks less often
_RESTING_SECONDS = 0.2  # how late a resting one that nobody wakes sends what a web process committed
_UNWOKEN_SECONDS = 5.0  # when one that is woken looks all the same, should the notification be lost
_CLOCK_SECONDS = 0.25  # how late a worker notices that something fell due, or that it is to stop
_RESTING_CLOCK_SECONDS = 1.0  # how late one that is woken, and rests, notices that something fell due
_CLOCK_SLICE_SECONDS = 0.1  # before the messages and the other clocks have their turn
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
        self._clocks = (*runtime.service.clocks, Cleaning(monotonic).due())
        self._resting: dict[DueWork, _Rest] = {}
        self.clocks_due_in: float | None = None
        """Seconds, from the last look at the clocks, until one that knows has something to do."""

    def bind(self) -> None:
        """Ask the transport for the service's messages."""
        self._consumer.bind()

    def take_back(self) -> None:
        """Free the cases that a process which is gone was sending."""
        self._relay.take_back()

    def step(self, wait: float = 0.0, *, outbox: bool = True, clocks: bool = True) -> bool:
        """One turn: send, receive, look at the clocks; whether anything was done.

        Without `outbox` nothing is sent; without `clocks` they are looked at only when something was.
        """
        busy = outbox and self.send()
        busy = self.receive(min(wait, _NEXT_SECONDS) if busy else wait) or busy
        return ((clocks or busy) and self.look_at_clocks()) or busy

    def send(self) -> bool:
        """Hand over what was committed; whether anything was sent."""
        return self._relay.step() > 0

    def due_in(self) -> float | None:
        """Seconds until something that is held back may be sent; None when nothing waits."""
        return self._relay.due_in()

    def receive(self, wait: float = 0.0, at_most: int = MESSAGES_AT_ONCE) -> bool:
        """Act on some messages, waiting up to `wait` seconds for the first; whether there were any."""
        if not self._consumer.step(wait):
            return False
        for _ in range(at_most - 1):
            if not self._consumer.step(min(wait, _NEXT_SECONDS)):
                break
        return True

    def look_at_clocks(self) -> bool:
        """Do what fell due on each clock, piece by piece, each clock for a moment; whether there was any."""
        busy = False
        for due in self._waiting():
            with self._resting_after_fault(due):
                until = time.monotonic() + _CLOCK_SLICE_SECONDS
                while self._act(due):
                    busy = True
                    if time.monotonic() >= until:
                        break
                self._resting.pop(due, None)
        return busy

    def _waiting(self) -> list[DueWork]:
        """The clocks with something to do, found with one look at the database."""
        now = self._monotonic()
        awake = [c for c in self._clocks if c not in self._resting or self._resting[c].until <= now]
        found: list[DueWork] = []
        self.clocks_due_in = None
        if not awake:
            return found
        with self.runtime.reading() as session:
            for due in awake:
                with self._resting_after_fault(due, session):
                    if due.waits(session, self.runtime.clock.now()):
                        found.append(due)
                    else:
                        self._resting.pop(due, None)
                        self._note_next(due, session)
        return found

    def _note_next(self, due: DueWork, session: Session) -> None:
        at = due.due(session) if due.due is not None else None
        if at is not None:
            seconds = max((at - self.runtime.clock.now()).total_seconds(), 0.0)
            self.clocks_due_in = min(seconds, seconds if self.clocks_due_in is None else self.clocks_due_in)

    @contextmanager
    def _resting_after_fault(self, due: DueWork, session: Session | None = None) -> Iterator[None]:
        """One clock's fault stops neither the others nor the messages."""
        try:
            yield
        except LOST:
            raise
        except Exception as error:  # whatever it is: this clock rests, and is tried again
            if session is not None:
                session.rollback()
            self._rest(due, error)

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


class Rounds:
    """When the worker of a process looks at its outbox and its clocks."""

    def __init__(self, worker: Worker, bell: Doorbell) -> None:
        self._worker = worker
        self._bell = bell
        self._idle = 0
        self._outbox_at = self._clocks_at = time.monotonic()

    def turn(self) -> None:
        """One turn of the worker, waiting a moment for a message or the bell when there is nothing to do."""
        now = time.monotonic()
        outbox = self._bell.rung() or self._idle == 0 or now >= self._outbox_at
        clocks = now >= self._clocks_at
        wait = self._wait() if self._idle else _NEXT_SECONDS
        busy = self._worker.step(wait, outbox=outbox, clocks=clocks)
        self._idle = 0 if busy else self._idle + 1
        if busy:
            self._clocks_at = now
        elif clocks:
            resting = self._bell.hears and self._idle >= _AWAKE_TURNS
            pause = _RESTING_CLOCK_SECONDS if resting else _CLOCK_SECONDS
            due = self._worker.clocks_due_in
            self._clocks_at = now + (pause if due is None else min(due, pause))
        if outbox and not busy:
            self._outbox_at = now + self._rest()

    def _wait(self) -> float:
        if self._bell.hears:
            return max(min(self._clocks_at - time.monotonic(), _CLOCK_SECONDS), 0.0)
        return _IDLE_SECONDS if self._idle < _AWAKE_TURNS else _RESTING_SECONDS

    def _rest(self) -> float:
        if not self._bell.hears:
            return 0.0
        due = self._worker.due_in()
        return _UNWOKEN_SECONDS if due is None else min(due, _UNWOKEN_SECONDS)


@contextmanager
def rounds_of(runtime: Runtime) -> Iterator[Rounds]:
    """The rounds of a service's worker, with its connections."""
    settings = runtime.settings
    transport = transport_from(settings.transport_url, runtime.keys, settings.queue_prefix)
    with closing(transport), Doorbell(runtime.engine, runtime.service.name, transport.interrupt) as bell:
        worker = Worker(runtime, transport)
        worker.bind()
        yield Rounds(worker, bell)


def run(runtime: Runtime, stop: threading.Event) -> None:
    """Work until told to stop; a lost broker or database is waited for, with jitter."""
    runtime.nudged = _after_own_commit
    pause = 1.0
    while not stop.is_set():
        try:
            with rounds_of(runtime) as rounds:
                while not stop.is_set():
                    rounds.turn()
                    pause = 1.0
        except Exception as error:  # a worker that ended would stop its service; it begins anew instead
            reason = str(error) if isinstance(error, TransportDown) else described(error)
            log.warning("%s: the worker begins anew after %s", runtime.service.name, reason)
            stop.wait(pause * random.uniform(0.5, 1.0))  # jitter only: workers do not come back in step
            pause = min(pause * 2, _LONGEST_PAUSE)


def _after_own_commit() -> None:
    """Nobody need be woken: the worker sends after each message it handled and each clock that acted."""


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
