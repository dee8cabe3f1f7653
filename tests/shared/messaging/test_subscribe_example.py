"""The example for integrations works as it stands, against a real broker."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from shared.messaging.envelope import Envelope
from tests.shared.messaging.cut_line import Line
from tests.shared.messaging.depot import CASE, ROOT, ParcelSeen, envelope
from tests.shared.messaging.rigs import RabbitRig


@pytest.fixture
def subscriber(broker: RabbitRig, line: Line) -> Iterator["subprocess.Popen[str]"]:
    url = broker.url.replace(f":{urlsplit(broker.url).port}", f":{line.port}")
    command = [
        sys.executable,
        "examples/subscribe.py",
        url,
        f"{broker.prefix}mine",
        f"{broker.prefix}fayuan.events",
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        too_long = threading.Timer(60, process.kill)
        too_long.start()
        yield process
        too_long.cancel()
        process.kill()


def seen(number: int) -> Envelope:
    return envelope(ParcelSeen(case_id=CASE, weight=number), number)


def test_the_example_prints_each_event_once_and_connects_again(
    broker: RabbitRig, line: Line, subscriber: "subprocess.Popen[str]"
) -> None:
    transport = broker.connect()
    broker.wait_for_queue("mine")
    for number in (1, 2, 2, 3):
        transport.publish(seen(number))
    assert subscriber.stdout is not None
    assert subscriber.stderr is not None
    lines = [subscriber.stdout.readline().split() for _ in range(3)]
    assert lines == [["cn.fayuan.depot.parcel_seen", str(CASE), str(number)] for number in (1, 2, 3)]
    line.drop()
    assert subscriber.stderr.readline().startswith("connecting again after ")
    for number in (3, 4):
        transport.publish(seen(number))
    assert subscriber.stdout.readline().split()[2] == "4"
