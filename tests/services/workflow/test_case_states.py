"""Every move between case states through a real step: those of the table happen, no other leaves a trace."""

import sqlite3
from uuid import uuid5

import pytest
import sqlalchemy as sa

from services.workflow.human import tasks
from services.workflow.models import Instance, Task
from services.workflow.problems import ImpossibleState
from shared.contracts.case_states import CASE_STATES, may_follow
from shared.contracts.workflow import CaseStateChanged
from tests.rig import CASE
from tests.services.workflow.engine.drawing import end, ext, file, flows, marked, node, process, start, user
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
STATES = list(CASE_STATES)
WHERE_TO = '<zeebe:ioMapping><zeebe:output source="=to" target="to"/></zeebe:ioMapping></extensionElements>'
CLERK_SAYS = ext('assignmentDefinition candidateGroups="clerk"').replace("</extensionElements>", WHERE_TO)
EVERYWHERE = file(
    process(
        start(),
        user("go", CLERK_SAYS),
        node("exclusiveGateway", "x", default="x-e"),
        *[marked("task", f"to_{state}", caseState=state) for state in STATES],
        end(),
        flows(
            "s go x e",
            *[f'x to_{state} ?to = "{state}"' for state in STATES],
            *[f"to_{s} e" for s in STATES],
        ),
    )
)


@pytest.fixture
def commits(house):
    """What changes with every commit to the service's file, whatever was written: ask before and after."""
    watching = sqlite3.connect(house.runtime.engine.url.database)
    yield lambda: watching.execute("PRAGMA data_version").fetchone()
    watching.close()


def in_state(house, state, name):
    """The task of a case of its own in this state, whose completion says where to go."""
    key = house.start(case_id=uuid5(CASE, name))
    with house.work() as work:
        work.session.execute(sa.update(Instance).where(Instance.key == key).values(case_state=state))
    return house.rows(Task, instance_key=key)[0]


def step(house, task, to):
    """The state after a real step."""
    with house.work() as work:
        tasks.complete_task(work, task.key, ANN, None, {"to": to})
    return house.rows(Instance, key=task.instance_key)[0].case_state


@pytest.mark.parametrize("state", [None, *STATES])
def test_a_case_goes_where_the_table_lets_it_and_nowhere_else(house, commits, state):
    house.deploy(EVERYWHERE)
    announced = []
    staying = in_state(house, state, "staying")
    for to in STATES:
        if may_follow(state, to) or state == to:
            assert step(house, in_state(house, state, to), to) == to
            announced += [(state, to)] if state != to else []
            continue
        before = commits()
        with pytest.raises(ImpossibleState):
            step(house, staying, to)
        assert commits() == before
    assert [(m.before, m.after) for m in house.emitted(CaseStateChanged)] == announced
    assert house.intact()


def test_what_is_committed_is_noticed(house, commits):
    house.deploy(EVERYWHERE)
    task = in_state(house, "SUBMITTED", "goes")
    before = commits()
    step(house, task, "REGISTERED")
    assert commits() != before
