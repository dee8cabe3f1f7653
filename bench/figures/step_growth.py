"""Whether a process gets slower the longer it lives."""

import statistics
import time
from collections.abc import Iterator

import sqlalchemy as sa

from bench.house import House, house
from bench.measuring import Figure
from bench.models import FORM, REWORK, REWORK_BESIDE
from services.workflow.models import Task
from services.workflow.models.tasks import CREATED

_ROUNDS = 200
_PAIRS = 150
_FRESH = 5  # a young process is used for so many steps


def _measure() -> float:
    with house(REWORK, REWORK_BESIDE, FORM) as opened:
        return max(growth(opened, process, _ROUNDS, _PAIRS) for process in ("rework", "rework-beside"))


def growth(opened: House, process: str, rounds: int, pairs: int) -> float:
    """The time of a step of an old process ÷ that of a young one, taken in turns."""
    old, young = _worker(opened, process), _young(opened, process)
    for _ in range(rounds):
        next(old)
    taken = [(next(old), next(young)) for _ in range(pairs)]
    return statistics.median(a for a, _ in taken) / statistics.median(b for _, b in taken)


def _young(opened: House, process: str) -> Iterator[float]:
    while True:
        steps = _worker(opened, process)
        for _ in range(_FRESH):
            yield next(steps)


def _worker(opened: House, process: str) -> Iterator[float]:
    """Seconds of each rework round of a new process."""
    instance = opened.start(process)
    waiting = sa.select(Task.key).where(
        Task.instance_key == instance.key, Task.element_id == "check", Task.status == CREATED
    )
    while True:
        with opened.runtime.reading() as session:
            key = session.scalars(waiting).one()
        began = time.perf_counter()
        opened.complete(key, again=True)
        yield time.perf_counter() - began


FIGURE = Figure(
    "step-growth",
    f"time of a step (complete a human task that then is opened again) after {_ROUNDS} rework rounds ÷ after "
    f"fewer than {_FRESH}, without and with an open parallel branch beside, the worse of both; medians of "
    f"{_PAIRS} steps each, taken in turns, on PostgreSQL with fsync",
    1.2,
    "",
    _measure,
)
