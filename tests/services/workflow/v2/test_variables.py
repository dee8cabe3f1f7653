"""Variables of processes and of user tasks, through the foreign client."""

import json

import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import Task
from services.workflow.v2 import variable_keys
from services.workflow.v2.variables import SHORTENED
from tests.services.workflow.engine.drawing import end, ext, file, flows, process, start, user
from tests.services.workflow.v2.test_user_tasks import refusal

INNER = file(
    process(
        start(),
        user("look", ext('assignmentDefinition candidateGroups="reviewer"')
             .replace("</extensionElements>", '<zeebe:ioMapping><zeebe:input source="=n + 1" target="n"/>'
                      "</zeebe:ioMapping></extensionElements>")),
        end(),
        flows("s look e"),
    )
)  # fmt: skip


@pytest.fixture
def inner(house):
    """A task that sees its own n = 2; the process has n = 1 and a long text."""
    house.deploy(INNER)
    house.start(n=1, text="长" * SHORTENED)
    return house


def search(client, **wanted):
    body = models.VariableSearchQuery.from_dict({"filter": wanted, "sort": [{"field": "name"}]})
    return client.search_variables(data=body).items


def test_variables_are_found_and_read_whole(inner, sdk):
    client, root = sdk("integration"), str(inner.instance().key)
    local = str(inner.task("look").element_key)
    assert [(v.value, v.scope_key) for v in search(client, name="n")] == [("1", root), ("2", local)]
    assert [v.scope_key for v in search(client, value="2")] == [local]
    assert [v.name for v in search(client, scopeKey=local, processInstanceKey=root)] == ["n"]
    [text] = search(client, name={"$like": "te*"}, tenantId="<default>")
    assert (text.is_truncated, len(text.value)) == (True, SHORTENED)
    whole = client.get_variable(text.variable_key)
    assert json.loads(whole.value) == "长" * SHORTENED
    wanted = {"$in": [text.variable_key, "77"]}
    assert [v.name for v in search(client, variableKey=wanted)] == ["text"]
    all_of_it = inner.client("integration").post(
        "/v2/variables/search?truncateValues=false", json={"filter": {"name": "text"}}
    )
    assert all_of_it.get_json()["items"][0]["value"] == whole.value


def test_a_key_of_two_variables_names_neither(inner, sdk, monkeypatch):
    [text] = search(sdk("integration"), name="text")
    assert refusal(sdk("integration", at="/other-city/").get_variable, text.variable_key) == 404
    assert refusal(sdk("integration").get_variable, "77") == 404
    monkeypatch.setattr(variable_keys, "variable_key", lambda _scope, _name: int(text.variable_key))
    assert refusal(sdk("integration").get_variable, text.variable_key) == 409


def test_a_task_shows_what_it_sees(inner, sdk):
    key = str(inner.task("look").key)
    by_name = models.UserTaskVariableSearchQueryRequest.from_dict({"filter": {"name": {"$in": ["n", "no"]}}})
    every = sdk("reviewer").search_user_task_variables(key, data=by_name).items
    assert sorted(v.value for v in every) == ["1", "2"]
    innermost = models.UserTaskEffectiveVariableSearchQueryRequest.from_dict({"filter": {"name": "n"}})
    effective = sdk("reviewer").search_user_task_effective_variables(key, data=innermost).items
    assert [v.value for v in effective] == ["2"]
    for client in (sdk("approver"), sdk("reviewer", at="/other-city/")):
        assert refusal(client.search_user_task_variables, key) == 404
        assert refusal(client.search_user_task_effective_variables, key) == 404


def update(client, key, **changes):
    request = models.UserTaskUpdateRequest.from_dict({"changeset": changes, "action": "plan"})
    client.update_user_task(key, data=request)


def test_who_oversees_a_task_plans_it(inner, sdk):
    key, boss = str(inner.task("look").key), sdk("administrator")
    day = "2026-10-01T00:00:00.000Z"
    update(boss, key, dueDate=day, followUpDate=day, priority=80, candidateGroups=["approver", "approver"])
    task = inner.rows(Task)[0]
    assert (task.due, task.follow_up, task.priority) == (task.follow_up, task.due, 80)
    assert (task.due.isoformat(), task.revision) == ("2026-10-01T00:00:00+00:00", 2)
    assert sdk("approver").get_user_task(key).candidate_groups == ["approver"]
    assert refusal(sdk("reviewer").get_user_task, key) == 404
    assert inner.past("task_changed") == ["look"]
    with inner.work() as work:  # the same once more: nothing happens
        assert work.session.get(Task, int(key)).revision == 2
    update(boss, key, priority=80, dueDate=None)
    assert inner.rows(Task)[0].revision == 2
    client = inner.client("administrator")
    assert client.patch(f"/v2/user-tasks/{key}", json={"changeset": {"dueDate": ""}}).status_code == 204
    assert (inner.rows(Task)[0].due, inner.rows(Task)[0].follow_up) == (None, task.follow_up)
    assert inner.intact()


def test_nobody_else_does(inner, sdk):
    key = str(inner.task("look").key)
    assert refusal(update, sdk("reviewer"), key, priority=1) == 403
    assert refusal(update, sdk("approver"), key, priority=1) == 403
    assert refusal(update, sdk("administrator", at="/other-city/"), key, priority=1) == 404
    client = inner.client("administrator")
    for wrong in (
        {"priority": 101},
        {"dueDate": "soon"},
        {"assignee": "ann"},
        {"dueDate": "9999-12-31T00:00:00-10:00"},
    ):
        assert client.patch(f"/v2/user-tasks/{key}", json={"changeset": wrong}).status_code == 400
    assert inner.rows(Task)[0].revision == 1
    with pytest.raises(errors.ApiError):
        update(sdk("administrator"), "99", priority=1)
