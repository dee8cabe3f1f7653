"""Instances: started, continued, changed from outside, cancelled."""

import pytest

from services.workflow import instances, queries
from services.workflow.changing.variables import set_variables
from services.workflow.models import ElementInstance, Instance, StoredVariable
from services.workflow.problems import CaseAsItStands, InstanceOver
from shared.errors import NotFound
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    io,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")


CLERK = 'assignmentDefinition candidateGroups="clerk"'


CASE_FLOW = file(
    process(
        marked("startEvent", "s", message("m"), caseState="SUBMITTED"),
        marked(
            "subProcess",
            "reg",
            start("rs"),
            user("a", ext(CLERK)),
            end("re"),
            flows("rs a re"),
            stage="registration",
        ),
        marked("userTask", "b", extra=(CLERK,), caseState="REGISTERED", stage="review"),
        marked("endEvent", "e", caseState="UNDER_REVIEW"),
        flows("s reg b e"),
    ),
    extra=message_def("m", "submitted", None),
)


def test_called_processes_are_pinned_when_the_caller_starts(house):
    caller = file(
        process(
            start(),
            user("w", ext(CLERK)),
            node("callActivity", "c", ext('calledElement processId="q"')),
            end(),
            flows("s w c e"),
        )
    )
    called = file(process(start(), user("old", ext(CLERK)), end(), flows("s old e"), id="q"))
    house.deploy(caller, called)
    house.start()
    house.deploy(called.replace(b"old", b"new"))
    house.complete("w", ANN)
    assert house.open_tasks() == ["old"]
    house.start()
    house.complete("w", ANN)
    assert house.open_tasks() == ["new", "old"]


def test_an_unknown_process_is_not_found(house):
    with pytest.raises(NotFound):
        house.start("nowhere")
    house.deploy(CASE_FLOW)
    with pytest.raises(CaseAsItStands):
        house.start("p")


def test_a_given_version_can_be_started(house):
    first = file(process(start(), user("a", ext(CLERK)), end(), flows("s a e")))
    [(key, _)] = house.deploy(first)
    house.deploy(first.replace(b'"a"', b'"b"').replace(b"s-a", b"s-b").replace(b"a-e", b"b-e"))
    with house.work() as work:
        instances.create_instance(work, "p", {}, version=1)
        instances.create_instance_of(work, key, {})
        instances.create_instance(work, "p", {})
        with pytest.raises(NotFound):
            instances.create_instance(work, "p", {}, version=3)
    assert house.open_tasks() == ["a", "a", "b"]


def test_elements_are_rows_with_their_scope(house):
    house.deploy(CASE_FLOW)
    house.publish("submitted", case_id=CASE)
    rows = {r.element_id: r for r in house.rows(ElementInstance)}
    assert (rows["s"].status, rows["reg"].status, rows["a"].status) == ("COMPLETED", "ACTIVE", "ACTIVE")
    assert rows["a"].scope_key == rows["reg"].key


def test_cancelling_ends_everything_once(house):
    house.deploy(CASE_FLOW.replace(b"caseState", b"note"))  # what leads a case is not cancelled
    house.publish("submitted", case_id=CASE)
    key = house.instance().key
    with house.work() as work:
        instances.cancel_instance(work, key, "boss")
    with pytest.raises(InstanceOver), house.work() as work:
        instances.cancel_instance(work, key, "boss")
    assert house.instance().tokens is None
    assert {r.status for r in house.rows(ElementInstance)} == {"COMPLETED", "TERMINATED"}
    house.publish("submitted", case_id=CASE)
    assert len(house.rows(Instance)) == 2, "the case may begin again"


BUSY = file(
    process(
        start(),
        node("scriptTask", "n", ext('script expression="=n + 1" resultVariable="n"')),
        node("exclusiveGateway", "x", default="x-e"),
        end(),
        flows("s n x", "x n ?n < most", "x e"),
    )
)


def turn(house):
    with house.work() as work:
        return instances.continue_instance(work)


def test_a_long_run_is_continued_in_further_transactions(house):
    house.deploy(BUSY)
    house.start(n=0, most=120)
    assert house.instance().unfinished
    assert turn(house)
    assert turn(house)
    assert not turn(house)
    assert house.instance().status == "COMPLETED"
    assert house.variables()["n"] == 120


def test_a_loop_without_end_stops_as_an_incident(house, monkeypatch):
    monkeypatch.setattr(instances, "ROUNDS", 2)
    house.deploy(BUSY)
    key = house.start(n=0, most=1_000_000)
    while turn(house):
        pass
    [incident] = house.incidents()
    assert incident.kind == "ENDLESS_LOOP"
    with house.work() as work:
        set_variables(work, key, {"most": 1}, "boss")
    assert house.instance().status == "COMPLETED"
    assert house.incidents() == []


def test_variables_set_from_outside_follow_the_scopes(house):
    inner = node(
        "subProcess",
        "sub",
        io("in mine = 1"),
        start("is"),
        user("a", ext(CLERK)),
        end("ie"),
        flows("is a ie"),
    )
    house.deploy(file(process(start(), inner, end(), flows("s sub e"))))
    key = house.start(outer=1)
    sub = next(r for r in house.rows(ElementInstance) if r.element_id == "sub")
    with house.work() as work:
        set_variables(work, sub.key, {"mine": 2, "outer": 2, "new": 2}, "boss")
        set_variables(work, sub.key, {"outer": 3}, "boss", local=True)
    assert house.variables(sub.key) == {"mine": 2, "outer": 3}
    assert house.variables(key) == {"outer": 2, "new": 2}
    with house.runtime.reading() as session:
        seen = queries.visible_variables(session, house.task("a"))
    assert {k: seen[k] for k in ("mine", "outer", "new")} == {"mine": 2, "outer": 3, "new": 2}
    with pytest.raises(NotFound), house.work() as work:
        set_variables(work, 5, {}, "boss")
    house.complete("a", ANN)
    assert {v.scope_key for v in house.rows(StoredVariable)} == {key}
