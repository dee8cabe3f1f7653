"""Every move between case states through a real step: those of the table happen, no other leaves a trace."""

from uuid import uuid5

import pytest
import sqlalchemy as sa

from services.workflow import tasks
from services.workflow.models import Base, Instance, Task
from services.workflow.problems import ImpossibleState
from shared.contracts.case_states import CASE_STATES, may_follow
from shared.contracts.workflow import CaseStateChanged
from shared.messaging.tables import MECHANISM
from tests.rig import CASE
from tests.services.workflow.engine.drawing import end, ext, file, flows, marked, node, process, start, user
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
STATES = list(CASE_STATES)
EVERYWHERE = file(
    process(
        start(),
        user("go", ext('assignmentDefinition candidateGroups="clerk"')),
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


def everything(house):
    """Every row of the service, its messages to others included."""
    with house.runtime.reading() as session:
        tables = [*Base.metadata.sorted_tables, *MECHANISM.sorted_tables]
        return {table.name: session.execute(sa.select(table)).all() for table in tables}


def in_state(house, state, to):
    """A case of its own in this state, whose next step leads to another; the key of its task."""
    key = house.start(case_id=uuid5(CASE, to), to=to)
    with house.work() as work:
        work.session.execute(sa.update(Instance).where(Instance.key == key).values(case_state=state))
    return house.rows(Task, instance_key=key)[0]


def step(house, task):
    """The state after a real step."""
    with house.work() as work:
        tasks.complete_task(work, task.key, ANN, None, {})
    return house.rows(Instance, key=task.instance_key)[0].case_state


@pytest.mark.parametrize("state", [None, *STATES])
def test_a_case_goes_where_the_table_lets_it_and_nowhere_else(house, state):
    house.deploy(EVERYWHERE)
    announced = []
    for to in STATES:
        task = in_state(house, state, to)
        before = everything(house)
        if may_follow(state, to) or state == to:
            assert step(house, task) == to
            announced += [(state, to)] if state != to else []
        else:
            with pytest.raises(ImpossibleState):
                step(house, task)
            assert everything(house) == before
        assert [(m.before, m.after) for m in house.emitted(CaseStateChanged)] == announced
    assert house.intact()
