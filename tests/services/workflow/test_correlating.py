"""A message from one process of a case to another: delivered at once, or refused without a trace."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.workflow.models import Base, History, Instance, PublishedMessage, Subscription
from services.workflow.problems import ImpossibleState
from services.workflow.waiting.messages import correlate_message, match_message
from shared.contracts.workflow import (
    CaseStateChanged,
    CorrelateMessage,
    MessageCorrelated,
    MessageRefused,
    PublishMessage,
)
from tests.rig import CASE, CENTRE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
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
THE_CASE = file(
    process(
        marked("startEvent", "s", caseState="SUBMITTED"),
        marked("task", "t", caseState="REGISTERED"),
        marked("subProcess", "work", start("ws"), user("a", ext(CLERK)), end("we"), flows("ws a we"),
               caseState="DISPATCHING"),
        boundary("ended", "work", message("m")),
        marked("userTask", "over", extra=(CLERK,), caseState="TERMINATING"),
        end(),
        flows("s t work e", "ended over e"),
    ),
    extra=message_def("m", "ended"),
)  # fmt: skip
INPUTS = (
    '<extensionElements><zeebe:taskDefinition type="workflow.correlate_message"/><zeebe:ioMapping>'
    '<zeebe:input source="ended" target="name"/><zeebe:input source="=case_id" target="correlation_key"/>'
    '<zeebe:input source="={ground: ground}" target="variables"/>'
    '<zeebe:input source="=leading_to" target="leading_to"/>'
    '<zeebe:output source="=answer" target="told"/></zeebe:ioMapping></extensionElements>'
)
ANOTHER = file(
    process(
        start(), node("sendTask", "tell", INPUTS), user("z", ext(CLERK)), end(), flows("s tell z e"), id="q"
    )
)
AGAIN = file(
    process(
        start("s", message("m")), user("a", ext(CLERK)), end(), flows("s a e"), id="again",
    ),
    extra=message_def("m", "refusal_overturned", None),
)  # fmt: skip


@pytest.fixture
def case(house):
    """A case in DISPATCHING, key of its instance kept in `house.main`."""
    house.deploy(THE_CASE)
    house.deploy(ANOTHER)
    house.main = house.start()
    return house


def tell(house, leading_to="TERMINATING", state=None):
    """Another process tells the case, which is in `state` by then; what it was answered."""
    teller = house.start("q", ground="GAVE_UP", leading_to=leading_to)
    if state is not None:
        in_state(house, state)
    before = snapshot(house)
    command = house.commands()[-1]
    assert house.deliver(command, job_key=str(house.job("tell").key)).ended == "ack"
    [answer] = [m for m in house.emitted() if isinstance(m, MessageCorrelated | MessageRefused)]
    assert isinstance(answer, MessageCorrelated) or snapshot(house) == before
    assert house.envelopes()[-1].job_key == str(house.job("tell").key)
    house.answer("tell", answer)
    return house.variables(teller)["told"]


def in_state(house, state):
    with house.work() as work:
        of_case = sa.update(Instance).where(Instance.key == house.main)
        work.session.execute(of_case.values(case_state=state))


def snapshot(house):
    """Every row that belongs to the case's own instance."""
    tables = [m.class_ for m in Base.registry.mappers if "instance_key" in m.columns]
    kept = {t.__name__: [vars(r) for r in house.rows(t, instance_key=house.main)] for t in tables}
    rows = {
        name: [{k: v for k, v in r.items() if k[0] != "_"} for r in found] for name, found in kept.items()
    }
    of_case = house.rows(Instance, key=house.main)[0]
    return rows, of_case.revision, of_case.case_state, len(house.rows(PublishedMessage))


def test_it_is_delivered_and_the_sender_told(case):
    assert tell(case) == "message_correlated"
    assert case.open_tasks() == ["over", "z"]
    assert case.variables(case.main) == {"ground": "GAVE_UP"}
    assert case.emitted(CaseStateChanged)[-1].after == "TERMINATING"
    assert case.rows(Subscription) == []
    assert case.intact()


@pytest.mark.parametrize("state", ["CLOSED", "ARCHIVED", "UNDER_REVIEW"])
def test_it_is_refused_where_the_state_may_not_follow(case, state):
    assert tell(case, state=state) == "message_refused"
    assert case.emitted(CaseStateChanged)[-1].after == "DISPATCHING"


def test_the_diagram_is_the_guard_even_when_the_sender_names_no_state(case):
    assert tell(case, leading_to=None, state="CLOSED") == "message_refused"
    assert case.intact()


def test_it_is_refused_when_nobody_waits_and_never_kept(case):
    case.complete("a", ANN)
    assert tell(case) == "message_refused"


def test_it_is_delivered_once_however_often_it_comes(case):
    command = CorrelateMessage(
        case_id=CASE, name="ended", correlation_key=str(CASE), variables={}, leading_to="TERMINATING"
    )
    case.twice(command)
    assert len(case.emitted(MessageCorrelated)) == 1
    assert case.emitted(MessageRefused) == []
    assert case.deliver(command).ended == "ack"
    assert len(case.emitted(MessageRefused)) == 1


def test_a_state_that_does_not_exist_is_the_models_fault(case):
    command = CorrelateMessage(
        case_id=CASE, name="ended", correlation_key=str(CASE), variables={}, leading_to="ENDED"
    )
    with pytest.raises(ValueError, match="ENDED"), case.work() as work:
        correlate_message(command, work)


@pytest.mark.parametrize(
    ("state", "told"), [("REFUSED", "message_correlated"), ("ARCHIVED", "message_refused")]
)
def test_it_may_begin_the_case_again(case, state, told):
    case.deploy(AGAIN)
    case.deploy(ANOTHER.replace(b'source="ended"', b'source="refusal_overturned"'))
    case.complete("a", ANN)
    assert tell(case, leading_to="GRANTED", state=state) == told
    assert case.open_tasks() == (["a", "z"] if told == "message_correlated" else ["z"])


def published(**changes):
    values: dict[str, Any] = {
        "case_id": CASE,
        "name": "ended",
        "correlation_key": str(CASE),
        "message_id": "m1",
    }
    return PublishMessage(**values | {"variables": {"agency": CENTRE}} | changes)


def test_a_published_message_that_leads_nowhere_is_kept_until_it_can_be_caught(case):
    in_state(case, "CLOSED")
    before = snapshot(case)[:3]
    assert case.deliver(published()).ended == "ack"
    assert snapshot(case)[:3] == before
    [kept] = case.rows(PublishedMessage)
    assert (kept.caught_by, kept.attempts) == (None, 1)
    in_state(case, "HANDLING")
    with case.work() as work:
        work.session.execute(sa.update(PublishedMessage).values(next_at=kept.published_at.replace(year=2000)))
    with case.work() as work:
        assert match_message(work)
    assert case.open_tasks() == ["over"]
    assert case.intact()


def test_the_api_says_that_the_case_cannot_go_there(case):
    in_state(case, "CLOSED")
    before = len(case.rows(History))
    body = {"name": "ended", "correlationKey": str(CASE), "timeToLive": 60000}
    answer = case.client("process_owner").post("/v2/messages/publication", json=body)
    assert answer.status_code == 409
    assert "案件" in answer.get_json()["detail"]
    assert len(case.rows(History)) == before
    assert case.rows(PublishedMessage) == []


def test_a_person_is_told_that_the_case_cannot_go_there(house):
    onwards = marked("task", "t", caseState="GRANTED")
    house.deploy(file(process(start(), user("a", ext(CLERK)), onwards, end(), flows("s a t e"))))
    house.start()
    with pytest.raises(ImpossibleState):
        house.complete("a", ANN)
    assert house.open_tasks() == ["a"]
    assert house.intact()
