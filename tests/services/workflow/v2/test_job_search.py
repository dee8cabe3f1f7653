"""Jobs are found by everything they show."""

from typing import Any

import attrs
import pytest
from camunda_orchestration_sdk import models

from services.workflow.v2.job_search import EVENTS, KINDS, STATES, JobFilter
from tests.services.workflow.engine.drawing import end, file, flows, job, process, start

TWO = file(process(start(), job("a", type="print"), job("j", type="print"), end(), flows("s a j e"), id="p2"))
FILTERS: list[tuple[dict[str, Any], str]] = [
    ({"type": "print"}, "aj"),
    ({"type": {"$like": "pr*"}, "elementId": "j"}, "j"),
    ({"state": "COMPLETED"}, "a"),
    ({"state": "FAILED"}, "j"),
    ({"hasFailedWithRetriesLeft": True}, "j"),
    ({"hasFailedWithRetriesLeft": {"$neq": True}}, "a"),
    ({"errorMessage": "no paper"}, "j"),
    ({"errorCode": {"$exists": True}}, ""),
    ({"worker": "ann"}, "aj"),
    ({"retries": {"$lt": 3}}, "j"),
    ({"endTime": {"$exists": True}}, "a"),
    ({"deadline": {"$exists": True}}, ""),
    ({"kind": "BPMN_ELEMENT", "listenerEventType": "UNSPECIFIED", "priority": 0}, "aj"),
    ({"isDenied": True}, ""),
    ({"deniedReason": "x"}, ""),
    ({"lastUpdateTime": {"$exists": False}}, ""),
    ({"creationTime": {"$gt": "2020-01-01T00:00:00Z"}, "processDefinitionId": "p2"}, "aj"),
]


SORTS = [
    {"field": field.value, "order": ("ASC", "DESC")[number % 2]}
    for number, field in enumerate(models.JobSearchQuerySortRequestField)
]


def work_on_two(house):
    """A job done and one that failed."""
    house.deploy(TWO)
    house.start("p2")
    worker = house.client("integration")
    asked = {"type": "print", "timeout": 60_000, "maxJobsToActivate": 1, "worker": "ann"}
    for way, body in (("completion", {}), ("failure", {"retries": 2, "errorMessage": "no paper"})):
        [given] = worker.post("/v2/jobs/activation", json=asked).get_json()["jobs"]
        assert worker.post(f"/v2/jobs/{given['jobKey']}/{way}", json=body).status_code == 204


@pytest.fixture
def worked(house):
    work_on_two(house)
    return house


def search(client, **body):
    return client.search_jobs(data=models.JobSearchQuery.from_dict(body)).items


def test_each_filter_finds_what_it_says(worked, sdk):
    client = sdk("process_owner")
    for wanted, found in FILTERS:
        assert ("".join(sorted(j.element_id for j in search(client, filter=wanted))), wanted) == (
            found,
            wanted,
        )
    stored = worked.job("j")
    for name, value in [
        ("jobKey", stored.key),
        ("elementInstanceKey", stored.element_key),
        ("processDefinitionKey", stored.definition_key),
        ("processInstanceKey", stored.instance_key),
    ]:
        assert "j" in {j.element_id for j in search(client, filter={name: str(value)})}
        assert search(client, filter={name: "1"}) == []
    assert search(sdk("process_owner", at="/other-city/")) == []


def test_each_order_pages_through_all(worked, sdk):
    client = sdk("integration")
    for sort in SORTS:
        asked = {"sort": [sort], "page": {"limit": 1}}
        first = client.search_jobs(data=models.JobSearchQuery.from_dict(asked))
        rest = search(client, sort=[sort], page={"after": first.page.end_cursor})
        assert {j.element_id for j in (*first.items, *rest)} == {"a", "j"}


def test_every_filter_and_value_of_the_client_is_known():
    wire = {"type_": "type"}
    named = {wire.get(f.name, f.name) for f in attrs.fields(models.JobFilter)} - {"additional_properties"}
    assert {name.replace("_", "") for name in named} == {name.lower() for name in JobFilter().fields}
    assert set(STATES) == {s.value for s in models.JobStateEnum}
    assert set(KINDS) == {k.value for k in models.JobKindEnum}
    assert set(EVENTS) == {e.value for e in models.JobListenerEventTypeEnum}
