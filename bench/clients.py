"""Clients that cost next to nothing, since they share the processor with what they measure."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.servers import environment_of
from shared.settings import Settings

_ROOT = Path(__file__).parents[1]
_PATIENCE_SECONDS = 60.0
_BETWEEN_CONNECTIONS = 25  # requests, so that both workers get their share of the clients


class Refused(Exception):
    """The service did not do what it was asked; the text is its answer."""


@contextmanager
def web(settings: Settings, workers: int = 2) -> Iterator[Path]:
    """The workflow service behind gunicorn as in a deployment; gives its Unix socket."""
    address = settings.keys_dir.parent / "web.sock"
    command = [
        sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "services.workflow.app:create_app()",
        "--bind", f"unix:{address}", "--workers", str(workers), "--log-level", "warning",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=_ROOT, env=environment_of(settings)) as process:
        try:
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()


def post(path: str, token: str, body: Any) -> bytes:
    """A request as it goes over the line."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def drive(address: Path, requests: Sequence[bytes], clients: int = 8) -> tuple[float, list[float]]:
    """Send all of them, each client one after the other; seconds altogether and of each, in no order."""
    shares = [requests[mine::clients] for mine in range(clients)]
    taken: list[float] = []
    faults: list[Exception] = []
    began = time.perf_counter()
    threads = [threading.Thread(target=_client, args=(address, share, taken, faults)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return time.perf_counter() - began, taken


def _client(address: Path, share: Sequence[bytes], taken: list[float], faults: list[Exception]) -> None:
    try:
        for start in range(0, len(share), _BETWEEN_CONNECTIONS):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(_PATIENCE_SECONDS)
                line.connect(str(address))
                for request in share[start : start + _BETWEEN_CONNECTIONS]:
                    began = time.perf_counter()
                    _ask(line, request)
                    taken.append(time.perf_counter() - began)
    except (OSError, Refused) as fault:
        faults.append(fault)


def _ask(line: socket.socket, request: bytes) -> None:
    line.sendall(request)
    answer = line.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += _more(line)
    head, _, content = answer.partition(b"\r\n\r\n")
    length = _length(head)
    while len(content) < length:
        content += _more(line)
    if not head.startswith(b"HTTP/1.1 20"):
        raise Refused((head.partition(b"\r\n")[0] + content)[:500].decode(errors="replace"))


def _more(line: socket.socket) -> bytes:
    part = line.recv(65536)
    if not part:
        raise Refused("the connection was closed")
    return part


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _wait_for(address: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as line:
            if line.connect_ex(str(address)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the service did not start")
