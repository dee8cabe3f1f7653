"""All services in one process: the trial that needs no server, and the commands that prepare a system.

`python -m services run | prepare | verify-history | buried`, and those of `services/rotation.py`.
"""

from __future__ import annotations

import argparse
import logging
import socket
import sys
import threading
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from gunicorn.app.base import BaseApplication
from sqlalchemy.orm import Session

from services import buried, rotation
from services.demo import print_accounts, seed_demo
from services.retelling import names_are_missing, tell_of_everyone
from services.system import SERVICES, System, Wsgi, service
from shared import migrations
from shared.clock import SystemClock
from shared.messaging.transport import transport_from
from shared.secrecy import Keyring
from shared.service import Runtime
from shared.settings import Settings
from shared.web.tokens import create_keys
from shared.worker import Worker

ROTATIONS = {
    "rotate-keys": rotation.rotate,
    "rotate-signing-key": rotation.rotate_signing,
    "retire-keys": rotation.retire,
}
COMMANDS = ("run", "prepare", "verify-history", "buried", *ROTATIONS)
Made = TypeVar("Made")


def prepare(settings: Settings) -> None:
    """Keys, migrations, queues, models and (in a trial) the demo people; safe to repeat."""
    Keyring.create(settings.keys_dir)
    create_keys(settings.keys_dir)
    for name in SERVICES:
        migrations.upgrade(service(name), settings.database_of(name))
    for name in SERVICES:
        _with_runtime(name, settings, _bind)
    _with_runtime("workflow", settings, _deploy)
    if _with_runtime("workflow", settings, names_are_missing):
        _with_runtime("identity", settings, tell_of_everyone)
    if settings.environment != "production":
        _with_runtime("identity", settings, seed_demo)
        _with_runtime("roster", settings, seed_demo)


def verify_history(settings: Settings) -> int:
    """Check the hash chain of every instance, and that of the access log; 0 when nothing was changed."""
    from services.identity.access.log import first_changed
    from services.workflow.finished.tombstones import verify_removed
    from services.workflow.history import verify_history as first_broken

    removed, cut = _asked("workflow", settings, verify_removed)
    broken = _asked("workflow", settings, first_broken) or cut
    entry = _asked("identity", settings, first_changed)
    found = [f"history was changed: {broken}"] if broken else []
    found += [f"the access log was changed: entry {entry}"] if entry else []
    gone = f"；按保存期限删除的流程 {removed} 个 / removed by policy: {removed}" if removed else ""
    sys.stdout.write(
        f"历史记录已被改动 / {'; '.join(found)}\n" if found else f"历史记录完整 / history is intact{gone}\n"
    )
    return 1 if found else 0


def _asked(name: str, settings: Settings, ask: Callable[[Session], Made]) -> Made:
    def read(runtime: Runtime) -> Made:
        with runtime.reading() as session:
            return ask(session)

    return _with_runtime(name, settings, read)


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
    from services.workflow.changing.reckoning import reckon_deadlines
    from services.workflow.deploying.deployments import deploy_folder

    deploy_folder(runtime, runtime.settings.workflows_dir)
    reckon_deadlines(runtime)


def _with_runtime(name: str, settings: Settings, act: Callable[[Runtime], Made]) -> Made:
    runtime = Runtime(service(name), settings)
    try:
        return act(runtime)
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
    parser.add_argument("command", choices=COMMANDS)
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
    if command in ROTATIONS:
        return ROTATIONS[command](settings, SystemClock().now())
    if command == "prepare":
        prepare(settings)
        return 0
    _refuse_taken_port(settings)
    run(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
