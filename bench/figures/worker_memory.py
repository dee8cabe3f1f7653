"""Whether a worker that works for days keeps its size."""

import gc
import tempfile
from pathlib import Path

import sqlalchemy as sa

from bench.house import House
from bench.measuring import Figure
from bench.models import TICKING
from bench.servers import settings_in
from services.workflow.models import Instance
from shared.messaging.transport import transport_from
from shared.worker import Worker

_STEPS = 50_000
_INSTANCES = 20
_SETTLED = 0.1  # of the steps, after which caches are full


def _measure() -> float:
    with tempfile.TemporaryDirectory(prefix="fayuan-bench-") as home:
        opened = House(settings_in(Path(home), f"sqlite:///{home}/{{service}}.db"), TICKING)
        try:
            return growth(opened, _STEPS)
        finally:
            opened.runtime.close()


def growth(opened: House, steps: int) -> float:
    """Per cent by which the memory grew from a tenth of the steps to the last."""
    for _ in range(_INSTANCES):
        opened.start("ticking", stop=False)
    worker = Worker(opened.runtime, transport_from(opened.settings.transport_url, opened.runtime.keys))
    opened.runtime.nudged = lambda: None
    worker.bind()
    _work(opened, worker, int(steps * _SETTLED))
    before = _resident()
    _work(opened, worker, steps)
    return (_resident() / before - 1) * 100


def _work(opened: House, worker: Worker, until: int) -> None:
    while _steps(opened) < until:
        for _ in range(_INSTANCES):
            worker.step()


def _steps(opened: House) -> int:
    with opened.runtime.reading() as session:
        return int(session.scalar(sa.select(sa.func.sum(Instance.revision))) or 0)


def _resident() -> int:
    """Pages of memory that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1])


FIGURE = Figure(
    "worker-memory",
    f"growth of a workflow worker's memory from {int(_STEPS * _SETTLED):,} to {_STEPS:,} steps: {_INSTANCES} "
    "processes whose timers fire again and again, each time with all rows of a step, on SQLite",
    5,
    "%",
    _measure,
)
