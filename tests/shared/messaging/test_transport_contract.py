"""What every transport promises, whichever it is."""

import threading
import time
from dataclasses import replace

import pytest

from shared.messaging.envelope import Envelope, from_wire
from shared.messaging.transport import Buried, Delivery, NotConfirmed, Transport
from shared.secrecy import Keyring
from tests.shared.messaging.depot import (
    OTHER_CASE,
    SECRET,
    ParcelSeen,
    ParcelStored,
    StoreParcel,
    envelope,
    order,
)
from tests.shared.messaging.rigs import RabbitRig, Rig

WAIT = 5.0
COMMAND = StoreParcel.NAME
EVENT = ParcelSeen.NAME
SEEN = ParcelSeen(case_id=OTHER_CASE, weight=1)


def take(transport: Transport, queue: str = "depot", wait: float = WAIT) -> Delivery:
    delivery = transport.receive(queue, wait)
    assert delivery is not None, f"nothing came from {queue}"
    return delivery


def send(transport: Transport, *weights: int) -> list[Envelope]:
    sent = [envelope(order(weight), weight) for weight in weights]
    for each in sent:
        transport.publish(each)
    return sent


def test_a_message_arrives_as_it_was_sent(transport: Transport, keys: Keyring) -> None:
    transport.bind("depot", [COMMAND])
    [sent] = send(transport, 7)
    delivery = take(transport)
    assert from_wire(delivery.wire, keys) == sent
    assert delivery.attempt == 1


def test_an_event_arrives_as_it_was_sent(transport: Transport, keys: Keyring) -> None:
    transport.bind("archive", [EVENT])
    sent = envelope(SEEN, job_key=None)
    transport.publish(sent)
    assert from_wire(take(transport, "archive").wire, keys) == sent


@pytest.mark.parametrize("moment", [0.0, 0.3], ids=["before", "during"])
def test_a_wait_can_be_interrupted_once(transport: Transport, moment: float) -> None:
    transport.bind("depot", [COMMAND])
    assert transport.receive("depot", 0.0) is None
    timer = threading.Timer(moment, transport.interrupt)
    timer.start()
    if not moment:
        timer.join()
    began = time.monotonic()
    assert transport.receive("depot", 60.0) is None
    timer.join()
    assert time.monotonic() - began < 30
    send(transport, 7)
    assert take(transport), "the next wait is a wait again"


def test_a_message_that_is_there_comes_though_interrupted(transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 7)
    for _ in range(1000):  # the broker may need a moment
        transport.interrupt()
        if delivery := transport.receive("depot", 60.0):
            break
    assert delivery is not None


def test_an_acknowledged_message_does_not_come_back(rig: Rig, transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 7)
    take(transport).ack()
    transport.close()
    rig.let_leases_end()
    assert rig.connect().receive("depot", 0.3) is None


def test_what_a_dead_process_had_taken_is_taken_back(rig: Rig, transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 7)
    dead = rig.connect()
    take(dead)
    if isinstance(rig, RabbitRig):
        dead.close()  # the broker sees that the connection has ended
    transport.take_back()
    assert take(transport).attempt == 2


def test_messages_come_in_the_order_they_were_sent(transport: Transport, keys: Keyring) -> None:
    transport.bind("depot", [COMMAND])
    sent = send(transport, *range(1, 21))
    got = []
    for _ in sent:
        delivery = take(transport)
        got.append(from_wire(delivery.wire, keys).sequence)
        delivery.ack()
    assert got == list(range(1, 21))


def test_what_was_not_acknowledged_comes_back_first_after_close(rig: Rig, transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 1, 2)
    first = take(transport)
    transport.close()
    again = take(rig.connect())
    assert again.wire == first.wire
    assert again.attempt == 2


def test_a_message_sent_while_the_consumer_is_away_waits(
    rig: Rig, transport: Transport, keys: Keyring
) -> None:
    transport.bind("depot", [COMMAND])
    transport.close()
    sender = rig.connect()
    send(sender, 3)
    assert from_wire(take(rig.connect()).wire, keys).sequence == 3


def test_retry_brings_it_back_after_the_time_with_its_attempt_counted(transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 1)
    first = take(transport)
    first.retry(0.4)
    retried = time.monotonic()
    assert transport.receive("depot", 0.2) is None
    second = take(transport)
    assert time.monotonic() - retried >= 0.35
    assert (second.attempt, second.wire) == (2, first.wire)
    second.retry(0.1)
    assert take(transport).attempt == 3


def test_a_retried_message_does_not_hold_up_the_others(transport: Transport, keys: Keyring) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 1, 2)
    take(transport).retry(4.0)
    assert from_wire(take(transport).wire, keys).sequence == 2


def test_buried_messages_are_listed_and_replayed(transport: Transport, keys: Keyring) -> None:
    transport.bind("depot", [COMMAND])
    sent = send(transport, 1, 2)
    reasons, sealed = ("first", "second"), frozenset({"k1"})
    for reason in reasons:
        take(transport).bury(reason)
    listed = [Buried(COMMAND, str(e.id), r, sealed) for e, r in zip(sent, reasons, strict=True)]
    assert transport.receive("depot", 0.2) is None
    for _ in range(30):
        assert transport.buried("depot") == listed, "looking takes nothing away"
    assert transport.replay("depot") == 2
    assert transport.buried("depot") == []
    for each, delivery in ((each, take(transport)) for each in sent):
        assert (from_wire(delivery.wire, keys), delivery.attempt) == (each, 1)
        delivery.ack()


def test_nothing_is_buried_at_first(transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    assert transport.buried("depot") == []
    assert transport.replay("depot") == 0


@pytest.mark.parametrize("message", [order(1), ParcelStored(case_id=OTHER_CASE, parcel=OTHER_CASE)])
def test_a_command_or_answer_nobody_wants_is_not_confirmed(
    transport: Transport, message: StoreParcel | ParcelStored
) -> None:
    with pytest.raises(NotConfirmed, match=message.NAME):
        transport.publish(envelope(message))
    transport.bind("depot", [message.NAME])
    transport.publish(envelope(message))
    take(transport).ack()


def test_an_event_nobody_wants_is_fine(transport: Transport) -> None:
    transport.publish(envelope(SEEN))
    transport.bind("archive", [EVENT])
    assert transport.receive("archive", 0.2) is None


def test_every_bound_queue_gets_its_own_copy(transport: Transport, keys: Keyring) -> None:
    transport.bind("archive", [EVENT])
    transport.bind("office", [EVENT, ParcelStored.NAME])
    transport.publish(envelope(SEEN))
    for queue in ("archive", "office"):
        assert from_wire(take(transport, queue).wire, keys).name == EVENT


def test_bind_ends_earlier_bindings(transport: Transport) -> None:
    transport.bind("depot", [COMMAND, EVENT])
    transport.bind("depot", [EVENT])
    with pytest.raises(NotConfirmed):
        send(transport, 1)
    transport.publish(envelope(SEEN))
    take(transport).ack()


def test_binding_again_changes_nothing(transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 1)
    transport.bind("depot", [COMMAND])
    take(transport).ack()
    assert transport.receive("depot", 0.2) is None


def test_systems_with_different_prefixes_do_not_hear_each_other(rig: Rig, transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    other = replace(rig, prefix=f"{rig.prefix}other.", made=[])
    with pytest.raises(NotConfirmed):
        send(other.connect(), 1)
    other.clean()


def test_two_consumers_share_a_queue_without_doubles(rig: Rig, transport: Transport, keys: Keyring) -> None:
    transport.bind("depot", [COMMAND])
    consumers = [rig.connect(), rig.connect()]
    for consumer in consumers:
        assert consumer.receive("depot", 0.05) is None
    send(transport, *range(1, 31))
    got: list[list[int]] = [[], []]
    while sum(map(len, got)) < 30:
        for mine, consumer in zip(got, consumers, strict=True):
            if delivery := consumer.receive("depot", 0.2):
                mine.append(from_wire(delivery.wire, keys).sequence)
                delivery.ack()
    assert all(got), "both worked"
    assert sorted(got[0] + got[1]) == list(range(1, 31))


def test_personal_fields_cannot_be_read_where_the_message_lies(rig: Rig, transport: Transport) -> None:
    transport.bind("depot", [COMMAND])
    send(transport, 7)
    lying = rig.stored("depot")
    assert COMMAND in lying
    assert SECRET not in lying
    assert SECRET.encode("unicode_escape").decode() not in lying
