"""Cancelling an instance, and stopping it for a while: nothing moves, nothing is lost."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from services.workflow.changing.suspension import resume_instance, suspend_instance
from services.workflow.instances import cancel_instance
from services.workflow.models import History, Incident, Job, PublishedMessage, Subscription, Task, Timer
from services.workflow.problems import CaseEndsOtherwise, InstanceSuspended, NotSuspended
from services.workflow.waiting import jobs
from services.workflow.waiting.held import held_answers_wait
from services.workflow.waiting.kept import drop_expired_messages
from services.workflow.waiting.messages import match_message
from services.workflow.waiting.timers import timers_due
from shared.contracts.review import DeadlineNoted
from shared.messaging.contract import JobFailed
from tests.rig import CASE, START
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    io,
    job,
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
from tests.services.workflow.pages.conftest import words

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
DAY = timedelta(days=1)
NOTE = node(
    "serviceTask", "note",
    (ext('taskDefinition type="review.note_deadline"') + io("in mark = &quot;warn_50&quot;", "in due = due"))
    .replace("</extensionElements><extensionElements>", ""),
)  # fmt: skip
CALL = node("callActivity", "call", ext('calledElement processId="inner"'))
MANY = file(
    process(
        start(), node("parallelGateway", "fork"), user("a", CLERK),
        boundary("late", "a", timer("Duration", "P3D")), job("j", type="print"), NOTE,
        node("intermediateCatchEvent", "c", message("m")), CALL, user("z", CLERK), end(), end("e2"),
        end("e3"), end("e4"), end("e5"),
        flows("s fork a e", "fork j e2", "fork note z e3", "fork c e4", "fork call e5", "late e"),
    ),
    process(start(), user("within", CLERK), end(), flows("s within e"), id="inner"),
    extra=message_def("m", "m"),
)  # fmt: skip


@pytest.fixture
def many(house):
    """Everything that an instance can wait for, at once."""
    house.deploy(MANY)
    house.start(due="2026-10-01T00:00:00Z")
    return house


def act(house, what, **more):
    with house.work() as work:
        return what(work, house.instance().key, "boss", "moved", **more)


def test_cancelling_ends_everything_and_says_who_and_why(many):
    for _ in range(3):  # makes an incident
        with many.work() as work:
            jobs.fail_job(work, many.job("j").key, "no paper")
        many.hurry_jobs()
    assert len(many.incidents()) == 1
    act(many, cancel_instance)
    assert many.instance().status == "TERMINATED"
    assert (many.open_tasks(), many.rows(Timer), many.rows(Subscription), many.incidents()) == (
        [],
        [],
        [],
        [],
    )
    assert {row.status for row in many.rows(Job)} == {"CANCELED"}
    assert {row.status for row in many.rows(Incident)} == {"RESOLVED"}
    [entry] = many.rows(History, kind="instance_cancelled")
    assert entry.body == {"by": "boss", "reason": "moved"}
    assert many.intact()


def test_an_instance_that_leads_a_case_is_not_cancelled(house):
    house.deploy(
        file(process(start(), marked("userTask", "a", caseState="SUBMITTED"), end(), flows("s a e")))
    )
    house.start()
    with pytest.raises(CaseEndsOtherwise):
        act(house, cancel_instance)
    assert house.open_tasks() == ["a"]


def test_a_suspended_instance_refuses_people_and_workers(many):
    act(many, suspend_instance)
    with pytest.raises(InstanceSuspended):
        many.complete("a", ANN)
    with pytest.raises(InstanceSuspended), many.work() as work:
        jobs.complete_job(work, many.job("j").key, {})
    with pytest.raises(InstanceSuspended):
        act(many, suspend_instance)
    assert {task.suspended for task in many.rows(Task)} == {True}
    act(many, resume_instance)
    many.complete("a", ANN)
    with pytest.raises(NotSuspended):
        act(many, resume_instance)
    assert {task.suspended for task in many.rows(Task)} == {False}


def test_its_timers_stand_still_and_go_on_where_they_stood(many):
    [before] = many.rows(Timer)
    act(many, suspend_instance)
    since = many.instance().suspended_at
    many.clock.moment += 10 * DAY
    with many.runtime.reading() as session:
        assert not timers_due(session, many.clock.now())
    assert not many.fire_timer()
    act(many, resume_instance)
    [after] = many.rows(Timer)
    assert after.due_at == many.runtime.calendar.moved_on(before.due_at, since, many.clock.now())
    assert after.due_at >= before.due_at + 10 * DAY
    assert not many.fire_timer()
    many.clock.moment = after.due_at
    assert many.fire_timer()
    assert many.past("timer_fired") == ["late"]


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_message_that_comes_meanwhile_waits_however_short_its_life(many, seconds):
    act(many, suspend_instance)
    many.publish("m", seconds_to_live=seconds, variables={"n": 1})
    with many.work() as work:
        assert not match_message(work)
        work.session.execute(sa.update(PublishedMessage).values(expires_at=START.replace(year=2000)))
    with many.work() as work:
        assert not drop_expired_messages(work)
    act(many, resume_instance)
    with many.work() as work:
        assert match_message(work)
    assert many.rows(Subscription) == []
    assert many.variables()["n"] == 1


def test_a_message_from_before_is_not_given_a_longer_life(house):
    house.deploy(MANY)
    house.publish("m", seconds_to_live=3600)
    with house.work() as work:
        work.session.execute(sa.update(PublishedMessage).values(expires_at=START.replace(year=2000)))
    house.start(due="2026-10-01T00:00:00Z")
    act(house, suspend_instance)
    act(house, resume_instance)
    with house.work() as work:
        assert not match_message(work)


@pytest.mark.parametrize("answer", [DeadlineNoted(case_id=CASE), JobFailed(case_id=CASE, reason="no")])
def test_an_answer_that_comes_meanwhile_is_kept(many, answer):
    act(many, suspend_instance)
    many.answer("note", answer)
    assert many.job("note").status == "SENT"
    many.hurry_jobs()
    with many.work() as work:
        assert not jobs.take_held_answer(work)
    act(many, resume_instance)
    many.hurry_jobs()
    with many.work() as work:
        assert jobs.take_held_answer(work)
    ended = many.job("note").status
    assert (ended, "z" in many.open_tasks()) in [("COMPLETED", True), ("BACKING_OFF", False)]
    assert (ended == "COMPLETED") == isinstance(answer, DeadlineNoted)
    with many.runtime.reading() as session:
        assert not held_answers_wait(session, many.clock.now())


def test_without_an_answer_it_is_asked_again_after_the_usual_time_only(many):
    act(many, suspend_instance)
    with many.work() as work:
        work.session.execute(sa.update(Job).values(next_at=START.replace(year=2000)))
    act(many, resume_instance)
    with many.work() as work:
        assert not jobs.retry_due_job(work)
    assert many.job("note").attempts == 1


def test_a_suspended_instance_can_be_cancelled(many):
    act(many, suspend_instance)
    act(many, cancel_instance)
    assert (many.instance().status, many.instance().suspended_at) == ("TERMINATED", None)
    assert many.rows(Timer) == []


def test_managers_do_it_over_the_api(many):
    key, owner = many.instance().key, many.client("process_owner")
    there = f"/v2/process-instances/{key}"
    assert many.client("reviewer").post(f"{there}/suspension").status_code == 403
    assert many.client("process_owner", at="/other/").post(f"{there}/cancellation").status_code == 404
    assert owner.post(f"{there}/resumption").status_code == 409
    assert owner.post(f"{there}/suspension", json={"reason": "audit"}).status_code == 204
    shown = owner.get(there).get_json()
    assert (shown["state"], shown["suspendedDate"] is not None) == ("SUSPENDED", True)
    task = many.task("a").key
    answer = many.client("clerk", who="ann").post(f"/v2/user-tasks/{task}/completion")
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    inbox = html.fromstring(many.client("clerk", who="ann").get("/workflow/tasks").text)
    assert "已暂停" in words(inbox)
    assert "恢复以后才能办理" in many.client("clerk", who="ann").get(f"/workflow/tasks/{task}").text
    assert owner.post(f"{there}/resumption").status_code == 204
    assert owner.post(f"{there}/cancellation", json={"reason": "x", "no": 1}).status_code == 400
    assert owner.post(f"{there}/cancellation", json={"reason": "x"}).status_code == 204
    assert owner.get(there).get_json()["state"] == "TERMINATED"
