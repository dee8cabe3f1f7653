"""Two acts of people, clocks and messages at once on PostgreSQL, in both orders and together: one winner,
and whoever comes second is told what is so now. Two workers and cancelling: `test_races.py`; cases:
`test_case_races.py`; machines: `test_stepped_machines.py`.
"""

from functools import partial

from services.workflow.changing.variables import set_variables
from services.workflow.human import tasks
from services.workflow.instances import cancel_instance
from services.workflow.models import History, Task
from services.workflow.waiting import timers
from services.workflow.waiting.messages import publish_message
from tests.services.workflow.ring import ANN, BEN, ROUNDS, begun, fight, past, settled


def completing(house, key, who=ANN):
    """Complete the open task of an instance."""
    [task] = house.rows(Task, instance_key=key, status="CREATED")
    return lambda work: tasks.complete_task(work, task.key, who, None, {}).status


def claiming(house, key, who):
    """Take it."""
    [task] = house.rows(Task, instance_key=key, status="CREATED")
    return lambda work: tasks.claim_task(work, task.key, who).assignee


def telling(case_id):
    """Publish a message that lives for a minute."""
    return lambda work: publish_message(work, "m", str(case_id), {}, seconds_to_live=60).caught_by


def test_complete_and_complete(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "guarded", number)
        done = fight(ring, number, completing(ring, key), completing(ring, key))
        assert sorted(done) == ["COMPLETED", "TaskOver"]
        assert past(ring, key, "task_completed") == 1
        assert settled(ring, key) == ["z"]


def test_complete_and_timer(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "guarded", number)
        done, fired = fight(ring, number, completing(ring, key), timers.fire_due_timers)
        won = past(ring, key, "timer_fired") == 0
        assert done == ("COMPLETED" if won else "TaskOver")
        assert not (won and number == 1), "the timer came first"
        assert fired in (True, False) if number == 2 else fired is (number == 1)
        assert settled(ring, key) == (["z"] if won else ["over"])


def test_complete_and_variables_from_outside(ring):
    """Whoever had to wait for the process goes on with its variables as they are then."""
    for number in ROUNDS:
        key, _ = begun(ring, "seeing", number, n=1)
        giving = partial(set_variables, scope_key=key, values={"n": 2, "more": 1}, by="boss")
        fight(ring, number, giving, completing(ring, key))
        order = [h.kind for h in ring.rows(History, instance_key=key)]
        first = order.index("variables_given") < order.index("task_completed")
        assert ring.variables(key) == {"n": 2, "more": 1, "seen": 2 if first else 1}
        assert first is (number == 0) or number == 2
        assert settled(ring, key) == ["z"]


def test_claim_and_claim(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "guarded", number)
        took = fight(ring, number, claiming(ring, key, ANN), claiming(ring, key, BEN))
        [task] = ring.rows(Task, instance_key=key)
        assert sorted(took) == sorted(["TaskTaken", task.assignee])
        assert past(ring, key, "task_claimed") == 1
        settled(ring, key)


def test_claim_and_complete(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "guarded", number)
        took, done = fight(ring, number, claiming(ring, key, BEN), completing(ring, key, ANN))
        assert (took == str(BEN.id), done) in [(True, "NotYourTask"), (False, "COMPLETED")]
        assert took in (str(BEN.id), "TaskOver")
        assert settled(ring, key) == (["a"] if took == str(BEN.id) else ["z"])


def test_message_and_cancel(ring):
    for number in ROUNDS:
        key, case_id = begun(ring, "race", number)
        caught, _ = fight(ring, number, telling(case_id), partial(cancel_instance, key=key, by="boss"))
        assert caught in (key, None)
        assert past(ring, key, "message_correlated") == (caught is not None)
        assert settled(ring, key) == []


def test_message_and_an_interrupting_timer(ring):
    for number in ROUNDS:
        key, case_id = begun(ring, "guarded", number)
        caught, _ = fight(ring, number, telling(case_id), timers.fire_due_timers)
        assert past(ring, key, "timer_fired") == (caught is None)
        assert settled(ring, key) == (["over"] if caught is None else ["called"])


def test_message_and_timer_of_one_event_gateway(ring):
    for number in ROUNDS:
        key, case_id = begun(ring, "race", number)
        caught, _ = fight(ring, number, telling(case_id), timers.fire_due_timers)
        assert past(ring, key, "timer_fired") == (caught is None)
        assert settled(ring, key) == (["over"] if caught is None else ["z"])


def test_two_timers_of_one_instance(ring):
    for number in ROUNDS:
        key, _ = begun(ring, "two", number)
        fight(ring, number, timers.fire_due_timers, timers.fire_due_timers)
        assert past(ring, key, "timer_fired") in (1, 2)
        while past(ring, key, "timer_fired") < 2:  # one was busy: the clock comes again
            assert ring.fire_timer()
        assert settled(ring, key) == ["z"]
