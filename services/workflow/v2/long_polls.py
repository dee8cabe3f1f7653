"""Answers that wait a while for something to hand out, without keeping a transaction open.

A waiting request keeps one thread of its server, so only some may wait at once in a process: the others
are answered at once, as if they had not asked for waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Found = TypeVar("Found")
WAITING_AT_ONCE = 4
"""Half of the threads that a web process has."""
LONGEST_SECONDS = 15.0
"""Shorter than a server waits for its last requests when it is told to stop."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 0.5
_places = threading.BoundedSemaphore(WAITING_AT_ONCE)


def patiently(look: Callable[[], Sequence[Found]], seconds: float) -> Sequence[Found]:
    """What `look` finds, looking again until it finds something or the time is over."""
    found = look()
    if found or seconds <= 0 or not _places.acquire(blocking=False):
        return found
    try:
        return _wait(look, time.monotonic() + min(seconds, LONGEST_SECONDS))
    finally:
        _places.release()


def _wait(look: Callable[[], Sequence[Found]], until: float) -> Sequence[Found]:
    found: Sequence[Found] = ()
    pause = _FIRST_PAUSE
    while not found and (left := until - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        found = look()
    return found
