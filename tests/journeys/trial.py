"""The trial as people start it: `python -m services run` in a process of its own, to be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from deploy.health import web_answers
from services.system import SERVICES
from tests.embedded import settings_of
from tests.rig import ROOT

_PATIENCE_SECONDS = 60


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Trial:
    """One process, its folder and its address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = folder.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings, as environment variables."""
        settings = settings_of(self.folder)
        names = ("environment", "database_url", "transport_url", "keys_dir", "files_dir")
        return {**os.environ, "PUBLIC_URL": self.url} | {n.upper(): str(getattr(settings, n)) for n in names}

    def start(self) -> None:
        """Start it, and wait until every service answers."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "services", "run"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text()[-3000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """End it with everything it started, at once, as a power cut does."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def command(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run another command of `python -m services` on the same files."""
        return subprocess.run(
            [sys.executable, "-m", "services", name], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, check=False, timeout=_PATIENCE_SECONDS,
        )  # fmt: skip

    def _answers(self) -> bool:
        return all(web_answers(self.url, name) for name in SERVICES)
