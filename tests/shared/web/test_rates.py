"""A program's requests are counted: never more than its limit in a minute, however many processes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.database import engine_for
from shared.web.rates import SHARES, Allowance
from tests.rig import person

PROGRAM = person("program")
Process = Callable[..., Allowance]
NOON = 1_800_000_000.0 - 1_800_000_000.0 % 60


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/depot.db"


@pytest.fixture
def engines() -> Iterator[list[sa.Engine]]:
    made: list[sa.Engine] = []
    yield made
    for engine in made:
        engine.dispose()


@pytest.fixture
def process(engines: list[sa.Engine], url: str) -> Callable[..., Allowance]:
    """Makes the counter of one more process."""

    def start(database: str = url) -> Allowance:
        engines.append(engine_for(database, "depot"))
        return Allowance(engines[-1], "depot")

    return start


def granted(counter: Allowance, limit: int, times: int, at: float = NOON, program: UUID = PROGRAM) -> int:
    return sum(counter.take(program, limit, at) == 0 for _ in range(times))


@pytest.mark.parametrize("limit", [1, 7, 20, 21, 50])
def test_one_process_grants_the_limit_and_not_one_more(process: Process, limit: int) -> None:
    assert granted(process(), limit, limit + 5) == limit


def test_the_next_minute_begins_anew(process: Process) -> None:
    counter = process()
    assert granted(counter, 3, 4) == 3
    assert counter.take(PROGRAM, 3, NOON + 59.9) > 0
    assert granted(counter, 3, 4, NOON + 60) == 3


@pytest.mark.parametrize(("at", "wait"), [(0.0, 60), (0.5, 60), (1.0, 59), (59.5, 1)])
def test_who_is_refused_is_told_how_long_to_wait(process: Process, at: float, wait: int) -> None:
    counter = process()
    counter.take(PROGRAM, 1, NOON + at)
    assert counter.take(PROGRAM, 1, NOON + at) == wait


def test_programs_do_not_count_for_each_other(process: Process) -> None:
    counter = process()
    assert granted(counter, 2, 3) == 2
    assert granted(counter, 2, 3, program=person("another program")) == 2


def test_several_processes_share_one_limit(process: Process) -> None:
    """At most the limit together; at worst each other process keeps what is left of its share."""
    counters = [process() for _ in range(3)]
    limit, share = 50, 50 // SHARES
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(lambda counter: granted(counter, limit, 40), counters))
    assert limit - 2 * (share - 1) <= sum(counts) <= limit


def test_most_requests_ask_no_database(process: Process, engines: list[sa.Engine]) -> None:
    counter = process()
    counter.take(PROGRAM, 200, NOON)
    begun: list[object] = []
    sa.event.listen(engines[0], "begin", begun.append)
    assert granted(counter, 200, 209) == 199
    assert len(begun) == SHARES  # nineteen shares more, and the one that was no longer there


def test_a_lowered_limit_counts_what_was_taken_before(process: Process) -> None:
    granted(process(), 10, 10)
    assert granted(process(), 5, 1) == 0


@pytest.mark.servers
def test_processes_on_postgresql_share_one_limit(process: Process, postgres_url: str) -> None:
    counters = [process(postgres_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(lambda counter: granted(counter, 20, 15), counters))
    assert sum(counts) == 20
