"""A process that dies between any two statements of a step has lost and doubled nothing.

The step is done again as its cause comes again, and every row, message and id is that of an undisturbed run.
"""

from uuid import UUID

import pytest

from services.workflow.human import tasks
from services.workflow.problems import TaskOver
from shared.contracts.review import DeadlineNoted
from tests.rig import CASE
from tests.services.workflow.dying import Killed, die, dying, everything, killed_in, undisturbed
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    io,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
SEED = UUID("01890000-0000-7000-8000-00000000000a")
DETAILS = ext('taskDefinition type="review.note_deadline" retries="2"') + io(
    "in mark = &quot;warn_50&quot;", "in due = &quot;2026-10-01T00:00:00Z&quot;", "out told = answer"
)
NOTE = node("serviceTask", "j", DETAILS.replace("</extensionElements><extensionElements>", ""))
LATE = boundary("late", "a", timer("Duration", "P3D"))
SLOW = boundary("slow", "j", timer("Cycle", "R/PT1H"), interrupting=False)
LAST = boundary("last", "z", timer("Duration", "P1D"))
MODEL = file(
    process(
        start(), node("parallelGateway", "f"), *(user(name, CLERK) for name in "abz"), LATE, NOTE, SLOW, LAST,
        node("parallelGateway", "m"), end(), end("e2"),
        flows("s f a j m z e", "f b m", "late e2", "slow e2", "last e2"),
    )
)  # fmt: skip


def completing(house):
    """Ann completes her task: what she handed in is kept, a command goes out, timers end and begin."""
    key = house.task("a").key

    def act():
        with house.runtime.transaction(seed=SEED) as work:
            tasks.complete_task(work, key, ANN, None, {})

    return act


def answering(house):
    """Then the service answers the command: a timer that comes again ends, the join goes on, one begins."""
    house.complete("b", ANN)
    completing(house)()
    job_key = str(house.job("j").key)

    def act():
        house._delivered = 70
        handed = house.deliver(DeadlineNoted(case_id=CASE), job_key=job_key, message_id=SEED)
        assert handed.ended == "ack"

    return act


@pytest.fixture(params=[completing, answering])
def step(request):
    """What prepares a step, and does it."""
    return request.param


def begun(house, step):
    house.deploy(MODEL)
    house.start()
    return step(house)


def test_it_may_die_before_any_statement(house, step):
    act = begun(house, step)
    before = everything(house)
    said, expected = undisturbed(house, act)
    assert everything(house) == before
    assert len(said) > 15
    for number in range(1, len(said) + 1):
        with dying(house.runtime.engine, number) as so_far, pytest.raises(Killed):
            act()
        assert so_far[number - 1] == said[number - 1]
        assert everything(house) == before, said[number - 1]
    act()
    assert everything(house) == expected
    assert house.intact()


def test_it_may_die_just_after_its_commit(house, step):
    act = begun(house, step)
    _, expected = undisturbed(house, act)
    house.runtime.nudged = die
    with pytest.raises(Killed):
        act()
    house.runtime.nudged = lambda: None
    assert everything(house) == expected
    if step is completing:
        with pytest.raises(TaskOver):
            act()
    else:
        act()
    assert everything(house) == expected


def test_kill_9_on_postgresql(house_on_postgres):
    act = begun(house_on_postgres, completing)
    before = everything(house_on_postgres)
    said, expected = undisturbed(house_on_postgres, act)
    last = len(said)
    for number in (2, last // 3, last // 2, last - 1, last):
        killed_in(house_on_postgres, act, number)
        assert everything(house_on_postgres) == before, said[number - 1]
    act()
    assert everything(house_on_postgres) == expected
    assert house_on_postgres.intact()
