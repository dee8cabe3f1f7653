"""Reading the files of a deployment: under limits in another process, and then, if it said yes, here.

Only JSON comes back, so a reader gone wild cannot hand us objects. What passed is read once more here,
which costs no more than it did there: the limits hold for both.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from services.workflow.deploying.deployment_checks import Fault
from services.workflow.deploying.reading import Read, Resource, read_files, size_faults
from services.workflow.limited.limits import Limits
from services.workflow.limited.process import EXHAUSTED
from services.workflow.problems import DeploymentRefused

log = logging.getLogger(__name__)
_ROOT = Path(__file__).parents[3]
_LIMITS = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGALRM, EXHAUSTED)


class Reader:
    """One process that reads; begun when it is first needed and again whenever it is gone."""

    def __init__(self, grace: float = 20.0) -> None:
        """`grace`: seconds beyond the limit by the clock, to start and to answer on a busy machine."""
        self._grace = grace
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def faults(self, resources: Sequence[Resource], limits: Limits) -> list[Fault]:
        """What is wrong with the files, that they are too much for the limits included."""
        with self._lock:
            try:
                answer = self._ask(resources, limits)
            except (OSError, ValueError):  # somebody ended it, or the timer below did
                log.warning("the process that reads deployments is gone")
                self._close()
                answer = {"faults": [], "status": 1}
        found = [Fault(**fault) for faults in answer["faults"] for fault in faults]
        if answer["status"] != 0:
            place = len(answer["faults"])
            found.append(_broke_off([*resources, ("", b"")][place][0], answer["status"]))
        return found

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._close()

    def _ask(self, resources: Sequence[Resource], limits: Limits) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        watch = Timer(limits.wall + self._grace, _kill, [process])
        watch.start()
        try:
            files = [(name, len(content)) for name, content in resources]
            head = json.dumps({"limits": asdict(limits), "files": files})
            process.stdin.write(head.encode() + b"\n" + b"".join(content for _, content in resources))
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer
        finally:
            watch.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        """The process; one of before a fork belongs to the parent and is left alone."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._close()
            self._process, self._owner = _begin(), os.getpid()
        return self._process

    def _close(self) -> None:
        if self._process is not None and self._owner == os.getpid():
            _kill(self._process)
            with suppress(OSError):  # what was not written yet goes nowhere
                self._process.communicate()
        self._process = None


READER = Reader()
atexit.register(READER.close)


def read_limited(resources: Sequence[Resource], limits: Limits) -> Read:
    """The files somebody handed in; raises DeploymentRefused with every fault that the files have."""
    faults = size_faults(resources) or READER.faults(resources, limits)
    if faults:
        raise DeploymentRefused(faults=[fault.as_dict() for fault in faults])
    return read_files(resources)


def _begin() -> subprocess.Popen[bytes]:
    """It gets none of our settings: they hold passwords."""
    found = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])  # the same packages as here
    environment = {"PYTHONPATH": found, "PATH": os.defpath, "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "services.workflow.limited.process"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, start_new_session=True)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # its fork too


def _broke_off(resource: str, status: int) -> Fault:
    if status in _LIMITS:
        return Fault(
            resource, "", "reading-limits", "太大或太复杂,在规定的时间和内存内没有读完",
            "too large or too complex to be read within the limits of time and memory",
            "把它拆成几个文件,减少元素和表达式",
            "split it into several files, with fewer elements and expressions",
        )  # fmt: skip
    log.error("reading a deployment ended with status %s", status)
    return Fault(
        resource, "", "reading-failed", "读取文件的程序出错,没有读完",
        "the reader of files failed on it", "再部署一次;仍然不行时用建模器重新导出文件,或者联系系统管理员",
        "deploy it once more; if that fails, export it again from the modeller or ask an administrator",
    )  # fmt: skip
