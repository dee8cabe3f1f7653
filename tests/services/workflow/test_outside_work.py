"""Jobs that outside workers do."""

import pytest

from services.workflow import incidents, jobs
from services.workflow.problems import CaseAsItStands
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    file,
    flows,
    job,
    process,
    start,
    user,
)

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
