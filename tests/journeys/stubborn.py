"""A person who does not give up: what was cut off is asked again until somebody answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import httpx

_PATIENCE_SECONDS = 90
_GATEWAY = range(500, 600)


class Stubborn(httpx.BaseTransport):
    """Asks again after a lost connection or a server's fault.

    Whoever repeats an act that was kept after all is told so (409): for a stubborn person it is done.
    `before(n)` is called before the n-th act (anything but looking).
    """

    def __init__(self, before: Callable[[int], None] = lambda _: None) -> None:
        self._inner = httpx.HTTPTransport()
        self._before = before
        self._acts = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer in the end."""
        if request.method != "GET":
            self._acts += 1
            self._before(self._acts)
        until, again = time.monotonic() + _PATIENCE_SECONDS, False
        while True:
            answer = self._try(request)
            if answer is not None and answer.status_code not in _GATEWAY:
                done = again and answer.status_code == 409
                return httpx.Response(200, json={}) if done else answer
            assert time.monotonic() < until, f"{request.url.path}: {answer}"
            again = True
            time.sleep(0.1)

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()

    def _try(self, request: httpx.Request) -> httpx.Response | None:
        request.read()
        try:
            with closing(self._inner.handle_request(request)) as answer:
                answer.read()
        except httpx.TransportError:
            return None
        return answer
