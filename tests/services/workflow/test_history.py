"""The history of an instance, and how a change of it is found."""

import pytest
import sqlalchemy as sa

from services.workflow.models import History
from tests.rig import CASE, CENTRE
from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    marked,
    message,
    message_def,
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


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE history SET body = replace(body, 's', 't') WHERE number = 2",
        "UPDATE history SET kind = 'other' WHERE number = 3",
        "UPDATE history SET at = '2020-01-01 00:00:00.000000' WHERE number = 1",
        "UPDATE history SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 2",
        "DELETE FROM history WHERE number = 2",
        "DELETE FROM history WHERE number = (SELECT max(number) FROM history)",
        "INSERT INTO history SELECT instance_key, 99, at, kind, body, hash FROM history WHERE number = 1",
        "DELETE FROM instance",
    ],
)
def test_any_change_of_history_is_found(house, change):
    house.deploy(CASE_FLOW)
    house.publish("submitted", case_id=CASE, variables={"agency": CENTRE})
    house.complete("a", ANN)
    assert house.intact()
    with house.work() as work:
        assert work.session.execute(sa.text(change)).rowcount > 0
    assert not house.intact()


def test_history_tells_what_happened_without_answers(house):
    house.deploy(CASE_FLOW)
    house.publish("submitted", case_id=CASE, variables={"agency": CENTRE})
    house.complete("a", ANN, name="王小明")
    kinds = house.past()
    expected = {"instance_started", "element_activated", "task_created", "task_completed", "variables_set"}
    assert expected | {"state_changed"} <= set(kinds)
    assert "王小明" not in str([h.body for h in house.rows(History)])
