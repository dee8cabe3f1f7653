"""All services in one process: the trial that needs no server, and the commands that prepare a system.

`python -m services run | prepare | verify-history | buried`. The only module that imports several services.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.app.base import BaseApplication

import shared.contracts  # noqa: F401  (makes every message known)
from services import buried
from services.demo import print_accounts, seed_demo
from shared import migrations
from shared.errors import described
from shared.messaging.transport import transport_from
from shared.secrecy import Keyring
from shared.service import Runtime, Service
from shared.settings import Settings
from shared.web.factory import build_app
from shared.web.tokens import create_keys
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
        return self._carry_messages() or sum(worker.step() for worker in self.workers.values()) > 0

    def _carry_messages(self) -> bool:
        sent = [self.workers[name].send() for name in self._fresh_commits()]
        received = [self.workers[name].receive() for name in self.transport.filled(self.workers)]
        return any(sent) or any(received)

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


def prepare(settings: Settings) -> None:
    """Keys, migrations, queues, models and (in a trial) the demo people; safe to repeat."""
    Keyring.create(settings.keys_dir)
    create_keys(settings.keys_dir)
    for name in SERVICES:
        migrations.upgrade(service(name), settings.database_of(name))
    for name in SERVICES:
        _with_runtime(name, settings, _bind)
    _with_runtime("workflow", settings, _deploy)
    if settings.environment != "production":
        _with_runtime("identity", settings, seed_demo)
        _with_runtime("roster", settings, seed_demo)


def verify_history(settings: Settings) -> int:
    """Check the hash chain of every instance; 0 when nothing was changed."""
    from services.workflow.history import verify_history as first_broken

    runtime = Runtime(service("workflow"), settings)
    with runtime.reading() as session:
        broken = first_broken(session)
    runtime.close()
    sys.stdout.write(
        f"历史记录已被改动 / history was changed: {broken}\n"
        if broken
        else "历史记录完整 / history is intact\n"
    )
    return 1 if broken else 0


def run(settings: Settings) -> None:
    """Prepare, then serve everything until Ctrl-C."""
    prepare(settings)
    if settings.environment != "production":
        print_accounts(settings.public_url)
    _Embedded(settings).run()


class _Embedded(BaseApplication):
    """One gunicorn worker with threads; its loop thread starts after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        super().__init__()

    def load_config(self) -> None:
        address = urlsplit(self._settings.public_url)
        options = {
            "bind": f"{address.hostname}:{address.port or 80}", "workers": 1, "worker_class": "gthread",
            "threads": 8, "timeout": 60, "loglevel": "warning", "post_worker_init": self._start_loop,
            "worker_exit": lambda _arbiter, _worker: self._stop.set(), "proc_name": "fayuan",
            "control_socket_disable": True,
        }  # fmt: skip
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        """Build the services inside the gunicorn worker."""
        self._system = System(self._settings)
        for name in SERVICES:
            self._system.app(name)  # now: before the first request, and before there are threads
        self._system.take_back()
        return self._system

    def _start_loop(self, _worker: object) -> None:
        threading.Thread(target=self._system.work, args=(self._stop,), name="loop", daemon=True).start()


def _bind(runtime: Runtime) -> None:
    """Every queue exists before anybody speaks, so that a service started late misses nothing."""
    transport = transport_from(runtime.settings.transport_url, runtime.keys, runtime.settings.queue_prefix)
    try:
        Worker(runtime, transport).bind()
    finally:
        transport.close()


def _deploy(runtime: Runtime) -> None:
    from services.workflow.deployments import deploy_folder

    deploy_folder(runtime, runtime.settings.workflows_dir)


def _with_runtime(name: str, settings: Settings, act: Callable[[Runtime], None]) -> None:
    runtime = Runtime(service(name), settings)
    try:
        act(runtime)
    finally:
        runtime.close()


def _refuse_taken_port(settings: Settings) -> None:
    address = urlsplit(settings.public_url)
    with socket.socket() as probe:
        if probe.connect_ex((address.hostname or "127.0.0.1", address.port or 80)) == 0:
            sys.exit(
                f"端口 {address.port} 已被占用；请用 PUBLIC_URL=http://127.0.0.1:<端口> make run 换一个端口。"
            )


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m services")
    parser.add_argument("command", choices=("run", "prepare", "verify-history", "buried"))
    parser.add_argument("--replay", choices=SERVICES, help="with `buried`: deliver its messages again")
    given = parser.parse_args(arguments)
    command = given.command
    if given.replay and command != "buried":
        parser.error("--replay belongs to the command buried")
    settings = Settings.from_env()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its INFO lines hide what people should read
    if command == "verify-history":
        return verify_history(settings)
    if command == "buried":
        return buried.look(settings, SERVICES, given.replay)
    if command == "prepare":
        prepare(settings)
        return 0
    _refuse_taken_port(settings)
    run(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
