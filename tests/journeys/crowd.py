"""The web processes of the full stack, several for each service, each asked by itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from deploy import nginx
from tests.servers import eventually
from tests.stack import FullStack

_ELSEWHERE = {
    "identity": "account", "workflow": "tasks", "intake": "cases", "roster": "members", "notify": "messages",
}  # fmt: skip
"""Which page of a service everybody with that right may ask for; of the others the panel of no case."""


def worker_pids(stack: FullStack, service: str) -> list[int]:
    """The processes of gunicorn that answer for the service."""
    master = stack.pid(f"{service}-web")
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


@contextmanager
def crowded(stack: FullStack) -> Iterator[dict[str, list[int]]]:
    """One process more for each service than it had; their ids by service."""
    before = {service: len(worker_pids(stack, service)) for service in nginx.services()}

    def signalled(number: int, more: int) -> bool:
        for service in before:
            os.kill(stack.pid(f"{service}-web"), number)
        return eventually(lambda: all(len(worker_pids(stack, s)) == n + more for s, n in before.items()))

    assert signalled(signal.SIGTTIN, 1)
    try:
        yield {service: worker_pids(stack, service) for service in before}
    finally:
        signalled(signal.SIGTTOU, 0)


def statuses(stack: FullStack, crowd: dict[str, list[int]], tokens: list[str]) -> list[set[int]]:
    """What the processes answer, by token: 401 where it counts no more."""
    found: list[set[int]] = [set() for _ in tokens]
    for service, pids in crowd.items():
        path = f"/{service}/{_ELSEWHERE.get(service, f'cases/{uuid4()}/panel')}"
        for pid in pids:
            transport = httpx.HTTPTransport(uds=str(Path(stack.settings["RUN_DIR"], f"{service}.sock")))
            with alone(pid, pids), httpx.Client(transport=transport, base_url=stack.url, timeout=60) as http:
                for token, answers in zip(tokens, found, strict=True):
                    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
                    answers.add(http.get(path, headers=headers).status_code)
    return found


@contextmanager
def alone(pid: int, pids: list[int]) -> Iterator[None]:
    """The other processes of the service stand still meanwhile, so that this one answers."""
    with ExitStack() as standing:
        for other in pids:
            if other != pid:
                os.kill(other, signal.SIGSTOP)
                standing.callback(os.kill, other, signal.SIGCONT)
        yield
