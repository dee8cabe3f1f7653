"""Who may not report on a job, and what makes no sense."""

import pytest

from tests.services.workflow.engine.drawing import end, ext, file, flows, io, node, process, start
from tests.services.workflow.v2.test_jobs import activate, ask, printing, report

__all__ = ["printing"]


def test_a_lease_keeps_out_who_had_the_job_before(printing, sdk):
    client = sdk("integration")
    [first] = activate(client, withLease=True)
    printing.hurry_jobs()
    [second] = activate(client, withLease=True)
    assert first.job_lease_token != second.job_lease_token
    assert report(printing, "completion", jobLeaseToken=first.job_lease_token) == 409
    assert report(printing, "failure", retries=1) == 409
    assert report(printing, "completion", jobLeaseToken="*") == 409
    path, changed = str(printing.job("j").key), {"changeset": {"retries": 3}}
    stale = changed | {"jobLeaseToken": first.job_lease_token}
    assert ask(printing, path, stale, method="patch").status_code == 409
    assert ask(printing, path, changed, method="patch").status_code == 204
    assert report(printing, "completion", jobLeaseToken=second.job_lease_token) == 204
    assert printing.open_tasks() == ["z"]


def test_a_failure_is_reported_once(printing):
    assert report(printing, "failure") == 204
    assert [report(printing, "failure"), report(printing, "error", errorCode="X")] == [409, 409]
    assert [incident.kind for incident in printing.incidents()] == ["JOB_NO_RETRIES"]
    assert report(printing, "completion") == 204
    assert printing.incidents() == []


def test_work_of_our_services_is_not_reported_from_outside(house):
    task = ext('taskDefinition type="review.note_deadline"') + io(
        "in mark = &quot;warn_50&quot;", "in due = due"
    )
    task = node("serviceTask", "j", task.replace("</extensionElements><extensionElements>", ""))
    house.deploy(file(process(start(), task, end(), flows("s j e"))))
    house.start(due="2026-10-01T00:00:00Z")
    assert report(house, "completion") == 409
    assert report(house, "failure") == 409
    assert report(house, "error", errorCode="X") == 409
    assert (
        ask(house, str(house.job("j").key), {"changeset": {"retries": 9}}, method="patch").status_code == 409
    )
    assert house.job("j").status == "SENT"


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("activation", {"type": "print", "timeout": 0, "maxJobsToActivate": 1}),
        ("activation", {"type": "print", "timeout": 1, "maxJobsToActivate": 0}),
        ("activation", {"timeout": 1, "maxJobsToActivate": 1}),
        ("1/failure", {"retries": -1}),
        ("1/error", {}),
        ("1/completion", {"result": {"type": "userTask"}}),
    ],
)
def test_what_makes_no_sense_is_refused(house, way, body):
    assert ask(house, way, body).status_code == 400
