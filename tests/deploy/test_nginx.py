"""nginx before the services: floods, endless bodies and forged addresses end there, and politely."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from deploy import nginx
from deploy.machine import free_ports, program
from shared.web.safety import HEADERS

pytestmark = pytest.mark.servers
LOGIN, TOKEN = "/identity/login", "/identity/oauth/token"
FILES = {"file": ("a.txt", b"a")}


class Echo(BaseHTTPRequestHandler):
    """A service that says which headers it was given."""

    def do_POST(self) -> None:
        """Answer with the headers."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def running(folder: Path, *proxies: str) -> Iterator[httpx.Client]:
    """nginx as it is deployed, but with one request a minute and one more at once; all services are Echo."""
    service = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    (port,) = free_ports(1)
    text = nginx.render(
        rates=dict.fromkeys(nginx.RATES, 1), proxies=proxies, user="root" if os.geteuid() == 0 else None,
        run=folder, mime_types="/etc/nginx/mime.types", access_log="off", listen=f"127.0.0.1:{port}",
        upstream=f"127.0.0.1:{service.server_port}", pages=nginx.HERE / "pages", static=folder,
    )  # fmt: skip
    (folder / "nginx.conf").write_text(text)
    command = [program("nginx"), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            wait_for(client)
            yield client
    finally:
        process.terminate()
        process.wait(10)
        service.shutdown()
        service.server_close()


def wait_for(client: httpx.Client) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            client.get("/nginx-health")
        except httpx.TransportError:
            assert time.monotonic() < until
            time.sleep(0.02)
        else:
            return


def check_own(answer: httpx.Response, kind: str) -> None:
    assert answer.headers["Content-Type"].startswith(kind)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "nginx/" not in answer.text + answer.headers["Server"]


def test_floods_end_before_the_services(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        assert [client.post(LOGIN).status_code for _ in range(3)] == [200, 200, 429]
        assert [client.get(LOGIN).status_code for _ in range(4)] == [200] * 4
        assert [client.post(TOKEN).status_code for _ in range(3)] == [200, 200, 429]
        assert [client.post("/intake/x", files=FILES).status_code for _ in range(3)] == [200, 200, 429]
        assert [client.post("/intake/x", data={"a": "b"}).status_code for _ in range(4)] == [200] * 4
        page, problem = client.post(LOGIN), client.post(TOKEN)
        check_own(page, "text/html")
        assert "请过一分钟再试" in page.text
        check_own(problem, "application/problem+json")
        assert problem.json()["status"] == 429
        assert page.headers["Retry-After"] == problem.headers["Retry-After"] == "60"


def test_a_body_beyond_all_measure_ends_before_the_services(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        for path, kind in (("/intake/x", "text/html"), ("/v2/deployments", "application/problem+json")):
            connection = HTTPConnection("127.0.0.1", client.base_url.port)
            connection.putrequest("POST", path)
            connection.putheader("Content-Length", str(128 * 1024 * 1024 + 1))
            connection.endheaders()  # it is refused before anything of it is sent
            told = connection.getresponse()
            check_own(httpx.Response(told.status, headers=told.getheaders(), content=told.read()), kind)
            assert told.status == 413
            connection.close()


def test_an_address_that_a_client_claims_is_replaced(tmp_path: Path) -> None:
    claim = {"X-Forwarded-For": "203.0.113.9"}
    with running(tmp_path) as client:
        assert client.get("/", headers=claim).json()["X-Forwarded-For"] == "127.0.0.1"


def test_what_a_proxy_in_front_reports_is_believed(tmp_path: Path) -> None:
    claim = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    with running(tmp_path, "127.0.0.1/32") as client:
        assert client.get("/", headers=claim).json()["X-Forwarded-For"] == "203.0.113.9"
        assert [client.post(LOGIN, headers=claim).status_code for _ in range(3)] == [200, 200, 429]
        other = {"X-Forwarded-For": "203.0.113.10"}
        assert client.post(LOGIN, headers=other).status_code == 200
