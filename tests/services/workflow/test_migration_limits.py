"""What cannot go over to another version is refused with its reason; what went over can be taken back."""

import pytest

from services.workflow.changing.migration import Plan, migrate_instance, preview_migration
from services.workflow.changing.suspension import resume_instance, suspend_instance
from services.workflow.human.tasks import claim_task
from services.workflow.models import (
    History,
    Migration,
    ModelVersion,
    Task,
    Timer,
)
from services.workflow.problems import AlreadyThere, ChangeImpossible, MovedOn
from shared.errors import NotFound
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    flows,
    job,
    many,
    marked,
    message,
    node,
    start,
    timer,
    user,
)
from tests.services.workflow.versions import (
    ANN,
    CALL,
    CLERK,
    DAY,
    LATE,
    A,
    T,
    begin,
    everything,
    inner,
    migrate,
    model,
    refused,
    undo,
    waits,
)

IN_SUB = node("subProcess", "x", start("i"), A, end("o"), flows("i a o"))
EACH, SUBMITTED = user("a", many("[1, 2]")), marked("userTask", "a", caseState="SUBMITTED")
REGISTERED = marked("userTask", "a", caseState="REGISTERED")
BEFORE_IT = model(REGISTERED.replace('"a"', '"x"'), A, way="s x a e")
TIMED, TOLD = model(T, way="s t e"), model(T.replace(timer("Duration", "P1D"), message("m")), way="s t e")
REFUSED = [
    (model(A), model(user("b"), way="s b e"), [("a", "missing")]),
    (model(A), model(job("a")), [("a", "kind")]),
    (model(A), model(user("a", many("[1]"))), [("a", "kind")]),
    (model(A), model(IN_SUB, way="s x e"), [("a", "scope")]),
    (model(EACH), model(EACH, user("b"), way="s a b e"), [("a", "in-body")]),
    (model(A), model(A, boundary("x", "a", message("k")), more=("x e",)), [("x", "not-reckoned")]),
    (TIMED, TOLD, [("t", "kind")]),
    (model(SUBMITTED), model(REGISTERED), [("a", "case-state")]),
    (model(SUBMITTED), BEFORE_IT, [("a", "case-state")]),
]


@pytest.mark.parametrize(
    ("first", "second", "found"), REFUSED, ids=[f"{i}-{r[2]}" for i, r in enumerate(REFUSED)]
)
def test_what_cannot_go_over_is_refused_with_its_reason(house, first, second, found):
    assert refused(house, begin(house, first, second)) == found


def test_a_plan_that_names_unknown_elements_or_another_process_is_refused(house):
    plan = begin(house, model(A), model(A, user("b"), way="s a b e"))
    assert refused(house, plan, x="a", a="y") == [
        ("x", "unknown-element"), ("y", "unknown-element"), ("a", "missing"),
    ]  # fmt: skip
    [(other, _)] = house.deploy(inner("w"))
    with pytest.raises(ChangeImpossible):
        migrate(house, Plan(other))
    with pytest.raises(NotFound):
        migrate(house, Plan(5))
    migrate(house, plan)
    with pytest.raises(AlreadyThere):
        migrate(house, plan)


def test_called_processes_keep_their_version_unless_the_plan_names_them(house):
    plan = begin(house, model(CALL, way="s call e"), model(CALL, user("z"), way="s call z e"), inner("w"))
    [(newer, _)] = house.deploy(inner("w2"))
    migrate(house, plan)
    assert [row.element_id for row in house.rows(Task)] == ["w"]
    named = Plan(plan.target, {}, (Plan(newer, {"w": "w2"}),))
    with house.work() as work:
        migrate_instance(work, house.instance().key, named, "boss")
    [task] = house.rows(Task)
    assert (task.element_id, task.definition_key, task.version) == ("w2", newer, 2)
    undo(house)
    assert house.rows(Task)[0].element_id == "w"
    with house.work() as work:
        migrate_instance(work, house.instance().key, named, "boss")
    house.complete("w2", ANN)
    assert house.open_tasks() == ["z"]


def test_another_called_process_is_refused(house):
    other = CALL.replace("inner", "outer")
    house.deploy(inner("w"), inner("w").replace(b'id="inner"', b'id="outer"'))
    plan = begin(house, model(CALL, way="s call e"), model(other, way="s call e"))
    assert refused(house, plan) == [("call", "called")]


def test_undone_while_nothing_moved_on(house):
    plan = begin(
        house,
        model(A, LATE, more=("late e",)),
        model(user("b", CLERK), boundary("x", "b", message("m")), user("z"), way="s b z e", more=("x e",)),
    )
    before = everything(house)
    migrate(house, plan, a="b")
    assert waits(house) == ["x"]
    with house.work() as work:
        claim_task(work, house.task("b").key, ANN)
    undo(house)
    [task] = house.rows(Task)
    assert (task.element_id, task.assignee, task.version) == ("a", str(ANN.id), 1)
    assert [*everything(house)[:4], waits(house)] == [*before[:4], ["late"]]
    assert vars(house.rows(Timer)[0])["due_at"] == next(r["due_at"] for r in before[4] if "due_at" in r)
    house.clock.moment += 3 * DAY
    assert house.fire_timer()
    assert house.instance().status == "COMPLETED"
    assert house.intact()


def test_not_undone_when_something_moved(house):
    plan = begin(house, model(A), model(A, user("z", CLERK), way="s a z e"))
    with pytest.raises(NotFound):
        undo(house)
    migrate(house, plan)
    house.complete("a", ANN)
    with pytest.raises(MovedOn):
        undo(house)
    assert house.rows(Migration)[0].undone_at is None


def test_a_preview_keeps_nothing(house):
    plan = begin(
        house, model(A, LATE, more=("late e",)), model(A, boundary("x", "a", message("m")), more=("x e",))
    )
    before = (everything(house), len(house.rows(History)), house.rows(Migration))
    told = migrate(house, plan, how=preview_migration)
    assert (everything(house), len(house.rows(History)), house.rows(Migration)) == before
    assert [one["element"] for one in told["messages"]] == ["x"]
    assert [each["element"] for one in told["migrated"] for each in one["elements"]] == ["a"]


def test_a_suspended_instance_stays_suspended(house):
    plan = begin(house, model(A), model(A, LATE, more=("late e",)))
    with house.work() as work:
        suspend_instance(work, house.instance().key, "boss")
    migrate(house, plan)
    assert house.rows(Timer)[0].paused_at is not None
    house.clock.moment += 9 * DAY
    assert not house.fire_timer()
    with house.work() as work:
        resume_instance(work, house.instance().key, "boss")
    assert house.rows(Timer)[0].due_at > house.clock.moment


def test_managers_do_it_over_the_api(house):
    plan = begin(house, model(A), model(user("b", CLERK), user("z"), way="s b z e"))
    there, owner = f"process-instances/{house.instance().key}/migration", house.client("process_owner")
    pair = {"sourceElementId": "a", "targetElementId": "b"}
    body = {"targetProcessDefinitionKey": str(plan.target), "mappingInstructions": [pair]}
    assert house.client("clerk").post(f"/v2/{there}", json=body).status_code == 403
    assert house.client("process_owner", at="/x/").post(f"/v2/{there}", json=body).status_code == 404
    assert owner.post(f"/v2/{there}", json={**body, "mappingInstructions": [pair, pair]}).status_code == 400
    bare = {**body, "mappingInstructions": []}
    no = owner.post(f"/workflow/api/{there}/preview", json=bare)
    assert (no.status_code, no.get_json()["obstacles"][0]["elementId"]) == (409, "a")
    assert owner.post(f"/workflow/api/{there}/preview", json=body).get_json()["migrated"]
    assert owner.post(f"/v2/{there}", json={**body, "reason": "mended"}).status_code == 204
    assert house.open_tasks() == ["b"]
    assert house.rows(History, kind="instance_migrated")[0].body["reason"] == "mended"
    assert owner.post(f"/workflow/api/{there}/undo").status_code == 204
    assert owner.post(f"/workflow/api/{there}/undo").status_code == 404
    assert house.open_tasks() == ["a"]
    assert house.rows(ModelVersion)[0].key == house.instance().definition_key
