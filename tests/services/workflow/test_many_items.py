"""Many items at the host: others go on between them, and touching one costs what it costs among few."""

import itertools

import pytest
import sqlalchemy as sa

from services.workflow import instances
from services.workflow.human import tasks
from services.workflow.models import Instance, Task
from services.workflow.stepping import step
from tests.hearing import heard
from tests.services.workflow.engine.drawing import end, ext, file, flows, many, process, start, user
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
EACH = file(
    process(start(), user("a", CLERK, many("xs", inputElement="x")), end(), flows("s a e")),
    process(start("os"), user("o", CLERK), end("oe"), flows("os o oe"), id="other"),
)


def continued(house):
    """One turn of the clock for instances that the cap cut off."""
    with house.work() as work:
        return instances.continue_instance(work)


def test_others_go_on_between_the_steps_of_many_items(house, monkeypatch):
    monkeypatch.setattr(step, "STEPS", 20)
    house.deploy(EACH)
    house.start("other")
    key = house.start(xs=list(range(130)))
    counts = [len(house.rows(Task, instance_key=key))]
    house.complete("o", ANN)
    house.complete("a", ANN)  # and this step goes on with the rest too
    counts.append(len(house.rows(Task, instance_key=key)))
    while continued(house):
        counts.append(len(house.rows(Task, instance_key=key)))
        if len(counts) == 2:
            house.start("other")
            house.complete("o", ANN)
    assert len(counts) >= 6
    assert all(later - earlier <= 20 for earlier, later in itertools.pairwise(counts))
    open_tasks = house.rows(Task, instance_key=key, status="CREATED")
    assert len(open_tasks) == 129
    assert len(house.rows(Task, element_id="a")) == 130
    assert house.rows(Instance, key=key)[0].unfinished is False
    assert house.intact()


@pytest.mark.parametrize("act", [
    lambda work, key: tasks.claim_task(work, key, ANN),
    lambda work, key: tasks.complete_task(work, key, ANN, None, {}),
])  # fmt: skip
def test_one_item_takes_as_many_statements_among_many_as_among_few(house, act):
    house.deploy(EACH)
    taken = []
    for size in (3, 80):
        key = house.start(xs=list(range(size)))
        [task, *_] = house.rows(Task, instance_key=key)
        said: list[str] = []
        with heard(house.runtime.engine, said.append), house.work() as work:
            act(work, task.key)
        taken.append(len(said))
    assert taken[0] == taken[1]


def test_a_claim_reads_no_tokens(house):
    house.deploy(EACH)
    key = house.start(xs=[1, 2])
    with house.work() as work:
        work.session.execute(sa.update(Instance).where(Instance.key == key).values(tokens=b"not read"))
    [task, _] = house.rows(Task, instance_key=key)
    with house.work() as work:
        assert tasks.claim_task(work, task.key, ANN).assignee == str(ANN.id)
