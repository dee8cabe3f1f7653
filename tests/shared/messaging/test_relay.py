"""The relay sends what was committed: all of it, each case in its order, no case held up by another."""

import threading
from datetime import timedelta
from uuid import uuid5

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import SystemClock
from shared.messaging.envelope import from_wire
from shared.messaging.relay import Relay
from shared.messaging.tables import outbox, stream
from shared.messaging.transport import Transport
from shared.service import Runtime
from tests.shared.messaging.depot import (
    CASE,
    OTHER_CASE,
    ParcelSeen,
    ParcelStored,
    Start,
    StoreParcel,
    depot,
    order,
    rolled_back,
    rows,
)
from tests.shared.messaging.rigs import DatabaseRig

STORED = ParcelStored(case_id=OTHER_CASE, parcel=OTHER_CASE)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def runtime(run: Start) -> Runtime:
    return run(depot())


def arrived(transport: Transport, runtime: Runtime, queue: str = "depot") -> list[tuple[str, int]]:
    found = []
    while delivery := transport.receive(queue, 0.0):
        envelope = from_wire(delivery.wire, runtime.keys)
        found.append((envelope.subject, envelope.sequence))
        delivery.ack()
    return found


def change_stream(runtime: Runtime, **values: object) -> None:
    with runtime.transaction() as work:
        work.session.execute(sa.update(stream).values(**values))


def test_everything_is_sent_once_and_in_the_order_of_its_case(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    for weight in range(6):
        with runtime.transaction() as work:
            work.emit(order(weight, (CASE, OTHER_CASE)[weight % 2]))
    relay = Relay(runtime, local)
    assert relay.step() == 6
    assert relay.step() == 0
    got = arrived(local, runtime)
    assert [n for subject, n in got if subject == str(CASE)] == [1, 2, 3]
    assert [n for subject, n in got if subject == str(OTHER_CASE)] == [1, 2, 3]
    assert all(row.sent_at for row in rows(runtime, outbox))
    assert not any(row.pending for row in rows(runtime, stream))


def test_nothing_is_sent_before_the_commit(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    with rolled_back(runtime) as work:
        work.emit(order(1))
    assert Relay(runtime, local).step() == 0


def test_a_refused_message_holds_back_its_own_case_only(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    with runtime.transaction() as work:
        work.emit(STORED)  # nobody is bound to it
        work.emit(order(1, OTHER_CASE))
        work.emit(order(2, CASE))
    relay = Relay(runtime, local)
    assert relay.step() == 1
    assert arrived(local, runtime) == [(str(CASE), 1)]
    assert relay.step() == 0, "the refused one rests"
    local.bind("office", [ParcelStored.NAME])
    assert relay.step() == 0
    change_stream(runtime, due_at=SystemClock().now())
    assert relay.step() == 2
    assert arrived(local, runtime, "office") == [(str(OTHER_CASE), 1)]
    assert arrived(local, runtime) == [(str(OTHER_CASE), 2)]


def test_the_rest_of_a_refused_case_grows_and_ends(runtime: Runtime, local: Transport) -> None:
    with runtime.transaction() as work:
        work.emit(STORED)
    relay = Relay(runtime, local)
    waits = []
    for _ in range(8):
        before = SystemClock().now()
        change_stream(runtime, due_at=before)
        assert relay.step() == 0
        waits.append(round((rows(runtime, stream)[0].due_at - before).total_seconds()))
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    local.bind("office", [ParcelStored.NAME])
    change_stream(runtime, due_at=SystemClock().now())
    assert relay.step() == 1
    assert rows(runtime, stream)[0].attempts == 0


def test_an_unreadable_row_holds_back_its_own_case_only(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    with runtime.transaction() as work:
        work.emit(order(1, CASE))
        work.emit(order(2, OTHER_CASE))
    with runtime.transaction() as work:
        work.session.execute(sa.update(outbox).where(outbox.c.subject == str(CASE)).values(wire="{}"))
    assert Relay(runtime, local).step() == 1
    assert arrived(local, runtime) == [(str(OTHER_CASE), 1)]


def test_a_leased_case_is_left_alone_until_the_lease_ends(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    with runtime.transaction() as work:
        work.emit(order(1))
    now = SystemClock().now()
    change_stream(runtime, leased_until=now + A_MINUTE)
    relay = Relay(runtime, local)
    assert relay.step() == 0
    change_stream(runtime, leased_until=now - A_MINUTE)
    assert relay.step() == 1


def test_it_knows_when_the_next_case_may_be_sent(runtime: Runtime, local: Transport) -> None:
    relay = Relay(runtime, local)

    def due_in() -> float:
        found = relay.due_in()
        assert found is not None
        return found

    assert relay.due_in() is None
    with runtime.transaction() as work:
        work.emit(STORED)
        work.emit(ParcelSeen(case_id=CASE, weight=1))
    assert due_in() <= 0
    assert relay.step() == 1
    assert 1 < due_in() <= 2, "nobody wants the other one yet"
    change_stream(runtime, leased_until=SystemClock().now() + A_MINUTE)
    assert 50 < due_in() <= 60
    local.bind("office", [ParcelStored.NAME])
    past = SystemClock().now() - A_MINUTE
    change_stream(runtime, leased_until=past, due_at=past)
    assert due_in() <= -50
    assert relay.step() == 1
    assert relay.due_in() is None


def test_the_only_process_takes_back_what_a_dead_one_had_claimed(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    with runtime.transaction() as work:
        work.emit(order(1))
    change_stream(runtime, leased_until=SystemClock().now() + A_MINUTE)
    relay = Relay(runtime, local)
    assert relay.step() == 0
    relay.take_back()
    assert relay.step() == 1


def test_events_without_a_listener_count_as_sent(runtime: Runtime, local: Transport) -> None:
    with runtime.transaction() as work:
        work.emit(ParcelSeen(case_id=CASE, weight=1))
    assert Relay(runtime, local).step() == 1
    assert Relay(runtime, local).step() == 0


def test_a_message_written_while_the_relay_sends_is_not_forgotten(runtime: Runtime, local: Transport) -> None:
    local.bind("depot", [StoreParcel.NAME])
    with runtime.transaction() as work:
        work.emit(order(1))

    class Busy:
        """The transport, with a commit of somebody else in the middle of every publish."""

        def publish(self, envelope: object) -> None:
            with runtime.transaction() as work:
                work.emit(order(2))
            local.publish(envelope)  # type: ignore[arg-type]

    assert Relay(runtime, Busy()).step() == 1  # type: ignore[arg-type]
    assert Relay(runtime, local).step() == 1
    assert arrived(local, runtime) == [(str(CASE), 1), (str(CASE), 2)]


@pytest.mark.servers
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_case_that_somebody_holds_holds_up_no_other(runtime: Runtime, local: Transport) -> None:
    with runtime.transaction() as work:
        for case in (CASE, OTHER_CASE):
            work.emit(ParcelSeen(case_id=case, weight=1))

    def unsent() -> list[str]:
        return [row.subject for row in rows(runtime, outbox) if row.sent_at is None]

    with Session(runtime.engine) as holder:
        hold = sa.select(stream).where(stream.c.subject == str(CASE)).with_for_update()

        class Meanwhile:
            """The transport, while somebody takes hold of a case whose messages are on their way."""

            def publish(self, envelope: object) -> None:
                holder.execute(hold)
                local.publish(envelope)  # type: ignore[arg-type]

        relaying = threading.Thread(target=Relay(runtime, Meanwhile()).step)  # type: ignore[arg-type]
        relaying.start()
        relaying.join(0.3)
        for _ in range(300):
            if len(unsent()) < 2:
                break
            relaying.join(0.1)
        assert unsent() == [str(CASE)]
        assert relaying.is_alive(), "it waits for this one"
    relaying.join(30)
    assert unsent() == []


def test_two_relays_at_once_double_nothing_and_keep_the_order(run: Start, local_rig: DatabaseRig) -> None:
    runtime = run(depot())
    local_rig.connect().bind("depot", [StoreParcel.NAME])
    cases = [uuid5(CASE, str(number)) for number in range(30)]
    for weight in range(60):
        with runtime.transaction() as work:
            work.emit(order(weight, cases[weight % 30]))
    relays = [Relay(run(depot()), local_rig.connect()) for _ in range(2)]
    counts = [0, 0]

    def work_off(mine: int) -> None:
        while step := relays[mine].step():
            counts[mine] += step

    threads = [threading.Thread(target=work_off, args=(mine,)) for mine in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    got = arrived(local_rig.connect(), runtime)
    assert sum(counts) == len(got) == 60
    assert all([n for subject, n in got if subject == str(case)] == [1, 2] for case in cases)
