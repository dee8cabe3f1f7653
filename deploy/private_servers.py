"""`python -m deploy.private_servers postgres|rabbitmq`: hold one private server for a run of the tests.

Started by whichever test process needs the server first, ended with SIGTERM or as soon as the test run it
belongs to is gone, even when that was killed.
"""

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Protocol

from deploy.postgres import Postgres
from deploy.rabbit import Rabbit

LOOK_EVERY = 0.5


class Server(Protocol):
    """What a holder needs of a private server."""

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


def alive(pid: int) -> bool:
    """Whether the process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end_politely(signum: int, frame: FrameType | None) -> None:
    """Signal handler: leave through every `finally`."""
    sys.exit(128 + signum)


def exit_without(owner: int) -> None:
    """Send this process SIGTERM as soon as its owner is gone."""

    def watch() -> None:
        while alive(owner):
            time.sleep(LOOK_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def hold(server: Server, address: Path) -> None:
    """Run the server until SIGTERM; its URL stands in the file `address` while it is ready."""
    try:
        server.start()
        waiting = address.with_suffix(".new")
        waiting.write_text(server.url)
        waiting.rename(address)
        threading.Event().wait()
    finally:
        server.stop()
        address.unlink(missing_ok=True)


def main() -> None:
    """Read the command line and hold the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=("postgres", "rabbitmq"))
    parser.add_argument("home", type=Path, help="a folder with a short path: a Unix socket lies in it")
    parser.add_argument("--while-alive", type=int, required=True, metavar="PID")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, end_politely)
    exit_without(given.while_alive)
    home: Path = given.home
    server: Server
    server = Rabbit(home) if given.name == "rabbitmq" else Postgres(home, home / "sockets", durable=False)
    hold(server, home.with_name(f"{home.name}.ready"))


if __name__ == "__main__":
    main()
