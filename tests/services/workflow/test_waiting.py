"""Timers and messages of the host."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.workflow.models import Instance, PublishedMessage, Subscription, Task, Timer
from services.workflow.problems import MessageKnown
from services.workflow.waiting import kept, messages
from services.workflow.waiting.incidents import retry_incident
from services.workflow.waiting.timers import timers_due
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone

CATCH = "intermediateCatchEvent"
HOUR = timedelta(hours=1)


TIMED = file(
    process(start(), node(CATCH, "t", timer("Duration", "=span")), user("z"), end(), flows("s t z e"))
)


def test_timers_fire_when_they_are_due_the_oldest_first(house):
    house.deploy(TIMED)
    late = house.start(span="PT3H")
    soon = house.start(span="PT1H")
    assert not house.fire_timer()
    house.clock.moment += timedelta(hours=1, seconds=-1)
    assert not house.fire_timer()
    house.clock.moment += timedelta(seconds=1)
    assert house.fire_timer()
    assert not house.fire_timer()
    assert [t.instance_key for t in house.rows(Timer)] == [late]
    house.clock.moment += 2 * HOUR
    assert house.fire_timer()
    assert house.past("timer_fired") == ["t", "t"]
    assert [i.key for i in house.rows(Instance)] == [late, soon]
    assert house.open_tasks() == ["z", "z"]


def test_a_timer_keeps_what_it_was_reckoned_from(house):
    house.deploy(TIMED)
    house.start(span="PT3H")
    [row] = house.rows(Timer)
    assert (row.source, row.started_at, row.due_at) == (
        "=span",
        house.clock.now(),
        house.clock.now() + 3 * HOUR,
    )
    assert row.calendar_version == house.runtime.calendar.version
    assert row.policy_version == house.runtime.policy.version


def test_the_clock_only_looks_without_work(house):
    house.deploy(TIMED)
    house.start(span="PT1H")
    with house.runtime.reading() as session:
        assert not timers_due(session, house.clock.now())
        assert timers_due(session, house.clock.now() + HOUR)


def test_a_broken_instance_does_not_stop_the_clock_of_others(house):
    house.deploy(TIMED)
    broken, sound = house.start(span="PT1H"), house.start(span="PT2H")
    with house.work() as work:
        work.session.execute(sa.update(Instance).where(Instance.key == broken).values(tokens=b"not tokens"))
    house.clock.moment += 3 * HOUR
    assert house.fire_timer()
    assert not house.fire_timer(), "all at once, each instance by itself where one is broken"
    [row] = house.rows(Timer)
    assert (row.instance_key, row.attempts) == (broken, 1)
    assert row.next_at > house.clock.now()
    assert [t.instance_key for t in house.rows(Task)] == [sound]
    for _ in range(5):
        house.clock.moment += HOUR
        house.fire_timer()
    assert [i.kind for i in house.incidents()] == ["TIMER_ERROR"]


def test_a_timer_that_failed_fires_when_the_cause_is_mended(house):
    late = marked("task", "late", caseState="GRANTED")
    clock = node(CATCH, "t", timer("Duration", "PT1H"))
    house.deploy(file(process(start(), clock, late, end(), flows("s t late e"))))
    house.start()
    for _ in range(5):
        house.clock.moment += HOUR
        assert house.fire_timer()
    [incident] = house.incidents()
    assert house.instance().status == "ACTIVE"
    with house.work() as work:
        work.session.execute(sa.update(Instance).values(case_state="UNDER_REVIEW"))
    with house.work() as work:
        retry_incident(work, incident.key, "boss")
    assert house.fire_timer()
    assert house.instance().status == "COMPLETED"
    assert house.intact()


def test_a_warning_repeats_and_goes_when_its_task_is_done(house):
    house.deploy(
        file(
            process(
                start(),
                user("a", ext('assignmentDefinition candidateGroups="clerk"')),
                boundary("w", "a", timer("Cycle", "R/PT1H"), interrupting=False),
                end(),
                end("e2"),
                flows("s a e", "w e2"),
            )
        )
    )
    house.start()
    for _ in range(3):
        house.clock.moment += HOUR
        assert house.fire_timer()
    assert house.past("timer_fired") == ["w"] * 3
    house.complete("a", someone("ann", "clerk"))
    assert house.rows(Timer) == []
    assert house.instance().status == "COMPLETED"


WAITS = file(
    process(start(), node(CATCH, "c", message("m")), user("z"), end(), flows("s c z e")),
    extra=message_def("m", "resubmitted"),
)


def test_a_message_reaches_the_one_who_waits(house):
    house.deploy(WAITS)
    house.start()
    house.publish("resubmitted", key="another-case")
    house.publish("other")
    assert house.open_tasks() == []
    house.publish("resubmitted", variables={"round": 2})
    assert house.open_tasks() == ["z"]
    assert house.variables() == {"round": 2}
    assert house.rows(Subscription) == []


def test_an_early_message_waits_for_its_catcher(house):
    house.deploy(WAITS)
    house.publish("resubmitted", variables={"round": 2}, seconds_to_live=60)
    house.start()
    assert house.open_tasks() == ["z"]
    assert house.variables() == {"round": 2}


def test_a_message_without_time_to_live_does_not_wait(house):
    house.deploy(WAITS)
    house.publish("resubmitted")
    house.start()
    assert house.open_tasks() == []
    with house.work() as work:
        assert kept.drop_expired_messages(work)
    assert house.rows(PublishedMessage) == []


def test_one_catcher_only_and_in_order(house):
    house.deploy(WAITS)
    first = house.start()
    house.start()
    house.publish("resubmitted", variables={"n": 1}, seconds_to_live=60)
    assert house.variables(first) == {"n": 1}
    assert len(house.open_tasks()) == 1
    house.publish("resubmitted", variables={"n": 2}, seconds_to_live=60)
    assert len(house.open_tasks()) == 2


def test_a_message_id_counts_once(house):
    house.deploy(WAITS)
    house.publish("resubmitted", message_id="x", seconds_to_live=60)
    with pytest.raises(MessageKnown):
        house.publish("resubmitted", message_id="x", seconds_to_live=60)
    house.publish("resubmitted", key="another", message_id="x", seconds_to_live=60)
    assert len(house.rows(PublishedMessage)) == 2


def test_a_message_and_its_catcher_that_crossed_are_brought_together(house):
    house.deploy(WAITS)
    house.publish("resubmitted", seconds_to_live=60)
    with house.work() as work:
        work.session.execute(sa.update(PublishedMessage).values(caught_by=1))
    house.start()
    with house.work() as work:
        work.session.execute(sa.update(PublishedMessage).values(caught_by=None))
    assert house.open_tasks() == []
    with house.runtime.reading() as session:
        assert messages.messages_waiting(session, house.clock.now())
    with house.work() as work:
        assert messages.match_message(work)
    assert house.open_tasks() == ["z"]
    with house.work() as work:
        assert not messages.match_message(work)
