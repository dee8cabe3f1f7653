"""Running instances go over to another version and keep everything that is under way."""

from datetime import timedelta

import pytest

from services.workflow import jobs
from services.workflow.migration import Plan, migrate_instance, preview_migration
from services.workflow.migration_rows import undo_migration
from services.workflow.models import (
    ElementInstance,
    History,
    Job,
    Migration,
    ModelVersion,
    Subscription,
    Task,
    Timer,
)
from services.workflow.problems import AlreadyThere, ChangeImpossible, MovedOn
from services.workflow.suspension import resume_instance, suspend_instance
from services.workflow.tasks import claim_task
from shared.errors import NotFound
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    ext,
    file,
    flows,
    job,
    many,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
DUE = 'taskSchedule dueDate="=date and time(&quot;2026-10-14T04:00:00Z&quot;)"'
CLERK = ext('assignmentDefinition candidateGroups="clerk"', DUE)
DAY = timedelta(days=1)
MESSAGES = message_def("m", "m") + message_def("n", "n") + message_def("k", "k", "=nothing")
LATE = boundary("late", "a", timer("Duration", "P3D"))
CALL = node("callActivity", "call", ext('calledElement processId="inner"'))


def model(*parts, way="s a e", more=()):
    """A version of the process: its parts, and the way through them."""
    return file(process(start(), *parts, end(), flows(way, *more)), extra=MESSAGES)


def inner(task):
    """A version of the called process."""
    return file(process(start(), user(task, CLERK), end(), flows(f"s {task} e"), id="inner"))


A = user("a", CLERK)
GATEWAY = node("eventBasedGateway", "g")
C, D = node("intermediateCatchEvent", "c", message("m")), node("intermediateCatchEvent", "d", message("n"))
T = node("intermediateCatchEvent", "t", timer("Duration", "P1D"))


def begin(house, first, second, *deployed, **variables):
    """An instance of the first version, and the plan to go to the second."""
    house.deploy(*deployed, first) if deployed else house.deploy(first)
    house.start(**variables)
    [(key, _)] = house.deploy(second)
    return Plan(key)


def migrate(house, plan, how=migrate_instance, **mapping):
    with house.work() as work:
        return how(work, house.instance().key, Plan(plan.target, mapping, plan.called), "boss")


def undo(house):
    with house.work() as work:
        undo_migration(work, house.instance().key, "boss")


def everything(house):
    """What a refusal, a preview or an undoing leaves as it was."""
    instance = house.instance()
    tables = (ElementInstance, Task, Timer, Subscription, Job)
    rows = [{k: v for k, v in vars(r).items() if k[0] != "_"} for t in tables for r in house.rows(t)]
    return [instance.tokens, instance.definition_key, instance.version, instance.pins, rows]


def refused(house, plan, **mapping):
    """(element, rule) of what stands in the way; nothing has changed."""
    before = everything(house)
    with pytest.raises(ChangeImpossible) as error:
        migrate(house, plan, **mapping)
    assert everything(house) == before
    found = error.value.details["obstacles"]
    assert all(
        "{" not in text for one in found for part in ("reason", "remedy") for text in one[part].values()
    )
    return [(one["elementId"], one["rule"]) for one in found]


def waits(house):
    return sorted(row.element_id for row in [*house.rows(Timer), *house.rows(Subscription)])


def test_keys_people_and_deadlines_stay(house):
    both = boundary("hint", "a", timer("Cycle", "R/P1D"), interrupting=False)
    first = model(A, LATE, both, end("e2"), more=("late e", "hint e2"))
    renamed = [part.replace('"a"', '"b"').replace('"late"', '"later"') for part in (A, LATE, both)]
    longer = [part.replace("P3D", "P9D") for part in renamed]
    plan = begin(
        house, first, model(*longer, user("z"), end("e2"), way="s b z e", more=("later e", "hint e2")), n=1
    )
    with house.work() as work:
        claim_task(work, house.task("a").key, ANN)
    house.clock.moment += DAY
    assert house.fire_timer()
    [task], [element, *_] = house.rows(Task), house.rows(ElementInstance, element_id="a")
    timers = {row.key: (row.started_at, row.due_at, row.source) for row in house.rows(Timer)}
    told = migrate(house, plan, a="b", late="later")
    [now] = house.rows(Task)
    assert (now.key, now.element_key, now.assignee, now.due) == (
        task.key,
        element.key,
        task.assignee,
        task.due,
    )
    assert (now.element_id, now.version, now.definition_key, now.revision) == (
        "b",
        2,
        plan.target,
        task.revision,
    )
    assert {row.key: (row.started_at, row.due_at, row.source) for row in house.rows(Timer)} == timers
    assert waits(house) == ["hint", "later"]
    assert (house.variables(), told["timers"], told["ends"]) == ({"n": 1}, [], [])
    house.complete("b", ANN)
    assert house.open_tasks() == ["z"]
    assert house.instance().version == 2
    assert house.intact()


def test_new_boundary_events_are_armed_and_lost_ones_disarmed(house):
    once = boundary("once", "a", timer("Duration", "PT1H"), interrupting=False)
    first = model(A, LATE, once, end("e2"), more=("late e", "once e2"))
    said = boundary("said", "a", message("m"))
    plan = begin(house, first, model(A, once, said, end("e2"), more=("said e", "once e2")))
    house.clock.moment += DAY
    assert house.fire_timer()
    told = migrate(house, plan)
    assert waits(house) == ["said"], "what has fired once is not armed again"
    assert [one["elements"] for one in told["dropped"]] == [["late"]]
    house.publish("m")
    assert house.instance().status == "COMPLETED"


def test_a_boundary_event_of_another_kind_is_a_new_one(house):
    plan = begin(
        house,
        model(A, LATE, more=("late e",)),
        model(A, boundary("late", "a", message("m")), more=("late e",)),
    )
    assert refused(house, plan, late="late") == [("late", "kind")]
    migrate(house, plan)
    assert (house.rows(Timer), waits(house)) == ([], ["late"])


def test_event_sub_processes_of_running_scopes_follow(house):
    def old(id):
        return event_sub(id, message("m"), end(f"{id}_e"), flows(f"{id}_s {id}_e"))

    def new(id):
        return event_sub(
            id, timer("Duration", "P2D"), user(f"{id}_t"), end(f"{id}_e"), flows(f"{id}_s {id}_t {id}_e")
        )

    def version(event):
        sub = (start("is"), A, end("ie"), flows("is a ie"), keeps, event("within"))
        return model(node("subProcess", "sub", *sub), event("around"), way="s sub e")

    keeps = event_sub("both", message("n"), end("be"), flows("both_s be"), interrupting=False)
    first, second = version(old), version(lambda id: new(f"{id}2"))
    house.deploy(first)
    house.start()
    kept = house.rows(Subscription, element_id="both_s")[0].key
    [(key, _)] = house.deploy(second)
    migrate(house, Plan(key))
    assert waits(house) == ["around2_s", "both_s", "within2_s"]
    assert house.rows(Subscription)[0].key == kept
    house.clock.moment += 2 * DAY
    assert house.fire_timer()
    assert house.open_tasks() in (["around2_t"], ["within2_t"])


def test_a_half_made_join_goes_on(house):
    fork, join = node("parallelGateway", "f"), node("parallelGateway", "j")
    ways = ("f a j", "f b j")
    first = model(fork, A, user("b", CLERK), join, way="s f", more=(*ways, "j e"))
    second = model(fork, A, user("b2", CLERK), join, user("z"), way="s f", more=("f a j", "f b2 j", "j z e"))
    plan = begin(house, first, second)
    house.complete("b", ANN)
    assert refused(house, plan) == [("j", "join")]
    migrate(house, plan, b="b2")
    house.complete("a", ANN)
    assert house.open_tasks() == ["z"]


def test_events_behind_a_gateway_follow(house):
    first = model(GATEWAY, C, T, way="s g c e", more=("g t e",))
    plan = begin(house, first, model(GATEWAY, C, D, way="s g c e", more=("g d e",)))
    [kept] = house.rows(Subscription)
    migrate(house, plan)
    assert waits(house) == ["c", "d"]
    assert house.rows(Subscription)[0].key == kept.key
    house.publish("n")
    assert house.instance().status == "COMPLETED"


def test_a_job_under_way_is_done_at_its_new_place(house):
    plan = begin(house, model(job("j"), way="s j e"), model(job("k", type="other"), user("z"), way="s k z e"))
    key = house.job("j").key
    migrate(house, plan, j="k")
    assert (house.job("k").key, house.job("k").type) == (key, "work")
    with house.work() as work:
        jobs.complete_job(work, key, {})
    assert house.open_tasks() == ["z"]


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
