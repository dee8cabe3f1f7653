"""Changes of a running instance against people who work on it, at once, on PostgreSQL: one comes first, and
whoever comes second finds the instance as the first left it.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
import sqlalchemy as sa

from services.workflow.changing.batches import start_batch, work_off
from services.workflow.changing.migration import Plan, migrate_instance
from services.workflow.changing.suspension import suspend_instance
from services.workflow.human import tasks
from services.workflow.instances import cancel_instance
from services.workflow.models import BatchItem, BatchOperation, History, Instance, Task, Timer
from services.workflow.models.batches import CANCEL
from shared.errors import Rejected
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import House, someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
ROUNDS, CONFLICT = 4, 409


def version(*way):
    """A line of tasks, the first with a deadline."""
    late = boundary("late", "a", timer("Duration", "P3D"))
    return file(
        process(
            start(), late, *(user(id, CLERK) for id in way), end(), flows(f"s {' '.join(way)} e", "late e")
        )
    )


@pytest.fixture
def lines(house_on_postgres: House):
    """Instances of the first version, one for each round; the key of the second."""
    house_on_postgres.deploy(version("a", "b"))
    keys = [house_on_postgres.start() for _ in range(ROUNDS)]
    [(second, _)] = house_on_postgres.deploy(version("a", "c"))
    return house_on_postgres, keys, second


def race(house, number, change, key):
    """Change and complete at once, one of them a little later from round to round; how the work ended."""
    ready = Barrier(2)
    [task] = house.rows(Task, instance_key=key)
    work_done = partial(tasks.complete_task, key=task.key, person=ANN, revision=None, answers={})

    def run(act, late):
        ready.wait()
        time.sleep(0.004 * late)
        try:
            with house.runtime.transaction() as work:
                act(work)
        except Rejected as refused:
            return refused.status
        return "done"

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(run, change, number % 2), pool.submit(run, work_done, number // 2)
        return first.result(), second.result()


def left(house, key):
    """The open tasks and waits of an instance."""
    rows = [*house.rows(Task, instance_key=key, status="CREATED"), *house.rows(Timer, instance_key=key)]
    return sorted(row.element_id for row in rows)


def test_migrating_races_with_completing(lines):
    house, keys, second = lines
    for number, key in enumerate(keys):
        change = partial(migrate_instance, key=key, plan=Plan(second, {"b": "c"}), by="boss")
        assert race(house, number, change, key) == ("done", "done")
        assert left(house, key) == ["c"], "before or after: the second version's second task is open"
        [instance] = house.rows(Instance, key=key)
        tasks_now = house.rows(Task, instance_key=key)
        assert (instance.version, tasks_now[-1].version) == (2, 2)
    assert house.intact()


def test_cancelling_and_suspending_race_with_completing(lines):
    house, keys, _ = lines
    for number, key in enumerate(keys):
        change = cancel_instance if number in (0, 3) else suspend_instance
        changed, worked = race(house, number, partial(change, key=key, by="boss"), key)
        assert (changed, worked in ("done", CONFLICT)) == ("done", True)
        done = len(house.rows(History, instance_key=key, kind="task_completed"))
        assert done == (worked == "done")
        remains = [] if change is cancel_instance else (["b"] if done else ["a", "late"])
        assert left(house, key) == remains
    assert house.intact()


def test_two_clocks_work_off_one_batch(lines):
    house, _, _ = lines
    with house.work() as work:
        start_batch(work, CANCEL, sa.select(Instance), "boss")

    def clock(_):
        done = 0
        for _ in range(2 * ROUNDS):
            with house.runtime.transaction() as work:
                done += work_off(work)
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(clock, range(2))) == ROUNDS + 1, "each once, and the batch is closed once"
    assert [row.status for row in house.rows(BatchItem)] == ["COMPLETED"] * ROUNDS
    assert house.rows(BatchOperation)[0].status == "COMPLETED"
    assert len(house.rows(History, kind="instance_cancelled")) == ROUNDS
