"""Process instances and messages, through the foreign client."""

import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import Instance
from tests.rig import CASE, CENTRE
from tests.services.workflow.house import form
from tests.services.workflow.v2.models_for_tests import LINE, WAITS, by_id

HERE = {"agency": CENTRE, "case_id": str(CASE)}


@pytest.fixture
def line(house):
    house.deploy(LINE, form("f", name="required"))
    return house


@pytest.fixture
def waits(house):
    house.deploy(WAITS)
    return house


def publish(client, **body):
    return client.publish_message(data=models.MessagePublicationRequest.from_dict(body))


def test_a_process_is_started_and_looked_at(line, sdk):
    client = sdk("integration")
    made = client.create_process_instance(data=by_id(variables={**HERE, "n": 1}, businessId=str(CASE)))
    assert made.variables.to_dict() == {**HERE, "n": 1}
    assert (made.process_definition_id, made.process_definition_version) == ("p", 1)
    seen = client.get_process_instance(made.process_instance_key)
    assert (seen.state, seen.has_incident, seen.end_date) == ("ACTIVE", False, None)
    assert seen.business_id == str(CASE) == made.business_id


def test_a_version_or_key_is_started_as_asked(line, sdk):
    client = sdk("process_owner")
    line.deploy(LINE.replace(b'id="e"', b'id="e" name="x"'))
    first = client.create_process_instance(data=by_id(processDefinitionVersion=1))
    newest = client.create_process_instance(data=by_id(processDefinitionVersion=-1))
    assert (first.process_definition_version, newest.process_definition_version) == (1, 2)
    key = first.process_definition_key
    again = client.create_process_instance(data=models.ProcessCreationByKey(process_definition_key=key))
    assert again.process_definition_version == 1


@pytest.mark.parametrize("role", ["applicant", "handler", "reviewer", "dispatcher"])
def test_nobody_else_can_start_a_process(line, role):
    answer = line.client(role).post("/v2/process-instances", json={"processDefinitionId": "p"})
    assert answer.status_code == 403
    assert line.client().post("/v2/process-instances", json={"processDefinitionId": "p"}).status_code == 401
    assert line.rows(Instance) == []


def test_other_centres_processes_are_out_of_reach(line, sdk):
    stranger = sdk("process_owner", at="/other-city/")
    answer = line.client("process_owner", at="/other-city/").post(
        "/v2/process-instances", json={"processDefinitionId": "p", "variables": HERE}
    )
    assert answer.status_code == 403
    key = line.start()
    with pytest.raises(errors.NotFoundError):
        stranger.get_process_instance(str(key))
    assert sdk("process_owner", at="/demo-city/").get_process_instance(str(key)).state == "ACTIVE"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"processDefinitionId": "p", "processDefinitionKey": "1"},
        {"processDefinitionKey": "one"},
        {"processDefinitionId": "p", "variables": [1]},
        {"processDefinitionId": "p", "businessId": "order-1"},
        {"processDefinitionId": "p", "awaitCompletion": True},
        {"processDefinitionId": "p", "tags": ["fast"]},
        {"processDefinitionId": "p", "tenantId": "other"},
        {"processDefinitionId": "p", "surprise": 1},
        [],
    ],
)
def test_what_cannot_be_done_is_refused(line, body):
    answer = line.client("process_owner").post("/v2/process-instances", json=body)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert line.rows(Instance) == []


def test_a_body_that_is_not_json_is_refused(line):
    client = line.client("process_owner")
    answer = client.post("/v2/process-instances", data="{", content_type="application/json")
    assert answer.status_code == 400


def test_an_unknown_process_is_not_found(line):
    client = line.client("process_owner")
    answer = client.post("/v2/process-instances", json={"processDefinitionId": "nothing"})
    assert answer.status_code == 404


def test_a_message_goes_to_the_one_who_waits(waits, sdk):
    waits.start()
    done = publish(sdk("integration"), name="go", correlationKey=str(CASE), variables={"news": 1})
    assert done.message_key.isdigit()
    assert waits.open_tasks() == ["after"]
    assert waits.variables()["news"] == 1


def test_a_kept_message_waits_for_its_catcher(waits, sdk):
    client = sdk("integration")
    publish(client, name="go", correlationKey=str(CASE), timeToLive=60_000)
    waits.start()
    assert waits.open_tasks() == ["after"]


def test_the_same_message_id_is_a_conflict(waits, sdk):
    client = sdk("integration")
    wanted = {"name": "go", "correlationKey": "k", "messageId": "1", "timeToLive": 60_000}
    publish(client, **wanted)
    with pytest.raises(errors.ApiError) as refused:
        publish(client, **wanted)
    assert refused.value.status_code == 409


def test_messages_for_another_centres_case_are_refused(waits):
    waits.start()
    body = {"name": "go", "correlationKey": str(CASE)}
    answer = waits.client("integration", at="/other-city/").post("/v2/messages/publication", json=body)
    assert answer.status_code == 403
    assert waits.client("reviewer").post("/v2/messages/publication", json=body).status_code == 403
    assert waits.open_tasks() == []


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "go", "timeToLive": -1}, {"name": "go", "x": 1}])
def test_a_malformed_message_is_refused(waits, body):
    assert waits.client("integration").post("/v2/messages/publication", json=body).status_code == 400
