"""Whether timers fire in time when very many wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bench.cloning import clone
from bench.house import House, house
from bench.measuring import Figure, percentile
from bench.models import DEADLINE
from services.workflow.models import ElementInstance, Instance, Timer
from services.workflow.models.instances import ACTIVE
from shared.service import Runtime
from shared.worker import run

_WAITING = 100_000
_RATE = 500
_SECONDS = 10
_PATIENCE_SECONDS = 120.0
_FAR = datetime(2100, 1, 1, tzinfo=UTC)


def _measure() -> float:
    with house(DEADLINE) as opened:
        return lateness(opened, _WAITING, _RATE, _SECONDS)


def lateness(opened: House, waiting: int, rate: int, seconds: float) -> float:
    """The 99th percentile of seconds from due to fired, when all that were due fired."""
    template = opened.start("deadline", of_case=False, due=_FAR.isoformat())
    clone(opened.runtime.engine, template.key, waiting)
    due = int(rate * seconds)
    _make_due(opened, due, rate)
    with _worker(opened):
        _wait(opened, waiting + 1 - due, seconds + _PATIENCE_SECONDS)
    return percentile(_late(opened), 99)


def _make_due(opened: House, count: int, rate: int) -> None:
    """So many fall due from two seconds on, evenly."""
    first = datetime.now(UTC) + timedelta(seconds=2)
    numbered = sa.select(Timer.key, sa.func.row_number().over(order_by=Timer.key).label("n"))
    chosen = numbered.order_by(Timer.key).limit(count).subquery()
    at = sa.literal(first) + chosen.c.n * sa.literal(timedelta(seconds=1) / rate)
    with opened.runtime.engine.begin() as connection:
        connection.execute(sa.update(Timer).where(Timer.key == chosen.c.key).values(due_at=at, next_at=at))


@contextmanager
def _worker(opened: House) -> Iterator[None]:
    """The worker of a deployment, on the connections of its own, in a thread of this process."""
    runtime, stop = Runtime(opened.runtime.service, opened.settings), threading.Event()
    working = threading.Thread(target=run, args=(runtime, stop))
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()
        runtime.close()


def _wait(opened: House, left: int, patience: float) -> None:
    waited, pause = 0.0, threading.Event()
    running = sa.select(sa.func.count()).select_from(Timer)
    while waited < patience:
        pause.wait(0.5)
        waited += 0.5
        with opened.runtime.reading() as session:
            if session.scalar(running) == left:
                return
    raise TimeoutError(f"not all timers fired within {patience:g} s")


def _late(opened: House) -> list[float]:
    """The history says when each was due; its element instance ended when it fired."""
    fired = sa.text(
        "SELECT extract(epoch FROM e.ended_at - (h.body->>'due')::timestamptz) FROM history h "
        "JOIN element_instance e ON e.key = (h.body->>'key')::bigint WHERE h.kind = 'timer_fired'"
    )
    with opened.runtime.reading() as session:
        assert session.scalar(sa.select(Instance.key).where(Instance.status != ACTIVE).limit(1))
        assert session.scalar(sa.select(ElementInstance.key).limit(1))
        return [float(late) for late in session.scalars(fired)]


FIGURE = Figure(
    "timers",
    f"99th percentile of how late a timer fires, {_RATE} due per second for {_SECONDS} s among {_WAITING:,} "
    "that wait, each of another process which then ends, one worker, PostgreSQL with fsync; all fired",
    1,
    "s",
    _measure,
)
