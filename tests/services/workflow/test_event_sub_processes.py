"""Event sub-processes in the tables: what waits, what is taken away, and what the history says."""

from datetime import timedelta

import pytest

from services.workflow.deploying.deployments import DeploymentRefused
from services.workflow.models import ElementInstance, Job, Subscription, Task, Timer
from services.workflow.models.instances import ACTIVE
from services.workflow.models.tasks import CANCELED
from services.workflow.waiting.incidents import retry_incident
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    event_sub,
    ext,
    file,
    flows,
    job,
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
MESSAGES = message_def("m", "stopped") + message_def("n", "noted", "=key")


def clerk(id):
    """A task that a clerk does."""
    return user(id, ext('assignmentDefinition candidateGroups="clerk"'))


def sub(id, definition, **details):
    """An event sub-process with one task."""
    return event_sub(id, definition, clerk(f"{id}u"), end(f"{id}e"), flows(f"{id}_s {id}u {id}e"), **details)


LISTENS = file(
    process(
        start(), node("parallelGateway", "f"), clerk("a"), job("j", type="outside"), end(),
        flows("s f a e", "f j e"),
        sub("v", message("m")),
        sub("w", message("n"), interrupting=False),
        sub("t", timer("Cycle", "R/PT1H"), interrupting=False),
    ),
    extra=MESSAGES,
)  # fmt: skip


@pytest.fixture
def listening(house):
    """An instance that listens."""
    house.deploy(LISTENS)
    house.start(key="k")
    return house


def test_the_scope_waits_in_the_tables(listening):
    assert [(s.element_id, s.message, s.correlation_key) for s in listening.rows(Subscription)][1:] == [
        ("w_s", "noted", "k")
    ]
    [row] = listening.rows(Timer)
    assert (row.element_id, row.due_at) == ("t_s", row.started_at + timedelta(hours=1))
    assert {r.element_id for r in listening.rows(ElementInstance)} == {"s", "f", "a", "j"}


def test_messages_and_moments_are_heard_again_and_again(listening):
    for _ in range(2):
        listening.publish("noted", key="k")
        listening.clock.moment += timedelta(hours=1)
        assert listening.fire_timer()
    assert listening.open_tasks() == ["a", "tu", "tu", "wu", "wu"]
    assert len(listening.rows(Subscription)) == 2
    assert len(listening.rows(Timer)) == 1
    assert listening.past("timer_fired") == ["t_s", "t_s"]


def test_an_early_message_is_heard_once(house):
    house.deploy(LISTENS)
    house.publish("noted", key="k", seconds_to_live=60)
    house.start(key="k")
    assert house.open_tasks() == ["a", "wu"]


def test_an_early_message_is_heard_once_on_a_border_too(house):
    note = boundary("note", "z", message("m"), interrupting=False)
    parts = clerk("z"), note, clerk("n"), end(), flows("s z e", "note n e")
    house.deploy(file(process(start(), *parts), extra=MESSAGES))
    for number in (1, 2):
        house.publish("stopped", variables={"n": number}, seconds_to_live=60)
    house.start()
    assert house.open_tasks() == ["n", "n", "z"]
    assert house.variables() == {"n": 2}


def test_an_interrupting_one_leaves_no_row_behind(listening):
    listening.publish("noted", key="k")
    listening.publish("stopped", variables={"ground": "moved"})
    assert listening.open_tasks() == ["vu"]
    assert {t.element_id for t in listening.rows(Task, status=CANCELED)} == {"a", "wu"}
    assert [j.status for j in listening.rows(Job)] == ["CANCELED"]
    assert not listening.rows(Subscription)
    assert not listening.rows(Timer)
    assert {r.element_id for r in listening.rows(ElementInstance, status=ACTIVE)} == {"v", "vu"}
    listening.complete("vu", ANN)
    assert listening.instance().status == "COMPLETED"
    assert listening.variables() == {"key": "k", "ground": "moved"}
    assert listening.intact()


def test_the_history_finds_what_was_heard_by_its_key(listening):
    waited = {row.element_id: row.key for row in listening.rows(Subscription)}
    listening.publish("stopped")
    [heard] = listening.rows(ElementInstance, element_id="v_s")
    [around] = listening.rows(ElementInstance, element_id="v")
    assert (heard.key, heard.scope_key) == (waited["v_s"], around.key)
    assert listening.past("element_activated")[-3:] == ["v", "v_s", "vu"]


def test_a_scope_that_cannot_listen_is_an_incident_and_can_be_tried_again(house):
    house.deploy(LISTENS)
    house.start(key=None)
    [incident] = house.incidents()
    assert (incident.element_id, incident.kind) == ("s", "EXTRACT_VALUE_ERROR")
    assert not house.rows(Subscription)
    with house.work() as work:
        retry_incident(work, incident.key, "boss")
    assert len(house.incidents()) == 1


def test_what_is_inside_is_checked_before_deployment(house):
    inside = event_sub(
        "v", timer("Duration", "=span +"), job("x", type="review.nonsense"), end("ve"), flows("v_s x ve")
    )
    with pytest.raises(DeploymentRefused) as refused:
        house.deploy(file(process(start(), clerk("a"), end(), flows("s a e"), inside)))
    assert {(f["element"], f["rule"]) for f in refused.value.details["faults"]} == {
        ("v_s", "feel-syntax"),
        ("x", "task-type-unknown"),
    }
