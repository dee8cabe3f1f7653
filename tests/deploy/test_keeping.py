"""keep.sh: what was killed comes back alone, without what its predecessor left behind."""

import os
import signal
from pathlib import Path

from deploy.keeping import end, keep_running
from tests.servers import eventually, gone

SERVER = """sleep 300 & echo $! >>"$1"; wait"""


def noted(file: Path) -> list[int]:
    """The process ids that stand in a file, one a line."""
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def test_what_a_killed_server_left_behind_goes_before_the_next_start(tmp_path: Path) -> None:
    pidfile, workers = tmp_path / "pid", tmp_path / "workers"
    keeper = keep_running(["sh", "-c", SERVER, "server", str(workers)], pidfile, tmp_path / "log", {})
    try:
        assert eventually(lambda: len(noted(workers)) == 1)
        killed = noted(pidfile)
        os.kill(killed[0], signal.SIGKILL)
        assert eventually(lambda: len(noted(workers)) == 2 and noted(pidfile) != killed)
        orphan, successor = noted(workers)
        assert gone(orphan)
        assert not gone(successor)
    finally:
        end(keeper, pidfile, signal.SIGTERM)
    assert eventually(lambda: all(map(gone, noted(workers))))
