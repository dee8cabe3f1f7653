"""What the machine must have: programs and the Debian package that brings each."""

import os
import shutil
import socket
from contextlib import ExitStack
from glob import glob
from pathlib import Path

PACKAGES = {
    "initdb": "postgresql",
    "postgres": "postgresql",
    "rabbitmq-server": "rabbitmq-server",
    "epmd": "erlang-base",
    "nginx": "nginx-light",
}

# Debian keeps these away from a plain user's PATH; the rabbitmq-server on the PATH is a wrapper that
# insists on the account "rabbitmq", so the one behind it is looked for first.
FOLDERS = ("/usr/lib/rabbitmq/bin", *sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True), "/usr/sbin")


class ProgramMissing(RuntimeError):
    """A server program is not on this machine."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing: install the Debian package {PACKAGES[name]}")


class ServerFailed(RuntimeError):
    """A private server did not become ready in time."""


def program(name: str) -> str:
    """The full path of a server program, or ProgramMissing with the package to install."""
    found = shutil.which(name, path=os.pathsep.join((*FOLDERS, os.environ.get("PATH", os.defpath))))
    if found is None:
        raise ProgramMissing(name)
    return found


def free_ports(count: int) -> list[int]:
    """Different TCP ports of the loopback interface that nobody listens on at this moment."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def free_port(remembered: Path) -> int:
    """The port noted in a file while it is still free, else a new one, which is noted there."""
    port = int(remembered.read_text()) if remembered.exists() else 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    remembered.write_text(str(port))
    return port
