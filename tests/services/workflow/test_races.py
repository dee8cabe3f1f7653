"""Two acts on one instance at once, on PostgreSQL: one wins, the other is told or changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from services.workflow import instances
from services.workflow.human import tasks
from services.workflow.models import Job
from services.workflow.problems import (
    CaseAsItStands,
    IncidentOver,
    InstanceOver,
    MessageKnown,
    TaskOver,
    TaskTaken,
)
from services.workflow.waiting import incidents, jobs, timers
from services.workflow.waiting.activation import Asking, activate_jobs
from services.workflow.waiting.messages import publish_message
from shared.errors import Rejected
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    job,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import House, someone

CLERK = ext('assignmentDefinition candidateGroups="clerk"')
ANN, BEN = someone("ann", "clerk"), someone("ben", "clerk")
GUARDED = file(
    process(
        start(),
        user("a", CLERK),
        boundary("late", "a", timer("Duration", "PT1H")),
        user("done", CLERK),
        user("over", CLERK),
        end(),
        flows("s a done e", "late over e"),
    )
)
AFTER_JOB = file(process(start(), job("j", type="print"), user("z", CLERK), end(), flows("s j z e")))
WAITS = file(
    process(
        start(), node("intermediateCatchEvent", "c", message("m")), user("z", CLERK), end(), flows("s c z e")
    ),
    extra=message_def("m", "m"),
)
STARTS = file(
    process(start("s", message("m")), user("z", CLERK), end(), flows("s z e")),
    extra=message_def("m", "m", None),
)
Act = Callable[[Any], Any]


def race(house: House, *acts: Act) -> list[Any]:
    """Do the acts at once, each in its own transaction; what each returned or was refused with."""
    ready = Barrier(len(acts))

    def run(act: Act) -> Any:
        ready.wait()
        try:
            with house.runtime.transaction() as work:
                return act(work)
        except Rejected as refused:
            return type(refused)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def guarded(house_on_postgres: House) -> House:
    house_on_postgres.deploy(GUARDED)
    house_on_postgres.start()
    return house_on_postgres


def test_a_task_completed_twice_at_once_is_completed_once(guarded):
    key = guarded.task("a").key
    results = race(guarded, *[lambda work: tasks.complete_task(work, key, ANN, None, {}).status] * 3)
    assert sorted(results, key=str) == sorted(["COMPLETED", TaskOver, TaskOver], key=str)
    assert guarded.open_tasks() == ["done"]
    assert len(guarded.submissions()) == 1
    assert guarded.intact()


def test_a_task_claimed_by_two_belongs_to_one(guarded):
    key = guarded.task("a").key
    results = race(
        guarded,
        lambda work: tasks.claim_task(work, key, ANN).assignee,
        lambda work: tasks.claim_task(work, key, BEN).assignee,
    )
    assert TaskTaken in results
    assert guarded.task("a").assignee in results


def test_completing_races_with_the_deadline(guarded):
    key = guarded.task("a").key
    guarded.clock.moment += timedelta(hours=1)
    completed, fired = race(
        guarded,
        lambda work: tasks.complete_task(work, key, ANN, None, {}).status,
        timers.fire_due_timers,
    )
    assert (completed, guarded.open_tasks()) in [("COMPLETED", ["done"]), (TaskOver, ["over"])]
    assert fired in (True, False)  # False: the instance was busy, the clock would look again
    assert not guarded.fire_timer()
    assert guarded.intact()


def test_completing_races_with_cancelling(guarded):
    key, instance = guarded.task("a").key, guarded.instance().key
    completed, _ = race(
        guarded,
        lambda work: tasks.complete_task(work, key, ANN, None, {}).status,
        lambda work: instances.cancel_instance(work, instance, "boss"),
    )
    assert completed in ("COMPLETED", InstanceOver, TaskOver)
    assert guarded.open_tasks() == []
    assert guarded.instance().status == "TERMINATED"
    assert guarded.intact()


def test_two_clocks_fire_a_timer_once(guarded):
    guarded.clock.moment += timedelta(hours=1)
    race(guarded, *[timers.fire_due_timers] * 3)
    assert guarded.past("timer_fired") == ["late"]
    assert guarded.open_tasks() == ["over"]


def test_two_workers_report_one_job(house_on_postgres):
    house_on_postgres.deploy(AFTER_JOB)
    house_on_postgres.start()
    key = house_on_postgres.job("j").key
    results = race(house_on_postgres, *[lambda work: jobs.complete_job(work, key, {})] * 2)
    assert sorted(results, key=str) == sorted([None, CaseAsItStands], key=str)
    assert house_on_postgres.open_tasks() == ["z"]


def test_workers_that_ask_at_once_share_the_jobs(house_on_postgres):
    house_on_postgres.deploy(AFTER_JOB)
    for _ in range(3):
        house_on_postgres.start()
    asking = Asking(type="print", worker="w", most=2, timeout=timedelta(minutes=1))
    take: Act = lambda work: [handed.job.key for handed in activate_jobs(work, asking, sa.true())]  # noqa: E731
    taken = [key for keys in race(house_on_postgres, take, take, take) for key in keys]
    assert len(taken) == len(set(taken))
    left = [j.key for j in house_on_postgres.rows(Job, status="CREATED")]
    assert sorted(taken + left) == sorted(j.key for j in house_on_postgres.rows(Job))
    assert len(taken) >= 2


def test_a_report_races_with_the_time_out(house_on_postgres):
    house_on_postgres.deploy(AFTER_JOB)
    house_on_postgres.start()
    key = house_on_postgres.job("j").key
    asking = Asking(type="print", worker="w", most=1, timeout=timedelta(0))
    with house_on_postgres.work() as work:
        activate_jobs(work, asking, sa.true())
    race(house_on_postgres, lambda work: jobs.complete_job(work, key, {}), jobs.retry_due_job)
    assert (house_on_postgres.open_tasks(), house_on_postgres.job("j").status) == (["z"], "COMPLETED")
    assert len(house_on_postgres.past("job_completed")) == 1
    assert house_on_postgres.intact()


def test_two_retries_of_one_incident(house_on_postgres):
    house_on_postgres.deploy(AFTER_JOB.replace(b'retries="3"', b'retries="=n"'))
    house_on_postgres.start(n="many")
    [incident] = house_on_postgres.incidents()
    results = race(
        house_on_postgres, *[lambda work: incidents.retry_incident(work, incident.key, "boss")] * 2
    )
    assert sorted(results, key=str) == sorted([None, IncidentOver], key=str)
    assert len(house_on_postgres.past("incident_raised")) == 2
    assert house_on_postgres.intact()


def test_two_messages_for_one_catcher(house_on_postgres):
    house_on_postgres.deploy(WAITS)
    house_on_postgres.start()
    send: Act = lambda work: publish_message(work, "m", str(CASE), {}, seconds_to_live=60).caught_by  # noqa: E731
    results = race(house_on_postgres, send, send)
    assert sorted(results, key=str) == sorted([house_on_postgres.instance().key, None], key=str)
    assert house_on_postgres.open_tasks() == ["z"]


def test_two_messages_start_one_process(house_on_postgres):
    house_on_postgres.deploy(STARTS)
    send: Act = lambda work: publish_message(work, "m", str(CASE), {}, seconds_to_live=60).caught_by  # noqa: E731
    results = race(house_on_postgres, send, send, send)
    assert sorted(results, key=str) == sorted([house_on_postgres.instance().key, None, None], key=str)
    assert house_on_postgres.open_tasks() == ["z"]


def test_one_message_id_published_at_once_is_known(house_on_postgres):
    send: Act = lambda work: publish_message(work, "m", "k", {}, message_id="x", seconds_to_live=60).name  # noqa: E731
    results = race(house_on_postgres, send, send)
    assert sorted(results, key=str) == sorted(["m", MessageKnown], key=str)


def test_a_message_races_with_cancelling(house_on_postgres):
    house_on_postgres.deploy(WAITS)
    instance = house_on_postgres.start()
    race(
        house_on_postgres,
        lambda work: publish_message(work, "m", str(CASE), {}),
        lambda work: instances.cancel_instance(work, instance, "boss"),
    )
    assert house_on_postgres.instance().status == "TERMINATED"
    assert house_on_postgres.open_tasks() == []
    assert house_on_postgres.intact()
