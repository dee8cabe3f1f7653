"""The consumer acts once on each message, tries again what fails, and says when it gives up."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from shared.database import engine_for
from shared.errors import NotYet
from shared.messaging.consumer import ATTEMPTS, Consumer, wait_before
from shared.messaging.contract import JobFailed
from shared.messaging.database_transport import message
from shared.messaging.envelope import Envelope, from_wire
from shared.messaging.relay import Relay
from shared.messaging.tables import inbox, outbox
from shared.messaging.transport import Transport
from shared.messaging.work import UnitOfWork
from shared.service import Handler, Runtime
from tests.shared.messaging.depot import (
    CASE,
    ParcelSeen,
    ParcelStored,
    Start,
    StoreParcel,
    depot,
    envelope,
    order,
    parcel,
    rows,
    store_parcel,
)
from tests.shared.messaging.rigs import DatabaseRig, Rig

Depot = Callable[..., tuple[Runtime, Consumer]]


@pytest.fixture
def a_depot(run: Start, local: Transport) -> Depot:
    """`a_depot(handler)`: its runtime and its consumer on the local message table."""

    def make(handler: Handler = store_parcel) -> tuple[Runtime, Consumer]:
        runtime = run(depot(handler))
        consumer = Consumer(runtime, local)
        consumer.bind()
        return runtime, consumer

    return make


def make_due(rig: DatabaseRig) -> None:
    """Time passes: what waits for another try is due."""
    engine = engine_for(rig.url, "messages")
    with engine.begin() as connection:
        connection.execute(sa.update(message).values(due_at=envelope(order(1)).time))
    engine.dispose()


def said(runtime: Runtime) -> list[Envelope]:
    return [from_wire(row.wire, runtime.keys) for row in rows(runtime, outbox)]


def fails(_command: StoreParcel, work: UnitOfWork) -> None:
    store_parcel(order(99), work)
    raise KeyError("虚构的人名甲")


def test_a_command_is_acted_on_and_answered(a_depot: Depot, local: Transport) -> None:
    runtime, consumer = a_depot()
    local.publish(envelope(order(7)))
    assert consumer.step()
    assert not consumer.step()
    assert [row.weight for row in rows(runtime, parcel)] == [7]
    assert [each.name for each in said(runtime)] == [ParcelStored.NAME, ParcelSeen.NAME]


def test_a_repeated_command_acts_once_and_is_answered_again(a_depot: Depot, local: Transport) -> None:
    runtime, consumer = a_depot()
    local.bind("office", [ParcelStored.NAME])
    for _ in range(2):
        local.publish(envelope(order(7)))
        consumer.step()
        Relay(runtime, local).step()
    assert len(rows(runtime, parcel)) == len(rows(runtime, inbox)) == 1
    answers = [local.receive("office", 0.0) for _ in range(2)]
    assert answers[0] is not None
    assert answers[1] is not None
    assert from_wire(answers[0].wire, runtime.keys) == from_wire(answers[1].wire, runtime.keys)
    assert local.receive("office", 0.0) is None


def test_a_handler_that_raises_changes_nothing_and_is_tried_again(
    a_depot: Depot, local: Transport, local_rig: DatabaseRig
) -> None:
    tries: list[int] = []

    def third_time_lucky(command: StoreParcel, work: UnitOfWork) -> None:
        tries.append(command.weight)
        (fails if len(tries) < 3 else store_parcel)(command, work)

    runtime, consumer = a_depot(third_time_lucky)
    local.publish(envelope(order(7)))
    for _ in range(2):
        assert consumer.step()
        assert not consumer.step(), "it rests before the next try"
        assert rows(runtime, parcel) == rows(runtime, outbox) == rows(runtime, inbox) == []
        make_due(local_rig)
    consumer.step()
    assert [row.weight for row in rows(runtime, parcel)] == [7]


def test_after_the_last_try_it_is_put_aside_and_the_asker_is_told(
    a_depot: Depot, local: Transport, local_rig: DatabaseRig, caplog: pytest.LogCaptureFixture
) -> None:
    runtime, consumer = a_depot(fails)
    local.publish(envelope(order(7), job_key="job 7"))
    for _ in range(ATTEMPTS - 1):
        assert consumer.step()
        make_due(local_rig)
    assert said(runtime) == local.buried("depot") == []
    assert consumer.step()
    [answer] = said(runtime)
    assert (answer.name, answer.job_key, answer.case_id) == (JobFailed.NAME, "job 7", CASE)
    assert answer.body["reason"].startswith("depot.store_parcel: KeyError in test_consumer.py:")
    [aside] = local.buried("depot")
    assert aside.name == StoreParcel.NAME
    assert "虚构" not in caplog.text + aside.reason + answer.body["reason"]


def test_a_job_that_failed_can_succeed_and_fail_again_later(
    a_depot: Depot, local: Transport, local_rig: DatabaseRig
) -> None:
    broken = True

    def handle(command: StoreParcel, work: UnitOfWork) -> None:
        (fails if broken else store_parcel)(command, work)

    runtime, consumer = a_depot(handle)
    for sequence in (1, 2):  # the same command, sent again by a person who retries the job
        local.publish(envelope(order(7), sequence=sequence))
        while consumer.step():
            make_due(local_rig)
    broken = False
    local.publish(envelope(order(7), sequence=3))
    assert consumer.step()
    names = [each.name for each in said(runtime)]
    assert names == [JobFailed.NAME, JobFailed.NAME, ParcelStored.NAME, ParcelSeen.NAME]
    assert len({each.id for each in said(runtime)}) == 4


def test_a_replayed_message_is_acted_on(a_depot: Depot, local: Transport, local_rig: DatabaseRig) -> None:
    broken = True

    def handle(command: StoreParcel, work: UnitOfWork) -> None:
        (fails if broken else store_parcel)(command, work)

    runtime, consumer = a_depot(handle)
    local.publish(envelope(order(7)))
    while consumer.step():
        make_due(local_rig)
    broken = False
    assert local.replay("depot") == 1
    assert consumer.step()
    assert [row.weight for row in rows(runtime, parcel)] == [7]


def test_a_message_that_overtook_another_comes_back_quickly(a_depot: Depot, local: Transport) -> None:
    def only_after_the_first(command: StoreParcel, work: UnitOfWork) -> None:
        if command.weight == 2 and not work.session.execute(sa.select(parcel)).first():
            raise NotYet
        store_parcel(command, work)

    runtime, consumer = a_depot(only_after_the_first)
    for weight in (2, 1):
        local.publish(envelope(order(weight), weight))
        consumer.step()
    assert consumer.step(wait=2.0)
    assert sorted(row.weight for row in rows(runtime, parcel)) == [1, 2]


STRANGE = ["{not json", "[]", "{}", '{"specversion": "1.0"}', "\x1f", "深" * 9]


def test_strange_bytes_are_put_aside(run: Start, rig: Rig, transport: Transport) -> None:
    consumer = Consumer(run(depot()), transport)
    consumer.bind()
    for wire in STRANGE:
        rig.inject("depot", wire)
        assert consumer.step(5.0)
    aside = transport.buried("depot")
    assert all(each.reason.startswith("not a message of ours: ") for each in aside)
    assert [(each.name, each.message_id) for each in aside] == [("", "")] * len(STRANGE)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"case_id": "x"},
        {**envelope(order(1)).body, "weight": "heavy"},
        {**envelope(order(1)).body, "more": 1},
    ],
)
def test_fields_that_do_not_fit_are_put_aside_and_the_asker_is_told(
    a_depot: Depot, local: Transport, body: dict[str, object]
) -> None:
    runtime, consumer = a_depot()
    local.publish(envelope(order(1), body={"sender": {}, **body}))
    assert consumer.step()
    assert [each.name for each in said(runtime)] == [JobFailed.NAME]
    assert [each.reason for each in local.buried("depot")] == ["its fields do not fit the contract"]


def test_a_message_that_ends_its_worker_is_given_up(
    a_depot: Depot, local: Transport, local_rig: DatabaseRig
) -> None:
    def ends_the_process(_command: StoreParcel, _work: UnitOfWork) -> None:
        raise SystemExit

    runtime, consumer = a_depot(ends_the_process)
    local.publish(envelope(order(1)))
    for _ in range(ATTEMPTS):
        with pytest.raises(SystemExit):
            consumer.step()
        local_rig.let_leases_end()
    assert consumer.step()
    assert [each.name for each in said(runtime)] == [JobFailed.NAME]
    assert len(local.buried("depot")) == 1


def test_the_wait_before_the_next_try_grows_and_ends() -> None:
    assert [wait_before(n) for n in range(1, 8)] == [1, 4, 16, 64, 256, 300, 300]
    assert [wait_before(n, quick=True) for n in (1, 2)] == [0.1, 0.4]
