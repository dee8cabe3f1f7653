"""What reading the files of one deployment may cost, and how the kernel holds a process to it."""

from __future__ import annotations

import os
import resource
import signal
import sys
from dataclasses import dataclass
from typing import Any, Self

from shared.settings import Settings

_WALL = 3
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Limits:
    """`seconds` of CPU, `wall` seconds by the clock, `megabytes` of address space."""

    seconds: int
    wall: float
    megabytes: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits in force; a busy machine gets more time by the clock than by the CPU."""
        seconds = settings.deployment_seconds
        return cls(seconds, seconds * _WALL, settings.deployment_megabytes)


def confine(limits: Limits) -> None:
    """Hold this process to the limits, for good: the kernel ends it, whatever code it is in.

    Python code in it can open no connection, start no program and write no file any more. The XML parser,
    which is not Python, is told so by its options.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit(resource.RLIMIT_CPU, limits.seconds)
    _limit(resource.RLIMIT_AS, limits.megabytes * 1024 * 1024)
    _limit(resource.RLIMIT_CORE, 0)
    signal.setitimer(signal.ITIMER_REAL, limits.wall)
    sys.addaudithook(_refuse)


def _refuse(event: str, details: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN) or (event == "open" and details[2] & _WRITING):
        raise PermissionError(f"{event} while files from outside are read")


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    kept = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (kept, kept))
