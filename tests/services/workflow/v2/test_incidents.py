"""Incidents, through the foreign client."""

import attrs
import pytest
from camunda_orchestration_sdk import models

from services.workflow import instances
from services.workflow.changing.variables import set_variables
from services.workflow.models import Instance
from services.workflow.v2.incidents import ERROR_TYPES, STATES, IncidentFilter
from tests.services.workflow.engine.drawing import end, ext, file, flows, job, node, process, start, user
from tests.services.workflow.test_instances import BUSY, turn
from tests.services.workflow.v2.test_user_tasks import refusal

WAYS = file(
    process(
        start(),
        node("exclusiveGateway", "way"),
        user("a"),
        user("b"),
        end(),
        flows("s way", "way a ?x = 1", "way b ?x = 2", "a e", "b e"),
    )
)
CALLED = file(process(start(), job("j", retries="=n"), end(), flows("s j e"), id="inner"))
CALLS = file(
    process(
        start(),
        node("callActivity", "c", ext('calledElement processId="inner"')),
        end(),
        flows("s c e"),
    )
)


@pytest.fixture
def two(house):
    """Two instances that found no way, one after the other."""
    house.deploy(WAYS)
    house.start(x=3)
    house.start(x=3)
    return house


def search(client, **body):
    return client.search_incidents(data=models.IncidentSearchQuery.from_dict(body))


def mend(house, key):
    with house.work() as work:
        set_variables(work, key, {"x": 1}, "boss")


def test_an_incident_is_found_with_everything_about_it(two, sdk):
    stored = two.incidents()[0]
    instance = two.rows(Instance)[0]
    [found, _] = search(sdk("process_owner"), sort=[{"field": "creationTime"}]).items
    assert (found.error_type, found.state, found.element_id) == ("CONDITION_ERROR", "ACTIVE", "way")
    assert (found.error_message, found.process_definition_id) == (stored.reason, "p")
    assert found.process_instance_key == found.root_process_instance_key == str(instance.key)
    assert found.process_definition_key == str(instance.definition_key)
    assert (found.element_instance_key, found.job_key) == (str(stored.element_key), None)
    assert found.creation_time == stored.raised_at
    assert sdk("integration").get_incident(found.incident_key).to_dict() == found.to_dict()


def test_an_element_of_a_called_process_is_named_with_that_process(house, sdk):
    inner, _ = house.deploy(CALLED)[0]
    house.deploy(CALLS)
    house.start(n="many")
    [found] = search(sdk("administrator")).items
    assert (found.process_definition_id, found.element_id) == ("inner", "j")
    assert found.process_definition_key == str(inner)
    assert found.process_instance_key == str(house.instance().key)


def test_a_resolved_incident_lets_the_process_go_on(two, sdk):
    client, stored = sdk("process_owner"), two.incidents()[0]
    mend(two, stored.instance_key)
    client.resolve_incident(str(stored.key))
    assert two.open_tasks() == ["a"]
    assert client.get_incident(str(stored.key)).state == "RESOLVED"
    assert [i.instance_key for i in two.incidents()] == [two.instance().key]


def test_what_fails_again_is_a_new_incident(two, sdk):
    client, stored = sdk("process_owner"), two.incidents()[0]
    client.resolve_incident(str(stored.key), data=models.IncidentResolutionRequest(operation_reference=7))
    again = search(client, filter={"state": "ACTIVE", "processInstanceKey": str(stored.instance_key)}).items
    assert [i.incident_key == str(stored.key) for i in again] == [False]
    assert again[0].element_instance_key == str(stored.element_key)


def test_an_incident_is_resolved_once(two, sdk):
    client, stored = sdk("process_owner"), two.incidents()[0]
    client.resolve_incident(str(stored.key))
    assert refusal(client.resolve_incident, str(stored.key)) == 409
    answer = two.client("process_owner").post(f"/v2/incidents/{stored.key}/resolution")
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert "已经处理过" in answer.get_json()["detail"]


def test_incidents_of_other_organisations_do_not_exist(two, sdk):
    stranger, key = sdk("process_owner", at="/other-city/"), str(two.incidents()[0].key)
    assert search(stranger).items == []
    assert refusal(stranger.get_incident, key) == 404
    assert refusal(stranger.resolve_incident, key) == 404
    assert refusal(sdk("process_owner").get_incident, "99") == 404
    assert two.client("process_owner").get(f"/v2/incidents/{2**63}").status_code == 404
    assert len(search(sdk("process_owner", at="/demo-city/")).items) == 2
    assert len(two.incidents()) == 2


@pytest.mark.parametrize("role", ["applicant", "reviewer", "approver", "handler"])
def test_incidents_are_for_who_manages_processes(two, role):
    client, key = two.client(role), two.incidents()[0].key
    assert client.post("/v2/incidents/search").status_code == 403
    assert client.get(f"/v2/incidents/{key}").status_code == 403
    assert client.post(f"/v2/incidents/{key}/resolution").status_code == 403
    assert two.client().post(f"/v2/incidents/{key}/resolution").status_code == 401


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 2),
        ({"state": "ACTIVE"}, 2),
        ({"state": {"$neq": "ACTIVE"}}, 0),
        ({"errorType": "CONDITION_ERROR"}, 2),
        ({"errorType": {"$in": ["UNKNOWN", "JOB_NO_RETRIES"]}}, 0),
        ({"errorMessage": "默认出线"}, 2),
        ({"errorMessage": {"$eq": "100%"}}, 0),
        ({"errorMessage": {"$neq": "默认出线"}}, 0),
        ({"errorMessage": {"$in": ["nothing", "条件"]}}, 2),
        ({"errorMessage": {"$notIn": ["nothing"]}}, 2),
        ({"errorMessage": {"$like": "默认*"}}, 2),
        ({"errorMessage": {"$exists": False}}, 0),
        ({"elementId": {"$like": "w*"}, "processDefinitionId": "p"}, 2),
        ({"elementId": "a"}, 0),
        ({"creationTime": {"$lt": "2026-09-24T02:00:00Z"}}, 2),
        ({"creationTime": {"$lt": "2026-09-24T01:00:00Z"}}, 0),
        ({"tenantId": "<default>", "jobKey": {"$exists": False}}, 2),
        ({"processDefinitionKey": "5"}, 0),
        ({"incidentKey": {"$notIn": ["5"]}, "elementInstanceKey": {"$exists": True}}, 2),
    ],
)
def test_incidents_are_filtered(two, sdk, wanted, count):
    assert len(search(sdk("process_owner"), filter=wanted).items) == count


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"surprise": 1}},
        {"filter": {"state": "OPEN"}},
        {"filter": {"errorType": "TIMER_ERROR"}},
        {"filter": {"incidentKey": "one"}},
        {"sort": [{"field": "errorMessage"}]},
        {"page": {"after": "nonsense"}},
    ],
)
def test_what_is_not_understood_is_refused(two, body):
    answer = two.client("process_owner").post("/v2/incidents/search", json=body)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("body", [{"operationReference": 0}, {"surprise": 1}, []])
def test_a_resolution_with_nonsense_changes_nothing(two, body):
    key = two.incidents()[0].key
    answer = two.client("process_owner").post(f"/v2/incidents/{key}/resolution", json=body)
    assert answer.status_code == 400
    assert len(two.incidents()) == 2


@pytest.mark.parametrize("field", [f.value for f in models.IncidentSearchQuerySortRequestField])
def test_incidents_come_in_pages_in_any_order(two, sdk, field):
    client, seen, cursor = sdk("process_owner"), [], None
    sort = [{"field": field, "order": "DESC"}]
    for _ in range(2):
        page = search(client, sort=sort, page={"limit": 1, **({"after": cursor} if cursor else {})})
        seen += [i.incident_key for i in page.items]
        cursor = page.page.end_cursor
        assert page.page.total_items == 2
    assert sorted(seen) == [str(i.key) for i in two.incidents()]
    assert search(client, sort=sort, page={"limit": 1, "after": cursor}).items == []


def test_kinds_of_our_own_are_unknown_to_the_client(house, sdk, monkeypatch):
    monkeypatch.setattr(instances, "ROUNDS", 1)
    house.deploy(BUSY)
    key = house.start(n=0, most=1_000_000)
    while turn(house):
        pass
    [found] = search(sdk("process_owner"), filter={"errorType": "UNKNOWN"}).items
    assert (found.error_type, found.element_id, found.element_instance_key) == ("UNKNOWN", "p", str(key))


def test_every_filter_state_and_kind_of_the_client_is_known():
    names = {a.name.rstrip("_") for a in attrs.fields(models.IncidentFilter)} - {"additional_properties"}
    camel = {"".join(w.capitalize() if i else w for i, w in enumerate(n.split("_"))) for n in names}
    assert camel == set(IncidentFilter().fields)
    assert {e.value for e in models.IncidentErrorTypeEnum} == set(ERROR_TYPES)
    assert {e.value for e in models.IncidentStateEnum} == set(STATES)
