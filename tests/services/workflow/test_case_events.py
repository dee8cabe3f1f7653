"""Stages and case states are said in public, in true order."""

from datetime import timedelta

from shared.contracts.workflow import CaseStateChanged, StageEntered, StageLeft, TaskCompleted, TaskCreated
from shared.messaging.contract import Event
from tests.rig import CASE, CENTRE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    many,
    marked,
    message,
    message_def,
    process,
    start,
    timer,
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


def test_stages_and_states_are_said_in_true_order(house):
    house.deploy(CASE_FLOW)
    house.publish("submitted", case_id=CASE, variables={"agency": CENTRE})
    house.complete("a", ANN)
    house.complete("b", ANN)
    assert said(house) == [
        "state SUBMITTED",
        "enter registration",
        "task a",
        "done a",
        "leave registration",
        "enter review",
        "state REGISTERED",
        "task b",
        "done b",
        "leave review",
        "state UNDER_REVIEW",
    ]
    assert [(m.before, m.after) for m in house.emitted(CaseStateChanged)][:2] == [
        (None, "SUBMITTED"),
        ("SUBMITTED", "REGISTERED"),
    ]
    assert house.instance().case_state == "UNDER_REVIEW"
    sequence = [e.sequence for e in house.envelopes() if e.subject == str(CASE)]
    assert sequence == list(range(1, len(sequence) + 1))


VERBS = {
    CaseStateChanged: ("state", "after"),
    StageEntered: ("enter", "stage"),
    StageLeft: ("leave", "stage"),
    TaskCreated: ("task", "element"),
    TaskCompleted: ("done", "element"),
}


def said(house):
    """All public events in order, in two words each."""
    events = [m for m in house.emitted() if isinstance(m, Event)]
    return [f"{VERBS[type(e)][0]} {getattr(e, VERBS[type(e)][1])}" for e in events]


def test_a_stage_that_is_interrupted_is_left(house):
    house.deploy(
        file(
            process(
                start(),
                marked("userTask", "a", extra=(CLERK,), stage="review"),
                boundary("b", "a", timer("Duration", "PT1H")),
                end(),
                flows("s a e", "b e"),
            )
        )
    )
    house.start()
    house.clock.moment += timedelta(hours=1)
    house.fire_timer()
    assert said(house) == ["enter review", "task a", "leave review"]


def test_a_multi_instance_stage_speaks_once(house):
    stage = marked("userTask", "a", many("[1, 2]"), extra=(CLERK,), stage="review")
    house.deploy(file(process(start(), stage, end(), flows("s a e"))))
    house.start()
    assert said(house) == ["enter review", "task a", "task a"]
