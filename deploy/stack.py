"""`python -m deploy.stack`: the full stack as real processes on this machine, without Docker.

Private PostgreSQL and RabbitMQ with their data in the state folder, then `services prepare`, then every
line of the Procfile. The address stands in `<state>.env` as long as the system is ready. Any number of
checkouts run side by side: only nginx and RabbitMQ listen on TCP, on ports that were free.
"""

import argparse
import fcntl
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from honcho.environ import parse_procfile
from honcho.manager import Manager

from deploy import nginx
from deploy.health import web_answers
from deploy.machine import free_port, program
from deploy.postgres import Postgres
from deploy.private_servers import end_politely, exit_without
from deploy.rabbit import Rabbit
from services.demo import print_accounts

ROOT = Path(__file__).parent.parent


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Hold the state folder; a second stack of the same checkout ends with a clear word."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"already running, see {address_file(state)}")
        yield


def address_file(state: Path) -> Path:
    """The file with the settings of the running system, among them PUBLIC_URL."""
    return state.with_name(f"{state.name}.env")


def settings_for(state: Path, run: Path, postgres: Postgres, rabbit: Rabbit) -> dict[str, str]:
    """The settings of every process; what the caller's environment says about the rest stays as it is."""
    return {
        "DATABASE_URL": postgres.database_url("fayuan"),
        "TRANSPORT_URL": rabbit.url,
        "PUBLIC_URL": f"http://127.0.0.1:{free_port(state / 'port')}",
        "KEYS_DIR": str(state / "keys"),
        "FILES_DIR": str(state / "files"),
        "RUN_DIR": str(run),
    }


def start_servers(state: Path, run: Path, running: ExitStack) -> dict[str, str]:
    """Start PostgreSQL and RabbitMQ, to be stopped when `running` closes; the settings to reach them."""
    postgres = Postgres(state / "postgres", run / "postgres", durable=True)
    rabbit = Rabbit(state / "rabbitmq")
    running.callback(postgres.stop)
    running.callback(rabbit.stop)
    say("正在启动 PostgreSQL 和 RabbitMQ ……")
    postgres.start()
    rabbit.start()
    postgres.create_database("fayuan")
    return settings_for(state, run, postgres, rabbit)


def prepare(environment: Mapping[str, str]) -> None:
    """Keys, migrations, models and, unless in production, the demo people."""
    say("正在准备数据库和流程模型 ……")
    command = [sys.executable, "-m", "services", "prepare"]
    if status := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit(f"prepare failed with status {status}")


class Processes(Manager):
    """Honcho's manager, which cannot end what it has not started yet: a signal so early is repeated."""

    def terminate(self) -> None:
        """End all processes."""
        if all("pid" in process for process in self._processes.values()):
            super().terminate()
        else:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()


def processes(run: Path, environment: Mapping[str, str]) -> Processes:
    """Every line of the Procfile under keep.sh; the process ids stand in `<run>/<name>.pid`."""
    manager = Processes()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        keep = shlex.join(["sh", str(ROOT / "deploy" / "keep.sh"), str(run / f"{name}.pid")])
        manager.add_process(name, f"exec {keep} {command}", env=dict(environment), cwd=str(ROOT))
    return manager


def announce(state: Path, settings: Mapping[str, str]) -> None:
    """Wait until every web process answers, then write the address down and tell it."""
    if silent := silent_services(settings):
        say(f"两分钟后仍无响应：{'、'.join(silent)}。请看上面的日志。")
        return
    new = state / "new.env"
    new.touch(mode=0o600)  # it holds the password of the broker
    new.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    new.rename(address_file(state))
    if os.environ.get("ENVIRONMENT") != "production":
        print_accounts(settings["PUBLIC_URL"])
    say(f"法援在线已启动：{settings['PUBLIC_URL']}\n按 Ctrl-C 停止；数据保留在 {state}。")


def silent_services(settings: Mapping[str, str], seconds: float = 120) -> list[str]:
    """Wait until all services answer through nginx; those that still do not after `seconds`."""
    limit = time.monotonic() + seconds
    silent = nginx.services()
    while silent and time.monotonic() < limit:
        # nginx would log each question to a service that has no socket yet
        asked = [each for each in silent if Path(settings["RUN_DIR"], f"{each}.sock").exists()]
        well = {each for each in asked if web_answers(settings["PUBLIC_URL"], each)}
        silent = [each for each in silent if each not in well]
        time.sleep(0.2)
    return silent


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run_stack(state: Path, run: Path, running: ExitStack) -> int:
    """Everything between the lock and the last stop; the exit status of the process manager."""
    settings = start_servers(state, run, running)
    folders = (Path(sys.executable).parent, Path(program("nginx")).parent, os.environ["PATH"])
    path = os.pathsep.join(map(str, folders))
    environment = {**os.environ, **settings, "PATH": path, "PYTHONUNBUFFERED": "1"}
    prepare(environment)
    port = int(settings["PUBLIC_URL"].rpartition(":")[2])
    (run / "nginx.conf").write_text(nginx.for_this_machine(run, port))
    manager = processes(run, environment)
    running.callback(address_file(state).unlink, missing_ok=True)
    threading.Thread(target=announce, args=(state, settings), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (0, 128 + signal.SIGINT, 128 + signal.SIGTERM) else 1


def main() -> None:
    """Read the command line and run the stack until Ctrl-C, SIGTERM, or the end of its owner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=ROOT / "var" / "stack", help="folder of the data")
    parser.add_argument("--while-alive", type=int, metavar="PID", help="stop when this process is gone")
    given = parser.parse_args()
    state: Path = given.state.resolve()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end_politely)
    if given.while_alive:
        exit_without(given.while_alive)
    with only_one(state), ExitStack() as running:
        run = Path(running.enter_context(TemporaryDirectory(prefix="fayuan-")))
        run.chmod(0o711)  # the account of PostgreSQL passes through to its own folder
        sys.exit(run_stack(state, run, running))


if __name__ == "__main__":
    main()
