"""A transport that is lost in the middle: TransportDown, and nothing lost or doubled behind the inbox."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from shared.messaging.consumer import Consumer
from shared.messaging.envelope import from_wire
from shared.messaging.relay import Relay
from shared.messaging.transport import Transport, TransportDown, transport_from
from shared.messaging.work import UnitOfWork
from shared.secrecy import Keyring
from shared.settings import Settings
from tests.servers import administer
from tests.shared.messaging.cut_line import Cut, Line
from tests.shared.messaging.depot import (
    CASE,
    OTHER_CASE,
    ROOT,
    Start,
    StoreParcel,
    depot,
    envelope,
    office,
    order,
    parcel,
    rows,
    start,
    store_parcel,
)
from tests.shared.messaging.rigs import DatabaseRig, RabbitRig

CUTS = [Cut.BEFORE_REQUEST, Cut.BEFORE_ANSWER]


@pytest.fixture
def far(broker: RabbitRig, line: Line) -> Iterator[Transport]:
    """A transport behind a line that can be cut."""
    to = urlsplit(broker.url)
    there = to._replace(netloc=to.netloc.replace(f":{to.port}", f":{line.port}")).geturl()
    transport = transport_from(there, broker.keys, broker.prefix)
    yield transport
    transport.close()


@pytest.mark.parametrize("cut", CUTS)
def test_a_line_cut_while_publishing_is_transport_down(far: Transport, line: Line, cut: Cut) -> None:
    far.bind("depot", [StoreParcel.NAME])
    line.cut = cut
    with pytest.raises(TransportDown):
        far.publish(envelope(order(1)))
    with pytest.raises(TransportDown):
        far.publish(envelope(order(1)))


def test_a_line_cut_while_waiting_is_transport_down(far: Transport, line: Line) -> None:
    far.bind("depot", [StoreParcel.NAME])
    assert far.receive("depot", 0.1) is None
    line.drop()
    with pytest.raises(TransportDown):
        far.receive("depot", 5)


@pytest.mark.parametrize("end", ["ack", "retry", "bury"])
def test_a_line_cut_before_the_end_of_a_delivery_is_transport_down(
    far: Transport, line: Line, broker: RabbitRig, end: str
) -> None:
    far.bind("depot", [StoreParcel.NAME])
    far.publish(envelope(order(1)))
    delivery = far.receive("depot", 5)
    assert delivery is not None
    line.drop()
    line.cut = Cut.BEFORE_REQUEST
    acts = {"ack": delivery.ack, "retry": lambda: delivery.retry(1), "bury": lambda: delivery.bury("lost")}

    def end_it_and_go_on() -> None:
        acts[end]()
        far.receive("depot", 5)  # an acknowledgement has no answer: its loss shows at the next step

    with pytest.raises(TransportDown):
        end_it_and_go_on()
    again = broker.connect().receive("depot", 5)
    assert again is not None
    assert (again.wire, again.attempt) == (delivery.wire, 2)


def test_closing_a_lost_transport_is_quiet(far: Transport, line: Line) -> None:
    line.drop()
    far.close()
    far.close()


def test_a_broker_that_is_not_there_is_transport_down(keys: Keyring, line: Line) -> None:
    line.cut = Cut.BEFORE_REQUEST
    with pytest.raises(TransportDown):
        transport_from(f"amqp://nobody:wrong@127.0.0.1:{line.port}/", keys)
    with pytest.raises(TransportDown):
        transport_from("amqp://nobody:wrong@127.0.0.1:1/", keys)


def test_a_wrong_password_is_transport_down_and_is_not_told(broker: RabbitRig, keys: Keyring) -> None:
    to = urlsplit(broker.url)
    wrong = to._replace(netloc=f"{to.username}:not-the-password@{to.hostname}:{to.port}").geturl()
    with pytest.raises(TransportDown) as refused:
        transport_from(wrong, keys)
    assert "not-the-password" not in str(refused.value)


def test_a_deleted_queue_is_noticed(broker: RabbitRig) -> None:
    transport = broker.connect()
    transport.bind("depot", [StoreParcel.NAME])
    assert transport.receive("depot", 0.1) is None
    broker.delete("depot")
    with pytest.raises(TransportDown):
        transport.receive("depot", 5)


def test_heartbeats_are_answered_while_waiting(broker: RabbitRig, keys: Keyring) -> None:
    transport = transport_from(f"{broker.url}?heartbeat=1", keys, broker.prefix)
    transport.bind("depot", [StoreParcel.NAME])
    until = time.monotonic() + 4
    while time.monotonic() < until:
        assert transport.receive("depot", 0.05) is None
    transport.publish(envelope(order(1)))
    transport.close()


@pytest.mark.parametrize("cut", CUTS)
def test_the_relay_loses_and_doubles_nothing_when_the_line_is_cut(
    run: Start, broker: RabbitRig, far: Transport, line: Line, cut: Cut
) -> None:
    sender, receiver = run(office()), run(depot())
    near = broker.connect()
    consumer = Consumer(receiver, near)
    consumer.bind()
    with sender.transaction() as work:
        for weight in (1, 2, 3, 4):
            work.emit(order(weight, (CASE, OTHER_CASE)[weight % 2]), job_key=str(weight))
    line.cut = cut
    with pytest.raises(TransportDown):
        Relay(sender, far).step()
    assert Relay(sender, broker.connect()).step() == 4, (
        "the cases are given back, not held until the lease ends"
    )
    while consumer.step(0.5):
        pass
    assert sorted(row.weight for row in rows(receiver, parcel)) == [1, 2, 3, 4]


def test_a_database_lost_while_publishing_is_transport_down(postgres_url: str, keys: Keyring) -> None:
    transport = transport_from(postgres_url, keys)
    transport.bind("depot", [StoreParcel.NAME])
    address = postgres_url.replace("+psycopg", "")
    with psycopg.connect(address) as locker:
        locker.execute("LOCK TABLE messages.binding IN ACCESS EXCLUSIVE MODE")
        killer = threading.Thread(target=end_waiting, args=(address,))
        killer.start()
        with pytest.raises(TransportDown):
            transport.publish(envelope(order(1)))
        killer.join()
    transport.publish(envelope(order(2), 2))
    delivery = transport.receive("depot", 1)
    assert delivery is not None
    assert from_wire(delivery.wire, keys).sequence == 2
    transport.close()


def end_waiting(address: str) -> None:
    """End the connection that waits for a lock, as a failing server does."""
    waiting = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(address, autocommit=True) as connection:
        while not connection.execute(waiting).fetchall():
            time.sleep(0.02)


def test_a_message_table_that_cannot_be_opened_is_transport_down(tmp_path: Path, keys: Keyring) -> None:
    (tmp_path / "messages.db").mkdir()
    with pytest.raises(TransportDown):
        transport_from(f"sqlite:///{tmp_path}/messages.db", keys)


def test_a_database_lost_in_a_handler_is_not_the_messages_fault(
    postgres_server: str, postgres_url: str, keys_dir: Path, local_rig: DatabaseRig
) -> None:
    name = make_url(postgres_url).database or ""
    lost: list[int] = []

    def loses_the_database(command: StoreParcel, work: UnitOfWork) -> None:
        if not lost:
            lost.append(command.weight)
            administer(postgres_server, "ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
            end_all(postgres_server, name)
        store_parcel(command, work)

    settings = Settings(database_url=postgres_url, keys_dir=keys_dir, workflows_dir=ROOT / "workflows")
    runtime, transport = start(depot(loses_the_database), settings), local_rig.connect()
    consumer = Consumer(runtime, transport)
    consumer.bind()
    transport.publish(envelope(order(1)))
    with pytest.raises(OperationalError):
        consumer.step()
    administer(postgres_server, "ALTER DATABASE {} ALLOW_CONNECTIONS true", name)
    assert consumer.step(5.0)
    assert [row.weight for row in rows(runtime, parcel)] == [1]
    runtime.close()


def end_all(server: str, database: str) -> None:
    """End every connection to one database."""
    theirs = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(theirs, [database])
