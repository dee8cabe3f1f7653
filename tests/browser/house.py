"""The trial as a person starts it: `python -m services run`, in a folder and on a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60


@dataclass
class House:
    """A running system: its address, its folder and its process."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        """Everything the system printed so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=_PATIENCE_SECONDS)


def start_house(folder: Path) -> House:
    """Start the system and wait until it answers."""
    address = f"http://127.0.0.1:{_free_port()}"
    settings = {
        "ENVIRONMENT": "test", "PUBLIC_URL": address, "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{folder}/{{service}}.db", "TRANSPORT_URL": f"sqlite:///{folder}/messages.db",
        "KEYS_DIR": str(folder / "keys"), "FILES_DIR": str(folder / "files"), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services", "run"], cwd=ROOT, env={**os.environ, **settings},
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    house = House(address, folder, process)
    _wait(house)
    return house


def _wait(house: House) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and house.process.poll() is None:
        try:
            httpx.get(f"{house.address}/identity/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    house.process.kill()
    raise RuntimeError(f"the system did not start:\n{house.log[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
