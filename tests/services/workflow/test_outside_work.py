"""Jobs that outside workers do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.workflow import instances
from services.workflow.models import Incident
from services.workflow.problems import CaseAsItStands
from services.workflow.waiting import incidents, jobs
from services.workflow.waiting.activation import Asking, activate_jobs
from services.workflow.waiting.aftermath import AGAIN, UNDER_WAY, WENT_ON, aftermath_of
from shared.clock import SystemClock
from shared.messaging.contract import JobFailed
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    file,
    flows,
    io,
    job,
    marked,
    process,
    start,
    user,
)

ASKING = Asking(type="print-letter", worker="w", most=1, timeout=timedelta(minutes=1))
OUTSIDE = file(
    process(
        start(),
        job("j", type="print-letter", retries="2"),
        boundary("b", "j", error("bad")),
        user("mend"),
        user("z"),
        end(),
        flows("s j z e", "b mend e"),
    ),
    extra=error_def("bad", "BAD"),
)


@pytest.fixture
def outside(house):
    house.deploy(OUTSIDE)
    house.start()
    return house


def test_work_of_outsiders_waits_without_a_command(outside):
    assert outside.job("j").status == "CREATED"
    assert outside.commands() == []
    with outside.work() as work:
        jobs.complete_job(work, outside.job("j").key, {"pages": 3})
    assert outside.variables() == {"pages": 3}
    with pytest.raises(CaseAsItStands), outside.work() as work:
        jobs.complete_job(work, outside.job("j").key, {})


def test_an_outsider_may_fail_until_no_attempt_is_left(outside):
    key = outside.job("j").key
    with outside.work() as work:
        jobs.fail_job(work, key, "no paper")
    assert outside.job("j").status == "BACKING_OFF"
    outside.hurry_jobs()
    assert outside.job("j").status == "CREATED"
    with outside.work() as work:
        jobs.fail_job(work, key, "no paper", retries=0)
    [incident] = outside.incidents()
    assert incident.reason == "no paper"
    with outside.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert outside.job("j").status == "CREATED"


def test_a_retry_tells_what_became_of_it(outside):
    def state():
        with outside.runtime.reading() as session:
            return aftermath_of(session, session.get(Incident, incident.key)).state

    fail(outside)
    [incident] = outside.incidents()
    with outside.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert state() == UNDER_WAY
    with outside.work() as work:
        activate_jobs(work, ASKING, sa.true())
    assert state() == UNDER_WAY
    fail(outside)
    assert state() == AGAIN
    with outside.work() as work:
        jobs.complete_job(work, outside.job("j").key, {})
    assert state() == WENT_ON


def fail(house):
    with house.work() as work:
        jobs.fail_job(work, house.job("j").key, "no paper", retries=0)


def test_the_model_says_how_long_our_own_services_are_given_too(house):
    task = marked(
        "serviceTask", "j", extra=('taskDefinition type="review.note_deadline"',), retryBackoff="PT1H"
    )
    mapped = io("in mark = &quot;warn_50&quot;", "in due = due").replace("<extensionElements>", "")
    house.deploy(
        file(process(start(), task.replace("</extensionElements>", mapped, 1), end(), flows("s j e")))
    )
    house.start(due="2026-10-01T00:00:00Z")
    before = SystemClock().now()
    house.answer("j", JobFailed(case_id=CASE, reason="broken"))
    assert house.job("j").status == "BACKING_OFF"
    assert 3600 <= (house.job("j").next_at - before).total_seconds() < 3620


def test_a_cancelled_activity_takes_its_job_from_the_worker(outside):
    with outside.work() as work:
        activate_jobs(work, ASKING, sa.true())
    with outside.work() as work:
        instances.cancel_instance(work, outside.instance().key, "boss")
    assert outside.job("j").status == "CANCELED"
    with pytest.raises(CaseAsItStands), outside.work() as work:
        jobs.complete_job(work, outside.job("j").key, {})


def test_an_outsider_may_throw_an_error(outside):
    with outside.work() as work:
        assert jobs.throw_job_error(work, outside.job("j").key, "BAD", "torn", {"why": "torn"})
    assert outside.open_tasks() == ["mend"]
    assert outside.job("j").status == "ERROR_THROWN"
    assert outside.variables() == {"why": "torn"}


def test_an_error_nobody_catches_is_an_incident(outside):
    with outside.work() as work:
        assert not jobs.throw_job_error(work, outside.job("j").key, "ODD", "odd", {})
    [incident] = outside.incidents()
    assert (incident.kind, incident.job_key) == ("UNHANDLED_ERROR_EVENT", outside.job("j").key)
    assert outside.job("j").status == "FAILED"
    with outside.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert (outside.job("j").status, outside.incidents()) == ("CREATED", [])


def test_workers_that_ask_at_once_share_the_jobs(outside):
    outside.start()

    def take(_):
        with outside.runtime.transaction() as work:
            return [handed.job.key for handed in activate_jobs(work, ASKING, sa.true())]

    with ThreadPoolExecutor(3) as pool:
        taken = [key for keys in pool.map(take, range(3)) for key in keys]
    assert sorted(taken) == sorted(j.key for j in outside.rows(jobs.Job))
