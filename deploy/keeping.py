"""Running a server under keep.sh, so that one that was killed comes back by itself, with its data."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.machine import ServerFailed

KEEP = Path(__file__).with_name("keep.sh")


def keep_running(
    command: list[str], pidfile: Path, log: Path, options: Mapping[str, Any]
) -> "subprocess.Popen[bytes]":
    """Run a server in a session of its own, so that Ctrl-C reaches only its caller; `options` go to Popen."""
    # Handed over already open: the account of the server need not be able to read this checkout.
    with KEEP.open() as script, log.open("ab") as output:
        return subprocess.Popen(
            ["/bin/sh", "-s", str(pidfile), *command],
            stdin=script, stdout=output, stderr=output, start_new_session=True, **options,
        )  # fmt: skip


def wait_until(answers: Callable[[], bool], title: str, log: Path, seconds: float = 120) -> None:
    """Return when `answers()` is true; after `seconds` raise ServerFailed with the end of the log."""
    limit = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > limit:
            end_of_log = log.read_text(errors="replace")[-2000:]
            raise ServerFailed(f"{title} is not ready after {seconds:.0f} s:\n{end_of_log}")
        time.sleep(0.1)


def end(keeper: "subprocess.Popen[bytes]", pidfile: Path, polite: signal.Signals, seconds: int = 20) -> None:
    """Ask the kept command to end for good, and kill what is still there after `seconds`."""
    keeper.send_signal(signal.SIGUSR1)
    # Nothing to ask when it ended by itself a moment ago, or never came so far as to be noted.
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(int(pidfile.read_text()), polite)
    try:
        keeper.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(keeper.pid, signal.SIGKILL)
        keeper.wait()
