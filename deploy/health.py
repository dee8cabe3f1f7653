"""Whether the processes of the full stack do their work: for `make stack` and the health checks of compose.

`python -m deploy.health web review` asks the web process of this container,
`python -m deploy.health worker review` looks whether its worker can reach what it works with.
"""

import http.client
import socket
import sys
import urllib.request
from urllib.parse import urlsplit

from shared.settings import Settings

SECONDS = 4
DEFAULT_PORTS = {"amqp": 5672, "postgresql+psycopg": 5432}


def web_answers(address: str, service: str) -> bool:
    """Whether the service behind the address says that it and its database are well."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/{service}/health", timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def reachable(url: str) -> bool:
    """Whether somebody listens at the server that the URL names; a file is always there."""
    parts = urlsplit(url)
    if parts.hostname is None:
        return True
    try:
        socket.create_connection((parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]), SECONDS).close()
    except OSError:
        return False
    return True


def main(kind: str, service: str) -> int:
    """0 when well, 1 when not."""
    if kind == "web":
        return int(not web_answers("http://127.0.0.1:8000", service))
    settings = Settings.from_env()
    return int(not all(map(reachable, (settings.database_of(service), settings.transport_url))))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
