"""Process instances, element instances and incidents of one process, found through the foreign client."""

from typing import Any

import pytest
from camunda_orchestration_sdk import models

from services.workflow.models import ElementInstance, ModelVersion
from tests.rig import CASE
from tests.services.workflow.house import form
from tests.services.workflow.v2.models_for_tests import LINE
from tests.services.workflow.v2.test_incidents import WAYS
from tests.services.workflow.v2.test_user_tasks import refusal

OTHER = "/other-city/"


@pytest.fixture
def three(house):
    """p waits for a person, q is stuck; another p elsewhere. Their keys, oldest first."""
    house.deploy(LINE, form("f", name="required"))
    house.deploy(WAYS.replace(b'id="p"', b'id="q" name="Second"'))
    keys = house.start(n=1), house.start("q", None, n=2), house.start("p", None, agency=OTHER)
    return house, [str(key) for key in keys]


def found(client, keys, **wanted):
    """Which of the three are found: `ab`."""
    body = models.ProcessInstanceSearchQuery.from_dict({"filter": wanted, "sort": [{"field": "startDate"}]})
    page = client.search_process_instances(data=body)
    assert page.page.total_items == len(page.items)
    return "".join("abc"[keys.index(item.process_instance_key)] for item in page.items)


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "ab"),
    ({"processDefinitionId": "q"}, "b"),
    ({"processDefinitionName": {"$like": "Sec*"}}, "b"),
    ({"processDefinitionVersion": {"$gt": 1}}, ""),
    ({"processDefinitionVersionTag": {"$exists": True}}, ""),
    ({"state": "ACTIVE", "tenantId": "<default>"}, "ab"),
    ({"state": {"$in": ["COMPLETED", "TERMINATED"]}}, ""),
    ({"businessId": str(CASE)}, "a"),
    ({"businessId": {"$exists": False}}, "b"),
    ({"startDate": {"$gt": "2000-01-01T00:00:00Z"}, "endDate": {"$exists": False}}, "ab"),
    ({"variables": [{"name": "n", "value": "2"}]}, "b"),
    ({"variables": [{"name": "n", "value": "2"}, {"name": "n", "value": "1"}]}, ""),
    ({"elementId": "look", "elementInstanceState": "ACTIVE"}, "a"),
    ({"elementId": "look", "elementInstanceState": "COMPLETED"}, ""),
    ({"elementInstanceState": "COMPLETED"}, "ab"),
    ({"hasIncident": True, "hasElementInstanceIncident": True}, "b"),
    ({"hasIncident": False}, "a"),
    ({"hasElementInstanceIncident": False}, "a"),
    ({"errorMessage": {"$like": "*"}}, "b"),
    ({"errorMessage": "no such words"}, ""),
    ({"hasRetriesLeft": True}, ""),
    ({"parentProcessInstanceKey": {"$exists": True}}, ""),
    ({"tags": ["fast"]}, ""),
    ({"$or": []}, "ab"),
    ({"$or": [{"processDefinitionId": "p"}, {"variables": [{"name": "n", "value": "2"}]}]}, "ab"),
    ({"processDefinitionId": "p", "$or": [{"processDefinitionId": "q"}]}, ""),
]


def test_processes_are_found_by_everything_about_them(three, sdk):
    _, keys = three
    client = sdk("process_owner")
    assert [(wanted, found(client, keys, **wanted)) for wanted, _ in FILTERS] == FILTERS
    assert found(client, keys, processInstanceKey={"$in": [keys[1], keys[2]]}) == "b"


def test_a_suspended_process_is_found_as_it_is_shown(three, sdk):
    house, keys = three
    client = sdk("process_owner")
    assert (
        house.client("process_owner").post(f"/v2/process-instances/{keys[0]}/suspension").status_code == 204
    )
    assert client.get_process_instance(keys[0]).state == "SUSPENDED"
    assert (found(client, keys, state="SUSPENDED"), found(client, keys, state="ACTIVE")) == ("a", "b")
    assert found(client, keys, state={"$like": "SUSP*"}) == "a"
    assert found(client, keys, suspendedDate={"$exists": True}) == "a"
    assert found(client, keys, suspendedDate={"$gt": "2100-01-01T00:00:00Z"}) == ""


def test_they_are_seen_where_they_are_managed(three, sdk):
    house, keys = three
    assert found(sdk("administrator", at=OTHER), keys) == "c"
    assert found(sdk("integration", at="/"), keys) == "abc"
    for path in ("process-instances", "element-instances", "variables"):
        assert house.client("reviewer", "approver").post(f"/v2/{path}/search").status_code == 403
    element = str(house.rows(ElementInstance)[0].key)
    stranger = sdk("process_owner", at=OTHER)
    for ask, key in (
        (stranger.get_element_instance, element),
        (stranger.get_process_instance_statistics, keys[0]),
        (stranger.get_element_instance, keys[0]),
    ):
        assert refusal(ask, key) == 404
    changes = models.SetVariableRequest.from_dict({"variables": {"n": 9}})
    assert refusal(stranger.create_element_instance_variables, keys[0], data=changes) == 404
    incidents = house.client("process_owner", at=OTHER)
    for path in (f"process-instances/{keys[0]}", f"element-instances/{element}"):
        assert incidents.post(f"/v2/{path}/incidents/search").status_code == 404
    assert house.variables(int(keys[0]))["n"] == 1


def test_pages_follow_one_another(three):
    house, keys = three
    client = house.client("process_owner", at="/")
    order = [
        {"field": "businessId", "order": "DESC"},
        {"field": "endDate"},
        {"field": "processDefinitionName", "order": "DESC"},
    ]
    seen, after = [], None
    for _ in keys:
        page = {"limit": 1, **({"after": after} if after else {})}
        answer = client.post("/v2/process-instances/search", json={"sort": order, "page": page}).get_json()
        seen += [item["processInstanceKey"] for item in answer["items"]]
        after = answer["page"]["endCursor"]
    assert seen == [keys[0], keys[2], keys[1]]
    garbage = {"page": {"after": "bm90IGEgY3Vyc29y"}}
    assert client.post("/v2/process-instances/search", json=garbage).status_code == 400


def test_visits_to_elements(three, sdk):
    house, keys = three
    client = sdk("process_owner")

    def visits(**wanted):
        body = {"filter": wanted, "sort": [{"field": "elementInstanceKey"}]}
        query = models.ElementInstanceSearchQuery.from_dict(body)
        return client.search_element_instances(data=query).items

    assert [(v.element_id, v.type_, v.state) for v in visits(processInstanceKey=keys[0])] == [
        ("s", "START_EVENT", "COMPLETED"),
        ("look", "USER_TASK", "ACTIVE"),
    ]
    [look] = visits(type="USER_TASK", state="ACTIVE", elementId={"$like": "l*"}, processDefinitionId="p")
    model = house.rows(ModelVersion, process_id="p")[0]
    assert (look.process_definition_key, look.has_incident) == (str(model.key), False)
    assert client.get_element_instance(look.element_instance_key).to_dict() == look.to_dict()
    assert {v.element_id for v in visits(processDefinitionKey=str(model.key))} == {"s", "look"}
    assert visits(processDefinitionKey="1") == visits(incidentKey="1") == []
    [stuck] = visits(hasIncident=True)
    assert (stuck.element_id, visits(incidentKey=stuck.incident_key)) == ("way", [stuck])
    assert len(visits(elementInstanceScopeKey=keys[0], endDate={"$exists": True})) == 1
    assert len(visits(**{"$or": [{"elementId": "look"}, {"elementId": "way"}]}, tenantId="<default>")) == 2
    [s, _] = client.get_process_instance_statistics(keys[0]).items[::-1]
    assert (s.element_id, s.active, s.completed, s.canceled, s.incidents) == ("s", 0, 1, 0, 0)


def test_the_incidents_of_one_process_and_element(three):
    house, keys = three
    client = house.client("process_owner")
    [incident] = house.incidents()
    found = {}
    for path in (*(f"process-instances/{k}" for k in keys[:2]), f"element-instances/{incident.element_key}"):
        items = client.post(f"/v2/{path}/incidents/search").get_json()["items"]
        found[path.partition("/")[2]] = [item["incidentKey"] for item in items]
    key = str(incident.key)
    assert found == {keys[0]: [], keys[1]: [key], str(incident.element_key): [key]}


def test_variables_are_written_where_they_are_or_here(three):
    house, keys = three
    client, look = house.client("process_owner"), house.task("look").element_key
    here, above = (f"/v2/element-instances/{key}/variables" for key in (look, keys[0]))
    assert client.put(here, json={"variables": {"n": 5}, "local": True}).status_code == 204
    assert client.put(above, json={"variables": {"n": 7}}).status_code == 204
    assert (house.variables(look), house.variables(int(keys[0]))) == ({"n": 5}, {"n": 7})
    assert client.put(here, json={"variables": {"m": 6}}).status_code == 204
    assert house.variables(int(keys[0])) == {"n": 7, "m": 6}
    assert house.past().count("variables_given") == 3
    assert client.put(here, json={"variables": {"agency": OTHER}}).status_code == 403
    assert client.put(here, json={}).status_code == 400
