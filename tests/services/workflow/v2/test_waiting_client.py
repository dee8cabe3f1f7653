"""The client that waits (async) does the same: from the files of a process to its end."""

from typing import Any

from camunda_orchestration_sdk import models

from tests.rig import CASE, CENTRE, person
from tests.services.workflow.house import form
from tests.services.workflow.v2.models_for_tests import LINE, WAITS, by_id, deployment
from tests.services.workflow.v2.waiting import awaited

HERE = {"agency": CENTRE, "case_id": str(CASE)}


async def _started(boss: Any) -> str:
    """Deployed, started, found again with its variables."""
    await boss.create_deployment(data=deployment(look_bpmn=LINE, f_form=form("f", name="required")))
    made = await boss.create_process_instance(data=by_id(variables={**HERE, "n": 1}, businessId=str(CASE)))
    wanted = {"filter": {"businessId": str(CASE)}}
    page = await boss.search_process_instances(data=models.ProcessInstanceSearchQuery.from_dict(wanted))
    assert [item.process_instance_key for item in page.items] == [made.process_instance_key]
    wanted = {"filter": {"processInstanceKey": made.process_instance_key, "name": "n"}}
    found = await boss.search_variables(data=models.VariableSearchQuery.from_dict(wanted))
    assert [variable.value for variable in found.items] == ["1"]
    return str(made.process_instance_key)


async def _done(ann: Any) -> None:
    """Found, taken and completed by the one it is offered to."""
    [task] = (await ann.search_user_tasks(data=models.UserTaskSearchQuery())).items
    mine = models.UserTaskAssignmentRequest.from_dict({"assignee": str(person("ann"))})
    await ann.assign_user_task(task.user_task_key, data=mine)
    answers = models.UserTaskCompletionRequest.from_dict({"variables": {"name": "x"}})
    await ann.complete_user_task(task.user_task_key, data=answers)
    assert (await ann.get_user_task(task.user_task_key)).state == "COMPLETED"


async def _published(boss: Any) -> None:
    message = {"name": "go", "correlationKey": str(CASE)}
    await boss.publish_message(data=models.MessagePublicationRequest.from_dict(message))


def test_a_process_from_its_files_to_its_end(house, waiting_sdk):
    async def whole() -> None:
        async with waiting_sdk("process_owner") as boss, waiting_sdk("reviewer", who="ann") as ann:
            key = await _started(boss)
            await _done(ann)
            assert (await boss.get_process_instance(key)).state == "COMPLETED"
            assert (await boss.search_incidents(data=models.IncidentSearchQuery())).items == []

    awaited(whole())


def test_a_message_reaches_the_one_who_waits(house, waiting_sdk):
    house.deploy(WAITS)
    house.start()

    async def whole() -> None:
        async with waiting_sdk("integration") as boss:
            await _published(boss)

    awaited(whole())
    assert house.open_tasks() == ["after"]
