"""Running instances go over to another version and keep everything that is under way."""

from services.workflow.changing.migration import Plan
from services.workflow.human.tasks import claim_task
from services.workflow.models import (
    ElementInstance,
    Subscription,
    Task,
    Timer,
)
from services.workflow.waiting import jobs
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    flows,
    job,
    message,
    node,
    start,
    timer,
    user,
)
from tests.services.workflow.versions import (
    ANN,
    CLERK,
    DAY,
    GATEWAY,
    LATE,
    A,
    C,
    D,
    T,
    begin,
    migrate,
    model,
    refused,
    waits,
)


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
