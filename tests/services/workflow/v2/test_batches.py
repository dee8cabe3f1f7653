"""Many processes migrated or cancelled at once, through the foreign client."""

from typing import Any

import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.changing.batches import batches_wait, work_off
from services.workflow.models import Instance
from tests.rig import CENTRE, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, job, marked, process, start, user
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')


def model(*parts, way):
    return file(process(start(), *parts, end(), flows(way)))


FIRST = model(user("a", CLERK), job("j"), way="s a j e")
SECOND = model(user("a", CLERK), user("z", CLERK), way="s a z e")


@pytest.fixture
def three(house):
    """One that cannot go over to the second version, and two that can; the plan."""
    house.deploy(FIRST)
    house.start()
    house.start()
    house.complete("a", ANN)
    house.start()
    [(key, _)] = house.deploy(SECOND)
    return {
        "filter": {"processDefinitionId": "p"},
        "migrationPlan": {"targetProcessDefinitionKey": str(key), "mappingInstructions": []},
    }


def turn(house):
    with house.work() as work:
        return work_off(work)


def run(house):
    """All turns of the clock until nothing is left to do."""
    while turn(house):
        pass
    with house.runtime.reading() as session:
        assert not batches_wait(session, house.clock.now())


def begin(client, body):
    return client.migrate_process_instances_batch_operation(
        data=models.ProcessInstanceMigrationBatchOperationRequest.from_dict(body)
    ).batch_operation_key


def items(client, key):
    query = models.BatchOperationItemSearchQuery.from_dict({"filter": {"batchOperationKey": key}})
    return client.search_batch_operation_items(data=query).items


def test_each_instance_has_its_own_result(house, three, sdk):
    client = sdk("process_owner")
    key = begin(client, three)
    assert client.get_batch_operation(key).state == "ACTIVE"
    run(house)
    done = client.get_batch_operation(key)
    assert (done.state, done.batch_operation_type) == ("PARTIALLY_COMPLETED", "MIGRATE_PROCESS_INSTANCE")
    counts = (done.operations_total_count, done.operations_completed_count, done.operations_failed_count)
    assert counts == (3, 2, 1)
    found = items(client, key)
    assert [item.state for item in found] == ["SKIPPED", "COMPLETED", "COMPLETED"]
    assert "j" in found[0].error_message
    assert [row.version for row in house.rows(Instance)] == [1, 2, 2]
    assert (
        client.search_batch_operations(data=models.BatchOperationSearchQuery()).items[0].state == done.state
    )


def test_it_is_stopped_goes_on_and_is_left(house, three, sdk):
    client = sdk("process_owner")
    key = begin(client, three)
    turn(house)
    client.suspend_batch_operation(key)
    assert not turn(house)
    with pytest.raises(errors.UnexpectedStatus, match="409"):
        client.suspend_batch_operation(key)
    client.resume_batch_operation(key)
    turn(house)
    client.cancel_batch_operation(key)
    run(house)
    assert [item.state for item in items(client, key)] == ["SKIPPED", "COMPLETED", "CANCELED"]
    assert client.get_batch_operation(key).state == "CANCELED"
    with pytest.raises(errors.UnexpectedStatus, match="409"):
        client.resume_batch_operation(key)


def test_many_are_cancelled_but_those_that_lead_a_case(house, sdk):
    client = sdk("integration")
    house.deploy(model(user("a"), way="s a e"))
    house.start()
    house.deploy(model(marked("userTask", "a", caseState="SUBMITTED"), way="s a e"))
    house.start()
    request = models.ProcessInstanceCancellationBatchOperationRequest.from_dict(
        {"filter": {"processDefinitionVersion": {"$gte": 1}}}
    )
    key = client.cancel_process_instances_batch_operation(data=request).batch_operation_key
    run(house)
    assert [row.status for row in house.rows(Instance)] == ["TERMINATED", "ACTIVE"]
    assert [item.state for item in items(client, key)] == ["COMPLETED", "SKIPPED"]
    assert client.get_batch_operation(key).state == "PARTIALLY_COMPLETED"


def test_one_that_breaks_does_not_hold_up_the_others(house, three, sdk):
    client = sdk("process_owner")
    with house.work() as work:
        work.session.get_one(Instance, house.rows(Instance)[1].key).tokens = b"no tokens"
    key = begin(client, three)
    run(house)
    assert [item.state for item in items(client, key)] == ["SKIPPED", "FAILED", "COMPLETED"]


CHOICES: list[tuple[dict[str, Any], int]] = [
    ({"elementId": "j", "elementInstanceState": "ACTIVE"}, 1),
    ({"state": "SUSPENDED"}, 1),
    ({"state": "ACTIVE"}, 3),
    ({"variables": [{"name": "n", "value": "7"}]}, 1),
    ({"hasIncident": False, "$or": [{"elementId": "j"}, {"state": "SUSPENDED"}]}, 2),
    ({"state": "TERMINATED"}, 0),
]


def test_they_are_chosen_by_all_that_processes_are_found_by(house, three):
    boss = house.client("process_owner")
    stopped = f"/v2/process-instances/{house.start(n=7)}"
    assert boss.post(f"/v2/process-instances/{house.rows(Instance)[1].key}/suspension").status_code == 204
    assert boss.post(f"{stopped}/cancellation").status_code == 204  # over: not chosen
    house.start(n=7)
    assert [(wanted, chosen(boss, wanted)) for wanted, _ in CHOICES] == CHOICES


def chosen(boss, wanted):
    begun = boss.post("/v2/process-instances/cancellation", json={"filter": wanted}).get_json()
    return boss.get(f"/v2/batch-operations/{begun['batchOperationKey']}").get_json()["operationsTotalCount"]


def test_batches_are_found_and_ordered(house, three):
    boss = house.client("process_owner")
    first = boss.post("/v2/process-instances/migration", json=three).get_json()["batchOperationKey"]
    run(house)
    second = boss.post("/v2/process-instances/cancellation", json={"filter": three["filter"]})
    keys = {first: "a", second.get_json()["batchOperationKey"]: "b"}

    def found(path="batch-operations", **body):
        answer = boss.post(f"/v2/{path}/search", json=body)
        assert answer.status_code == 200
        return "".join(keys[item["batchOperationKey"]] for item in answer.get_json()["items"])

    assert [found(sort=[{"field": "endDate", "order": order}]) for order in ("ASC", "DESC")] == ["ab", "ab"]
    assert found(sort=[{"field": "startDate", "order": "DESC"}]) == "ba"
    assert found(filter={"state": "ACTIVE"}) == found(filter={"operationType": {"$like": "CANCEL*"}}) == "b"
    assert (found(filter={"actorId": str(person("owner"))}), found(filter={"actorId": "x"})) == ("", "")
    assert found("batch-operation-items", filter={"state": "SKIPPED"}) == "a"
    latest = [{"field": "processedDate", "order": "DESC"}]
    assert found("batch-operation-items", sort=latest) == "aaabbb"
    assert boss.post("/v2/batch-operations/search", json={"filter": {"state": "x"}}).status_code == 400


MEANS_ALL: list[dict[str, Any]] = [
    {}, {"tags": []}, {"variables": []}, {"processDefinitionId": {}}, {"$or": []}, {"$or": [{}]},
    {"$or": [{"processDefinitionId": "p"}, {}]},
]  # fmt: skip


def test_only_ones_own_instances_and_batches_are_in_reach(house, three, sdk):
    far = begin(sdk("process_owner", at="/other/"), three)
    run(house)
    assert {row.version for row in house.rows(Instance)} == {1}
    with pytest.raises(errors.NotFoundError):
        sdk("process_owner", at=CENTRE, who="ben").get_batch_operation(far)
    assert sdk("process_owner").get_batch_operation(far).operations_total_count == 0
    assert items(sdk("process_owner", who="ben"), far) == []
    boss = house.client("process_owner")
    for wrong in MEANS_ALL:
        body = {"filter": wrong, "migrationPlan": three["migrationPlan"]}
        assert boss.post("/v2/process-instances/cancellation", json={"filter": wrong}).status_code == 400
        assert boss.post("/v2/process-instances/migration", json=body).status_code == 400
    assert boss.post("/v2/process-instances/cancellation", json={}).status_code == 400
    assert house.client("clerk").post("/v2/process-instances/cancellation", json={}).status_code == 403
    assert boss.get("/v2/batch-operations/99999999999999999999").status_code == 404
