"""Messages through the foreign client: published, or correlated at once."""

import pytest
from camunda_orchestration_sdk import models

from services.workflow.models import Instance, PublishedMessage
from services.workflow.waiting.messages import match_message
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.test_message_life import STARTS
from tests.services.workflow.test_waiting import WAITS
from tests.services.workflow.v2.test_user_tasks import refusal


def correlate(client, name="resubmitted", key=str(CASE), **variables):
    body = {"name": name, "correlationKey": key, "variables": variables}
    return client.correlate_message(data=models.MessageCorrelationRequest.from_dict(body))


def publish(client, **body):
    asked = {"name": "resubmitted", "correlationKey": str(CASE), **body}
    return client.publish_message(data=models.MessagePublicationRequest.from_dict(asked))


def test_correlation_tells_who_took_the_message(house, sdk):
    house.deploy(WAITS)
    instance = house.start()
    answer = correlate(sdk("integration"), round=2)
    assert answer.process_instance_key == str(instance)
    assert answer.message_key == str(house.rows(PublishedMessage)[0].key)
    assert (house.open_tasks(), house.variables()) == (["z"], {"round": 2})


@pytest.mark.parametrize(("name", "key"), [("other", str(CASE)), ("resubmitted", "another")])
def test_correlation_with_nobody_is_refused_and_not_kept(house, sdk, name, key):
    house.deploy(WAITS)
    house.start()
    assert refusal(lambda: correlate(sdk("integration"), name, key)) == 404
    assert house.rows(PublishedMessage) == []
    assert house.open_tasks() == []


def test_correlation_starts_a_process(house, sdk):
    house.deploy(STARTS)
    answer = correlate(sdk("integration"), agency=CENTRE)
    assert answer.process_instance_key == str(house.rows(Instance)[0].key)
    assert refusal(lambda: correlate(sdk("integration"))) == 404, "it runs for this key"


def test_a_message_id_is_published_once_in_its_life(house, sdk):
    client = sdk("integration")
    publish(client, messageId="x", timeToLive=60_000)
    assert refusal(lambda: publish(client, messageId="x", timeToLive=60_000)) == 409
    publish(client, messageId="y", timeToLive=60_000)
    publish(client, messageId="z", timeToLive=0)
    publish(client, messageId="z", timeToLive=0)


def test_messages_for_elsewhere_are_refused(house, sdk):
    house.deploy(WAITS)
    house.start()
    assert refusal(lambda: correlate(sdk("integration", at="/other-city/"))) == 403
    assert house.open_tasks() == []


LATER = {"correlationKey": "None", "timeToLive": 60_000}


def test_what_is_kept_reaches_nobody_elsewhere_later_either(house, sdk):
    """Keys may be guessed where processes are of no case."""
    house.deploy(WAITS)
    publish(sdk("integration", at="/other-city/"), variables={"n": "strange"}, **LATER)
    instance = house.start(case_id=None)
    assert house.open_tasks() == []
    with house.work() as work:
        match_message(work)
    assert house.open_tasks() == []
    [message] = house.rows(PublishedMessage)
    assert (message.caught_by, message.places) == (None, ["/other-city/"])
    answer = correlate(sdk("integration"), key="None", n="own")
    assert (answer.process_instance_key, house.variables()["n"]) == (str(instance), "own")


def test_an_own_message_is_caught_behind_a_strange_one(house, sdk):
    house.deploy(WAITS)
    publish(sdk("integration", at="/other-city/"), variables={"n": "strange"}, **LATER)
    publish(sdk("integration", at="/demo-city/"), variables={"n": "own"}, **LATER)
    house.start(case_id=None)
    assert (house.open_tasks(), house.variables()["n"]) == (["z"], "own")


@pytest.mark.parametrize(
    ("way", "case", "key", "named"),
    [
        ("correlation", CASE, str(CASE), str(person("a case"))),
        ("publication", CASE, str(CASE), "no case"),
        ("correlation", None, "None", None),
        ("publication", None, "None", str(person("a case"))),
    ],
)
def test_whose_process_gets_it_follows_from_its_key_alone(house, way, case, key, named):
    """A case of one's own beside it opens no other, and a process of no case has an organisation too."""
    house.deploy(WAITS)
    house.start(case_id=case)
    body = {"businessId": named, "name": "resubmitted", "correlationKey": key}
    answer = house.client("integration", at="/other-city/", who="far").post(f"/v2/messages/{way}", json=body)
    assert (answer.status_code, house.open_tasks(), house.rows(PublishedMessage)) == (403, [], [])
    answer = house.client("integration", who="near").post(f"/v2/messages/{way}", json=body)
    assert (answer.status_code, house.open_tasks()) == (200, ["z"])


def test_a_signal_is_broadcast(house, sdk):
    data = models.SignalBroadcastRequest.from_dict({"signalName": "alarm", "variables": {"level": 1}})
    answer = sdk("integration").broadcast_signal(data=data)
    assert (answer.tenant_id, answer.signal_key.isdigit()) == ("<default>", True)
