"""Work for outsiders, through the foreign client and over HTTP."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from camunda_orchestration_sdk import models

from services.workflow.models import ElementInstance, History
from services.workflow.waiting import incidents
from services.workflow.waiting.jobs import jobs_due
from tests.rig import CENTRE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    ext,
    file,
    flows,
    io,
    job,
    marked,
    node,
    process,
    start,
    user,
)
from tests.services.workflow.v2.test_user_tasks import refusal

HEADERS = '<zeebe:taskHeaders><zeebe:header key="paper" value="A4"/></zeebe:taskHeaders>'
MAPPED = ext('taskDefinition type="print" retries="2"').replace("</ext", HEADERS + "</ext") + io(
    "in copies = n + 1"
)
PRINT = file(
    process(
        start(),
        node("serviceTask", "j", MAPPED.replace("</extensionElements><extensionElements>", "")),
        boundary("b", "j", error("bad")),
        user("mend"),
        user("z"),
        end(),
        flows("s j z e", "b mend e"),
    ),
    extra=error_def("bad", "BAD"),
)


def slow(back_off="PT1H"):
    """A service task whose model says how long to wait after a failure."""
    task = marked("serviceTask", "j", extra=('taskDefinition type="print"',), retryBackoff=back_off)
    return file(process(start(), task, user("z"), end(), flows("s j z e")))


@pytest.fixture
def printing(house):
    house.deploy(PRINT)
    house.start(n=1)
    return house


def activate(client, most=5, timeout=60_000, **more):
    asked = {"type": "print", "timeout": timeout, "maxJobsToActivate": most, "requestTimeout": -1, **more}
    return client.activate_jobs(data=models.JobActivationRequest.from_dict(asked)).jobs


def ask(house, path, body=None, at=CENTRE, method="post"):
    client = house.client("integration", at=at)
    return getattr(client, method)(f"/v2/jobs/{path}", json=body or {})


def report(house, way, **body):
    return ask(house, f"{house.job('j').key}/{way}", body).status_code


def test_a_worker_is_given_all_it_needs(printing, sdk):
    before = datetime.now(UTC)
    [given] = activate(sdk("integration"), worker="ann")
    stored, instance = printing.job("j"), printing.instance()
    assert given.variables.to_dict() == {
        "copies": 2, "n": 1, "case_id": str(instance.case_id), "agency": CENTRE,
    }  # fmt: skip
    assert (given.type_, given.worker, given.retries, given.element_id) == ("print", "ann", 2, "j")
    assert given.custom_headers.to_dict() == {"paper": "A4"}
    assert (given.process_definition_id, given.process_definition_version) == ("p", 1)
    assert given.process_definition_key == str(instance.definition_key)
    assert given.element_instance_key == str(stored.element_key)
    assert given.deadline / 1000 == pytest.approx((before + timedelta(minutes=1)).timestamp(), abs=10)
    assert given.business_id == str(instance.case_id)
    assert given.job_lease_token is None


def test_only_wanted_variables_come_from_the_nearest_scope(house, sdk):
    inner = process(start(), job("j", type="print"), end(), flows("s j e"), id="inner")
    call = node("callActivity", "c", ext('calledElement processId="inner"') + io("in x = 5", "in y = n"))
    outer = process(
        start(),
        call.replace("</extensionElements><extensionElements>", ""),
        end(),
        flows("s c e"),
    )
    house.deploy(file(inner, outer))
    house.start(n=1, x=2)
    [given] = activate(sdk("integration"), fetchVariable=["x", "y", "missing"])
    assert given.variables.to_dict() == {"x": 5, "y": 1}
    assert given.process_definition_id == "inner"
    assert given.process_definition_key != str(house.instance().definition_key)


def test_two_workers_never_get_one_job_and_the_oldest_comes_first(printing, sdk):
    printing.start(n=2)
    client = sdk("integration")
    [first], [second] = activate(client, most=1), activate(client, most=1)
    assert (first.variables["n"], second.variables["n"]) == (1, 2)
    assert activate(client) == []


def test_what_is_ours_or_elsewhere_is_not_handed_out(printing, sdk):
    assert activate(sdk("integration", at="/other-city/")) == []
    assert refusal(lambda: activate(sdk("integration"), type="review.note_deadline")) == 400
    assert ask(printing, f"{printing.job('j').key}/completion", at="/other-city/").status_code == 404
    assert ask(printing, f"{2**70}/completion").status_code == 404
    assert printing.client("reviewer").post("/v2/jobs/activation", json={}).status_code == 403
    assert printing.job("j").status == "CREATED"


def test_waiting_ends_when_there_is_work_or_the_time_is_over(house, sdk):
    client = sdk("integration")
    began = time.monotonic()
    assert activate(client, requestTimeout=150) == []
    assert 0.15 <= time.monotonic() - began < 5
    house.deploy(PRINT)
    house.start(n=1)
    assert len(activate(client, requestTimeout=60_000)) == 1


def test_completing_takes_the_results_once(printing):
    assert report(printing, "completion", variables={"pages": 3}) == 204
    assert printing.open_tasks() == ["z"]
    assert printing.variables() == {"n": 1, "pages": 3}
    assert report(printing, "completion") == 409
    assert report(printing, "failure") == 409


@pytest.mark.parametrize(
    ("model", "asked", "seconds"), [(slow(), 0, 3600), (slow(), 5000, 5), (PRINT, 0, 1), (PRINT, 5000, 5)]
)
def test_how_long_a_failed_job_waits(house, sdk, model, asked, seconds):
    house.deploy(model)
    house.start(n=1)
    activate(sdk("integration"))
    before = datetime.now(UTC)
    assert report(house, "failure", retries=1, errorMessage="no paper", retryBackOff=asked) == 204
    failed = house.job("j")
    assert (failed.status, failed.retries, failed.problem) == ("BACKING_OFF", 1, "no paper")
    assert seconds <= (failed.next_at - before).total_seconds() < seconds + 20
    assert activate(sdk("integration")) == []
    house.hurry_jobs()
    assert len(activate(sdk("integration"))) == 1


def test_a_failure_keeps_its_variables_with_the_element(printing):
    assert report(printing, "failure", retries=1, variables={"copies": 9}) == 204
    element = printing.rows(ElementInstance, element_id="j")[0].key
    assert printing.variables(element) == {"copies": 9}
    assert printing.variables() == {"n": 1}


def test_no_attempt_left_is_an_incident_with_the_cause_and_a_retry_gives_them_back(printing, sdk):
    assert report(printing, "failure", errorMessage="no paper") == 204
    [incident] = printing.incidents()
    assert (incident.kind, incident.reason) == ("JOB_NO_RETRIES", "no paper")
    assert activate(sdk("integration")) == []
    with printing.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    [given] = activate(sdk("integration"))
    assert given.retries == 2


def test_time_out_counts_as_an_attempt_until_none_is_left(printing, sdk):
    client = sdk("integration")
    activate(client, worker="ann")
    printing.hurry_jobs()
    assert (printing.job("j").status, printing.job("j").retries) == ("CREATED", 1)
    assert printing.incidents() == []
    [again] = activate(client, worker="ben")
    assert again.retries == 1
    printing.hurry_jobs()
    [incident] = printing.incidents()
    assert incident.kind == "JOB_NO_RETRIES"
    assert "ben" in incident.reason
    assert activate(client) == []
    assert len(printing.rows(History, kind="job_failed")) == 2
    assert printing.intact()


def test_a_job_in_time_is_left_alone(printing, sdk):
    activate(sdk("integration"))
    with printing.runtime.reading() as session:
        assert not jobs_due(session, printing.clock.now())


@pytest.mark.parametrize(("code", "tasks", "kinds"), [("BAD", ["mend"], []), ("ODD", [], ["UNHANDLED"])])
def test_an_error_goes_to_its_catcher_or_is_an_incident(printing, code, tasks, kinds):
    assert report(printing, "error", errorCode=code, errorMessage="torn", variables={"why": "torn"}) == 204
    assert printing.open_tasks() == tasks
    assert [i.kind.split("_")[0] for i in printing.incidents()] == kinds
    assert printing.variables().get("why") == ("torn" if tasks else None)
    assert printing.job("j").error_code == code


def test_attempts_and_time_can_be_changed(printing, sdk):
    def change(**changeset):
        body = {"changeset": changeset}
        return ask(printing, str(printing.job("j").key), body, method="patch").status_code

    assert change(timeout=5000) == 409, "nobody works on it"
    activate(sdk("integration"))
    before = printing.job("j").next_at
    assert change(timeout=3_600_000, retries=7) == 204
    assert printing.job("j").next_at > before + timedelta(minutes=30)
    assert printing.job("j").retries == 7
    assert [change(), change(retries=0), change(timeout=0), change(priority=3)] == [400] * 4
    assert report(printing, "failure") == 204
    with printing.work() as work:
        incidents.retry_incident(work, printing.incidents()[0].key, "boss")
    assert printing.job("j").retries == 7
