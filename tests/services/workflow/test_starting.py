"""Messages that start a process of a case."""

from services.workflow.instances import cancel_instance
from services.workflow.models import Instance
from services.workflow.waiting import messages
from shared.contracts.workflow import PublishMessage
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    end,
    file,
    flows,
    message,
    message_def,
    process,
    start,
    user,
)

STARTS = file(
    process(start("s", message("m")), user("a"), end(), flows("s a e")),
    extra=message_def("m", "submitted", None),
)


def command(message_id="m1", name="submitted"):
    return PublishMessage(
        case_id=CASE,
        name=name,
        correlation_key=str(CASE),
        message_id=message_id,
        variables={"case_id": str(CASE), "agency": "/demo-city/centre/"},
    )


def test_a_message_starts_a_process_once_per_case(house):
    house.deploy(STARTS)
    house.twice(command())
    house.deliver(command())
    house.deliver(command("m2"))
    [instance] = house.rows(Instance)
    assert (instance.case_id, instance.org_path) == (CASE, "/demo-city/centre/")
    assert house.open_tasks() == ["a"]


def test_a_message_that_came_too_early_starts_its_process_when_the_earlier_one_is_over(house):
    house.deploy(STARTS)
    house.deliver(command())
    house.deliver(command("m2"))
    with house.work() as work:
        assert not messages.match_message(work)
    with house.work() as work:
        cancel_instance(work, house.instance().key, "boss")
    with house.runtime.reading() as session:
        assert messages.messages_waiting(session, house.clock.now())
    with house.work() as work:
        assert messages.match_message(work)
    assert [i.status for i in house.rows(Instance)] == ["TERMINATED", "ACTIVE"]
    with house.work() as work:
        assert not messages.match_message(work)


def test_the_newest_version_is_started(house):
    house.deploy(STARTS)
    house.deploy(STARTS.replace(b'id="a"', b'id="b"').replace(b'"a"', b'"b"'))
    house.deliver(command())
    assert house.open_tasks() == ["b"]
    assert house.instance().version == 2
