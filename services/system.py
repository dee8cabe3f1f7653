"""All services in one process: what the trial and the commands run, and what tests drive."""

from __future__ import annotations

import importlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import Flask

import shared.contracts  # noqa: F401  (makes every message known)
from shared.errors import described
from shared.messaging.transport import transport_from
from shared.service import Runtime, Service
from shared.settings import Settings
from shared.web.factory import build_app
from shared.worker import Worker

SERVICES = (
    "identity", "workflow", "intake", "review", "dispatch", "roster", "handling", "evaluation", "notify",
)  # fmt: skip
HOME = "intake"
_IDLE_SECONDS = 0.2
_PAUSE_SECONDS = 1.0
log = logging.getLogger(__name__)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def service(name: str) -> Service:
    """The declaration in the `app` module of a service."""
    declared: Service = importlib.import_module(f"services.{name}.app").SERVICE
    return declared


class System:
    """All nine services of one process, each with its runtime, app and worker."""

    def __init__(self, settings: Settings, runtimes: dict[str, Runtime] | None = None) -> None:
        self.settings = settings
        self.runtimes = runtimes or {name: Runtime(service(name), settings) for name in SERVICES}
        self._apps: dict[str, Flask] = {}
        self._owners = {prefix: name for name in SERVICES for prefix in (name, *service(name).prefixes)}
        self._nudge = threading.Event()
        self._committed: deque[str] = deque()  # names of services with something to send, perhaps
        for name, runtime in self.runtimes.items():
            runtime.nudged = partial(self._note_commit, name)
        self._connect()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Hand the request to the service that owns the first part of its path."""
        prefix = environ.get("PATH_INFO", "/").split("/")[1]
        return self.app(self._owners.get(prefix, HOME))(environ, start_response)

    def app(self, name: str) -> Flask:
        """The app of a service, built when it is first asked for: their routes take longest to set up."""
        if name not in self._apps:
            self._apps[name] = build_app(service(name), self.settings, self.runtimes[name])
        return self._apps[name]

    @property
    def apps(self) -> dict[str, Flask]:
        """All of them by name."""
        return {name: self.app(name) for name in SERVICES}

    def step(self) -> bool:
        """One turn; whether anything was done. While messages are on their way only those are looked at,
        else every outbox, queue and clock.
        """
        return self._carry_messages() or any([self._look_around(worker) for worker in self.workers.values()])

    def _carry_messages(self) -> bool:
        sent = [self.workers[name].send() for name in self._fresh_commits()]
        filled = self.transport.filled(self.workers)
        received = [self.workers[name].receive(at_most=count) for name, count in filled.items()]
        return any(sent) or any(received)

    @staticmethod
    def _look_around(worker: Worker) -> bool:
        sent = worker.send()
        return worker.look_at_clocks() or sent

    def _fresh_commits(self) -> set[str]:
        return {self._committed.popleft() for _ in range(len(self._committed))}

    def _note_commit(self, name: str) -> None:
        self._committed.append(name)
        self._nudge.set()

    def settle(self, turns: int = 1000) -> None:
        """Work until nothing is left to do; raises RuntimeError when it never ends."""
        for _ in range(turns):
            if not self.step():
                return
        raise RuntimeError("the workers did not come to rest")

    def work(self, stop: threading.Event) -> None:
        """Work until told to stop: at once after a commit in this process, else five times a second."""
        connected = True
        while not stop.is_set():
            try:
                if not connected:
                    self._connect()
                    connected = True
                if not self.step():
                    self._nudge.wait(_IDLE_SECONDS)
                    self._nudge.clear()
            except Exception as error:  # a loop that ended would stop all services; it begins anew instead
                log.warning("the workers begin anew after %s", described(error))
                self.transport.close()
                connected = False
                stop.wait(_PAUSE_SECONDS)

    def _connect(self) -> None:
        keys = next(iter(self.runtimes.values())).keys
        settings = self.settings
        self.transport = transport_from(settings.transport_url, keys, settings.queue_prefix)
        self.workers = {name: Worker(runtime, self.transport) for name, runtime in self.runtimes.items()}
        for worker in self.workers.values():
            worker.bind()

    def take_back(self) -> None:
        """Go on at once with what a process that was killed had in hand; this one is alone."""
        self.transport.take_back()
        for worker in self.workers.values():
            worker.take_back()

    def close(self) -> None:
        """Let go of the databases."""
        self.transport.close()
        for runtime in self.runtimes.values():
            runtime.close()
