"""Two acts on PostgreSQL, stepped: the second begins when the first has done all but its commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic
from typing import Any

import sqlalchemy as sa

from shared.errors import Problem
from tests.services.workflow.house import House

Act = Callable[[Any], Any]
_PATIENCE = 20.0  # seconds, before a test that hangs gives up
_BLOCKED = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def one_after_the_other(house: House, first: Act, second: Act) -> tuple[Any, Any]:
    """`first` holds all its locks until `second` is done or waits for one; what each came to."""
    brink, go = Event(), Event()

    def held(work: Any) -> Any:
        result = first(work)
        work.session.flush()
        brink.set()
        assert go.wait(_PATIENCE)
        return result

    with ThreadPoolExecutor(2) as pool:
        try:
            earlier = pool.submit(outcome, house, held, brink)
            assert brink.wait(_PATIENCE)
            later = pool.submit(outcome, house, second)
            _until_it_waits(house, later)
        finally:
            go.set()
        return earlier.result(_PATIENCE), later.result(_PATIENCE)


def at_once(house: House, *acts: Act) -> tuple[Any, ...]:
    """All begin together; what each came to."""
    ready = Barrier(len(acts))

    def begin(act: Act) -> Any:
        ready.wait(_PATIENCE)
        return outcome(house, act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return tuple(pool.map(begin, acts))


def outcome(house: House, act: Act, brink: Event | None = None) -> Any:
    """What an act returned, or the kind of problem a person would be told; anything else is raised."""
    try:
        with house.runtime.transaction() as work:
            return act(work)
    except Problem as refused:
        return type(refused).__name__
    finally:
        if brink is not None:
            brink.set()


def _until_it_waits(house: House, later: Future[Any]) -> None:
    end = monotonic() + _PATIENCE
    with house.runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not later.done() and not connection.scalar(_BLOCKED):
            assert monotonic() < end, "the second neither ends nor waits for a lock"
