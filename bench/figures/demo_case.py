"""What one whole case costs."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx

from bench.measuring import Figure
from bench.servers import settings_in
from demo.drive import Drive
from demo.stories import granted
from services.__main__ import prepare
from services.system import System

_CASES = 3


def _measure() -> float:
    with tempfile.TemporaryDirectory(prefix="fayuan-bench-") as home:
        settings = settings_in(Path(home), f"sqlite:///{home}/{{service}}.db")
        settings = replace(settings, transport_url=f"sqlite:///{home}/messages.db")
        prepare(settings)
        system = System(settings)
        try:
            drive(system)  # builds apps, compiles models and statements
            return min(drive(system) for _ in range(_CASES))
        finally:
            system.close()


def drive(system: System) -> float:
    """Milliseconds of processor time from the application to the archive."""
    transport = httpx.WSGITransport(app=system)
    with httpx.Client(transport=transport, base_url="http://127.0.0.1", timeout=None) as http:
        began = time.process_time()
        granted(Drive(http, lambda *_: None, pause=system.settle))
        return (time.process_time() - began) * 1000


FIGURE = Figure(
    "demo-case",
    "processor time of the demo's granted case from application to archive: nine services with their pages, "
    "files, messages and workers, and the driver, in one process on SQLite; logins (password hashing) "
    f"included; best of {_CASES}",
    None,
    "ms",
    _measure,
)
