"""Messages that nobody can read are put aside where a person finds them, and hold up nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pika
import sqlalchemy as sa

from demo import stories
from shared.database import engine_for
from shared.messaging.database_transport import message
from tests.embedded import Embedded
from tests.journeys.conftest import Deployed, System

_ENVELOPE = {
    "id": str(uuid4()), "name": "review.seal_record", "source": "workflow", "subject": "", "sequence": 1,
    "cause": None, "job_key": None, "time": datetime.now(UTC).isoformat(), "body": {"case_id": "not an id"},
}  # fmt: skip
WIRES = ["\0 no JSON at all", '{"name": "review.record_findings"}', json.dumps(_ENVELOPE)]
REASONS = 2 * ["review: not a message of ours"] + ["review: its fields do not fit the contract"]


def without_names(buried: list[str]) -> list[str]:
    """`service: reason`, without what the message claimed to be."""
    parts = [line.split(": ", 2) for line in buried]
    return sorted(f"{service}: {reason.partition(': ')[0]}" for service, _, reason in parts)


def put_aside_and_go_on(system: System) -> None:
    """The strange messages are put aside, and a case goes its way."""
    drive = system.drive()
    stories.refused(drive)
    assert drive.state == "REFUSED"
    assert without_names(system.buried()) == sorted(REASONS)


def test_in_the_trial(embedded: Embedded) -> None:
    engine = engine_for(embedded.system.settings.transport_url, "messages")
    with engine.begin() as connection:
        for wire in WIRES:
            row = {"queue": "review", "wire": wire, "attempt": 0, "due_at": datetime.now(UTC)}
            connection.execute(sa.insert(message).values(**row))
    engine.dispose()
    put_aside_and_go_on(embedded)


def test_in_the_full_stack(deployed: Deployed) -> None:
    address = pika.URLParameters(deployed.stack.settings["TRANSPORT_URL"])
    with pika.BlockingConnection(address) as connection:
        channel = connection.channel()
        for wire in WIRES:
            channel.basic_publish("", "review", wire.encode())
        try:
            put_aside_and_go_on(deployed)
        finally:
            channel.queue_purge("review.buried")
