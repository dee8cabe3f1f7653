"""Waiting requests: not longer than asked, not more than there is room for."""

import threading
import time

import pytest

from services.workflow.v2 import long_polls
from services.workflow.v2.long_polls import WAITING_AT_ONCE, patiently


def empty_until(looks):
    """Finds something at the n-th look; how often was looked."""
    seen = []

    def look():
        seen.append(1)
        return ["job"] if len(seen) >= looks else []

    return look, seen


@pytest.mark.parametrize(("looks", "seconds", "found", "most"), [
    (1, 5, ["job"], 1), (3, 5, ["job"], 3), (99, 0.25, [], 4), (99, 0, [], 1), (99, -1, [], 1),
])  # fmt: skip
def test_it_looks_until_something_is_there_or_the_time_is_over(looks, seconds, found, most):
    look, seen = empty_until(looks)
    assert patiently(look, seconds) == found
    assert len(seen) == most or (seconds == 0.25 and 2 <= len(seen) <= most)


def test_nobody_waits_longer_than_the_server_would(monkeypatch):
    monkeypatch.setattr(long_polls, "LONGEST_SECONDS", 0.1)
    began = time.monotonic()
    assert patiently(list, 3600) == []
    assert time.monotonic() - began < 5


def test_who_finds_no_room_to_wait_is_answered_at_once():
    go_on, waiting = threading.Event(), threading.Semaphore(0)

    def wait():
        looks = []

        def look():
            looks.append(1)
            if len(looks) == 2:  # the first look is before it asks for room
                waiting.release()
            return ["job"] if go_on.is_set() else []

        patiently(look, 10)

    waiters = [threading.Thread(target=wait) for _ in range(WAITING_AT_ONCE)]
    for waiter in waiters:
        waiter.start()
    try:
        assert all(waiting.acquire(timeout=10) for _ in waiters)
        look, seen = empty_until(2)
        assert patiently(look, 10) == []
        assert len(seen) == 1
    finally:
        go_on.set()
        for waiter in waiters:
            waiter.join()
    assert patiently(empty_until(2)[0], 10) == ["job"], "the places are free again"
