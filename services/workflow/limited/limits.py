"""What reading the files of one deployment may cost, and how the kernel holds a process to it."""

from __future__ import annotations

import resource
import signal
from dataclasses import dataclass
from typing import Self

from shared.settings import Settings

_WALL = 3


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

    No descriptor can be opened any more: no file and no connection, whatever a document asks for.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit(resource.RLIMIT_CPU, limits.seconds)
    _limit(resource.RLIMIT_AS, limits.megabytes * 1024 * 1024)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    signal.setitimer(signal.ITIMER_REAL, limits.wall)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    kept = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (kept, kept))
