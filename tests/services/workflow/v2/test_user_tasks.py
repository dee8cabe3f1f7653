"""User tasks, through the foreign client."""

import json

import pytest
from camunda_orchestration_sdk import errors, models

from services.workflow.models import ModelVersion, StoredSubmission, Task
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.house import form, someone
from tests.services.workflow.v2.models_for_tests import LINE, TWO


@pytest.fixture
def two(house):
    house.deploy(TWO, form("f", name="required", remark=""))
    house.start()
    return house


def search(client, **body):
    return client.search_user_tasks(data=models.UserTaskSearchQuery.from_dict(body))


def give(client, key, who, **options):
    body = models.UserTaskAssignmentRequest.from_dict({"assignee": str(person(who)), **options})
    client.assign_user_task(key, data=body)


def complete(client, key, **answers):
    body = models.UserTaskCompletionRequest.from_dict({"variables": answers})
    client.complete_user_task(key, data=body)


def refusal(action, *args, **options):
    """The status with which the service refuses."""
    with pytest.raises(errors.ApiError) as refused:
        action(*args, **options)
    return refused.value.status_code


def test_an_offered_task_is_found_with_everything_about_it(two, sdk):
    [task] = search(sdk("reviewer")).items
    assert (task.element_id, task.state, task.assignee) == ("propose", "CREATED", None)
    assert (task.business_id, task.candidate_groups, task.priority) == (str(CASE), ["reviewer"], 50)
    assert sdk("reviewer").get_user_task(task.user_task_key).to_dict() == task.to_dict()


@pytest.mark.clause("S0-9.3.3")
@pytest.mark.parametrize(
    ("role", "at"),
    [("reviewer", "/other-city/"), ("approver", CENTRE), ("applicant", CENTRE), ("handler", CENTRE)],
)
def test_a_task_of_others_does_not_exist(two, sdk, role, at):
    client, key = sdk(role, at=at), str(two.task("propose").key)
    assert search(client).items == []
    assert refusal(client.get_user_task, key) == 404
    assert refusal(client.get_user_task_form, key) == 404
    assert refusal(give, client, key, "owner") == 404
    assert refusal(client.unassign_user_task, key) == 404
    assert refusal(complete, client, key, name="x") == 404
    assert refusal(client.get_user_task, "99") == 404


def test_the_form_comes_as_text(two, sdk):
    found = sdk("reviewer").get_user_task_form(str(two.task("propose").key))
    assert (found.form_id, found.version) == ("f", 1)
    assert [c["key"] for c in json.loads(found.schema)["components"]] == ["name", "remark"]


def test_a_task_without_a_form_has_none(two):
    two.complete("propose", someone("ann", "reviewer"), name="x")
    answer = two.client("approver").get(f"/v2/user-tasks/{two.task('approve').key}/form")
    assert (answer.status_code, answer.data) == (204, b"")


def test_claim_complete_and_the_process_goes_on(two, sdk):
    ann = sdk("reviewer", who="ann")
    key = str(two.task("propose").key)
    give(ann, key, "ann")
    assert ann.get_user_task(key).assignee == str(person("ann"))
    complete(ann, key, name="x")
    done = ann.get_user_task(key)
    assert (done.state, done.completion_date.year) == ("COMPLETED", 2026)
    assert two.open_tasks() == ["approve"]


def test_a_task_that_is_taken_or_over_is_a_conflict(two, sdk):
    ann, ben = sdk("reviewer", who="ann"), sdk("reviewer", who="ben")
    key = str(two.task("propose").key)
    give(ann, key, "ann")
    assert refusal(give, ben, key, "ben") == 409
    assert refusal(give, ben, key, "ben", allowOverride=False) == 409
    assert refusal(complete, ben, key, name="x") == 403
    complete(ann, key, name="x")
    assert refusal(complete, ann, key, name="x") == 409
    assert refusal(give, ann, key, "ann") == 409
    assert len(two.rows(StoredSubmission)) == 1


def test_only_who_oversees_a_task_gives_it_to_others(two, sdk):
    key = str(two.task("propose").key)
    assert refusal(give, sdk("reviewer", who="ann"), key, "ben") == 403
    assert refusal(give, sdk("administrator", at="/other-city/"), key, "ben") == 404
    boss = sdk("administrator")
    give(boss, key, "ann")
    assert refusal(give, boss, key, "ben", allowOverride=False) == 409
    give(boss, key, "ben")
    assert two.task("propose").assignee == str(person("ben"))
    boss.unassign_user_task(key)
    assert two.task("propose").assignee is None
    assert refusal(complete, boss, key, name="x") == 404


def test_an_own_task_is_put_back_but_not_anothers(two, sdk):
    key = str(two.task("propose").key)
    give(sdk("reviewer", who="ann"), key, "ann")
    assert refusal(sdk("reviewer", who="ben").unassign_user_task, key) == 403
    sdk("reviewer", who="ann").unassign_user_task(key)
    assert two.task("propose").assignee is None


def test_a_task_for_one_person_alone_cannot_be_put_back(house, sdk):
    alone = LINE.replace(b'candidateGroups="reviewer"', f'assignee="{person("ann")}"'.encode())
    house.deploy(alone, form("f", name="required"))
    house.start()
    assert refusal(sdk(who="ann").unassign_user_task, str(house.task("look").key)) == 409
    assert house.task("look").assignee == str(person("ann"))


def test_nobody_checks_their_own_work(two, sdk):
    complete(sdk("reviewer", who="ann"), str(two.task("propose").key), name="x")
    key = str(two.task("approve").key)
    both, boss = two.client("reviewer", "approver", who="ann"), two.client("administrator")
    to_ann = {"assignee": str(person("ann"))}
    for answer in (
        both.post(f"/v2/user-tasks/{key}/assignment", json=to_ann),
        both.post(f"/v2/user-tasks/{key}/completion", json={}),
        boss.post(f"/v2/user-tasks/{key}/assignment", json=to_ann),
    ):
        assert (answer.status_code, answer.get_json()["rule"]) == (403, "separateFrom")
    complete(sdk("approver", who="ben"), key)


def test_wrong_answers_are_named_and_change_nothing(two):
    ann = two.client("reviewer", who="ann")
    key = two.task("propose").key
    for variables in ({}, {"name": "x", "surprise": 1}):
        answer = ann.post(f"/v2/user-tasks/{key}/completion", json={"variables": variables})
        assert answer.status_code == 400
        assert set(answer.get_json()["fields"]) <= {"name", "surprise"}
    assert two.open_tasks() == ["propose"]


@pytest.mark.parametrize("body", [{}, {"assignee": ""}, {"assignee": "ann"}, {"assignee": None}])
def test_an_assignee_is_a_persons_id(two, body):
    path = f"/v2/user-tasks/{two.task('propose').key}/assignment"
    answer = two.client("administrator").post(path, json=body)
    assert answer.status_code == 400


def test_a_task_of_a_called_process_names_the_version_it_is_drawn_in(house, sdk):
    caller = LINE.replace(b'id="p"', b'id="parent"').replace(b"<userTask", b"<callActivity").replace(
        b"</userTask", b"</callActivity"
    )  # fmt: skip
    reviewers = caller[caller.index(b"<extensionElements>") : caller.index(b"</extensionElements>")]
    caller = caller.replace(reviewers, b'<extensionElements><zeebe:calledElement processId="p"/>')
    house.deploy(LINE, form("f", name=""))
    house.deploy(LINE.replace(b'id="e"', b'id="e" name="x"'))
    house.deploy(caller)
    [called] = house.rows(ModelVersion, process_id="p", version=2)
    house.start("parent")
    [task] = search(sdk("reviewer")).items
    assert (task.process_definition_id, task.process_definition_version) == ("p", 2)
    assert task.process_definition_key == str(called.key)
    assert len(house.rows(Task)) == 1
