"""Where two acts on one instance meet: models, instances for each round, and what is left after it."""

from uuid import uuid5

import sqlalchemy as sa

from services.workflow.instances import cancel_instance
from services.workflow.models import History, Instance, Job, Subscription, Task, Timer
from shared.clock import SystemClock
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    io,
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
from tests.services.workflow.stepped import at_once, one_after_the_other

CLERK = ext('assignmentDefinition candidateGroups="clerk"')
ANN, BEN = someone("ann", "clerk"), someone("ben", "clerk")
HOUR, CATCH = timer("Duration", "PT1H"), "intermediateCatchEvent"
SEES = (CLERK + io("out seen = n")).replace("</extensionElements><extensionElements>", "")
NOTED = ext('taskDefinition type="review.note_deadline" retries="2"') + io(
    "in mark = &quot;warn_50&quot;", "in due = &quot;2026-10-01T00:00:00Z&quot;"
)
SENT = node("serviceTask", "j", NOTED.replace("</extensionElements><extensionElements>", ""))
MODELS = {
    "guarded": process(
        start(), user("a", CLERK), boundary("late", "a", HOUR), boundary("told", "a", message("m")),
        user("z", CLERK), user("over", CLERK), user("called", CLERK), end(),
        flows("s a z e", "late over e", "told called e"), id="guarded",
    ),
    "seeing": process(start(), user("a", SEES), user("z", CLERK), end(), flows("s a z e"), id="seeing"),
    "race": process(
        start(), node("eventBasedGateway", "g"), node(CATCH, "t", HOUR), node(CATCH, "c", message("m")),
        user("z", CLERK), user("over", CLERK), end(), flows("s g t over e", "g c z e"), id="race",
    ),
    "two": process(
        start(), node("parallelGateway", "f"), node(CATCH, "t1", HOUR), node(CATCH, "t2", HOUR),
        node("parallelGateway", "j"), user("z", CLERK), end(), flows("s f t1 j z e", "f t2 j"), id="two",
    ),
    "sent": process(start(), SENT, user("z", CLERK), end(), flows("s j z e"), id="sent"),
    "odd": process(start(), job("j", retries="=n"), user("z", CLERK), end(), flows("s j z e"), id="odd"),
}  # fmt: skip
ALL = file(*MODELS.values(), extra=message_def("m", "m"))
ROUNDS = range(3)


def fight(house, number, one, other):
    """In the first round one comes first, in the second the other, in the third nobody knows."""
    if number == 0:
        return one_after_the_other(house, one, other)
    if number == 1:
        return one_after_the_other(house, other, one)[::-1]
    return at_once(house, one, other)


def begun(house, process, number, **variables):
    """An instance for this round, an hour and a second old."""
    case_id = uuid5(CASE, f"{process} {number}")
    key = house.start(process, case_id, **variables)
    with house.work() as work:  # the clock of the machine counts for jobs, that of the house for timers
        work.session.execute(sa.update(Timer).values(next_at=house.clock.now(), due_at=house.clock.now()))
        work.session.execute(
            sa.update(Job).where(Job.next_at.is_not(None)).values(next_at=SystemClock().now())
        )
    return key, case_id


def settled(house, key):
    """The open tasks of an instance that is over the race; it is cancelled then."""
    found = sorted(t.element_id for t in house.rows(Task, instance_key=key, status="CREATED"))
    with house.work() as work:
        if work.session.get(Instance, key).status == "ACTIVE":
            cancel_instance(work, key, "tests")
    left = [table for table in (Timer, Subscription) if house.rows(table, instance_key=key)]
    assert left == []
    return found


def past(house, key, kind):
    """How often it stands in the history."""
    return len(house.rows(History, instance_key=key, kind=kind))
