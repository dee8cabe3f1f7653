"""Messages that end or change a case against people who work on it, at once, on PostgreSQL.

Each race is run many times on cases of their own. Whoever comes second finds the case as the first left it:
the tokens, the tables and the case's state always fit together.
"""

from functools import partial
from uuid import uuid5

import pytest

from services.workflow.models import Job, Task, Timer
from services.workflow.waiting import jobs, timers
from tests.rig import CASE
from tests.services.workflow.house import House
from tests.services.workflow.racing import THE_CASE, Case, check, race

ROUNDS, CONFLICT = 12, 409


@pytest.fixture
def cases(house_on_postgres: House):
    """Cases in HANDLING, one for each round."""
    house_on_postgres.deploy(THE_CASE)

    def begin(number: int) -> Case:
        case_id = uuid5(CASE, f"round {number}")
        return Case(house_on_postgres, case_id, house_on_postgres.start(case_id=case_id))

    return [begin(number) for number in range(ROUNDS)]


def test_a_termination_races_with_the_work(cases):
    for number, case in enumerate(cases):
        told, done = race(case, number, case.terminate, case.complete("a"))
        assert (told, case.instance().case_state) == ("aid_terminated", "TERMINATING")
        assert done in ("COMPLETED", CONFLICT)
        assert case.past("task_completed") == (done == "COMPLETED")
        assert case.answers() == ["MessageCorrelated"]
        check(case)
    assert cases[0].house.intact()


def test_a_change_of_the_handler_races_with_the_end_of_the_work(cases):
    for number, case in enumerate(cases):
        _, done = race(case, number, case.change, case.complete("a"))
        first = "MessageRefused" if done == "COMPLETED" else "MessageCorrelated"
        assert case.answers() == [first], "exactly one of them comes first"
        assert case.instance().case_state == ("CLOSING_REVIEW" if done == "COMPLETED" else "HANDLING")
        check(case)
    assert cases[0].house.intact()


def test_a_termination_races_with_the_last_task(cases):
    for number, case in enumerate(cases):
        with case.house.work() as work:
            case.complete("a")(work)
        _, done = race(case, number, case.terminate, case.complete("z"))
        told = ["MessageRefused"] if done == "COMPLETED" else ["MessageCorrelated"]
        assert case.answers() == told, "archived or terminated, never both"
        ended = ("COMPLETED", "ARCHIVED") if done == "COMPLETED" else ("ACTIVE", "TERMINATING")
        assert (case.instance().status, case.instance().case_state) == ended
        check(case)
    assert cases[0].house.intact()


def test_a_termination_races_with_a_change_of_the_handler(cases):
    for number, case in enumerate(cases):
        race(case, number, case.terminate, case.change)
        changed = case.past("message_correlated") == 2
        assert case.answers() == ["MessageCorrelated", "MessageCorrelated" if changed else "MessageRefused"]
        assert case.instance().case_state == "TERMINATING"
        check(case)
    assert cases[0].house.intact()


def test_two_terminations_of_one_case(cases):
    for number, case in enumerate(cases):
        race(case, number, case.terminate, case.terminate, case.terminate)
        assert case.answers() == ["MessageCorrelated", "MessageRefused", "MessageRefused"]
        assert len(case.house.rows(Task, instance_key=case.key, element_id="over")) == 1
        check(case)
    assert cases[0].house.intact()


def test_a_termination_races_with_the_clock_and_a_worker(cases):
    cases[0].house.clock.moment = cases[0].house.clock.moment.replace(month=10)
    for number, case in enumerate(cases):
        [print_job] = case.house.rows(Job, instance_key=case.key)
        done = partial(jobs.complete_job, key=print_job.key, variables={})
        race(case, number, case.terminate, timers.fire_due_timers, done)
        assert case.instance().case_state == "TERMINATING"
        assert case.answers() == ["MessageCorrelated"]
    for case in cases:
        check(case)
    assert cases[0].house.intact()


def test_a_pause_races_with_the_clock(cases):
    cases[0].house.clock.moment = cases[0].house.clock.moment.replace(month=10)
    for number, case in enumerate(cases):
        race(case, number, case.suspend, timers.fire_due_timers)
        assert "paused" in case.open_tasks()
    for case in cases:
        check(case)
        fired = case.past("timer_fired")
        assert fired == (0 if case.house.rows(Timer, instance_key=case.key) else 1)
    assert not timers_due_now(cases[0].house)
    assert cases[0].house.intact()


def timers_due_now(house):
    """Whether the clock sees anything to do."""
    with house.runtime.reading() as session:
        return timers.timers_due(session, house.clock.now())


def test_everything_at_once(cases):
    for number, case in enumerate(cases):
        race(case, number, case.terminate, case.change, case.complete("a"), case.terminate)
        assert case.instance().case_state == "TERMINATING"
        assert case.answers().count("MessageCorrelated") in (1, 2)
        check(case)
    assert cases[0].house.intact()
