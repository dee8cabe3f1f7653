"""Named points where a process may die; tests stop it there, in service they cost one call.

A test installs a callable with `watch`; it gets `<service>.<point>` and may raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

POINTS = (
    "web.before_commit",
    "web.after_commit",
    "relay.before_publish",
    "relay.after_publish",
    "relay.after_confirm",
    "relay.after_mark",
    "consumer.before_commit",
    "consumer.after_commit",
    "consumer.after_ack",
    "clock.before_commit",
    "clock.after_commit",
)

_watchers: list[Callable[[str], None]] = []


def reached(service: str, point: str) -> None:
    """Tell the watching test, if any, that the process stands at this point."""
    for watcher in _watchers:
        watcher(f"{service}.{point}")


@contextmanager
def watch(watcher: Callable[[str], None]) -> Iterator[None]:
    """Call `watcher` at every point reached inside the block."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)
