"""Text messages through the gateway, calls recorded by clerks, and the attempts after a failure."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.notify.app import SERVICE
from services.notify.channels import GatewayDown, Outcome
from services.notify.delivering import AlreadyRecorded, record_result, texting
from services.notify.models import Case, Delivery
from services.notify.rules import DELIVERED
from shared.errors import Sealed
from tests.rig import CASE, START, Bench, person
from tests.services.notify.conftest import (
    APPLICANT,
    HANDLER,
    UNSIGNED,
    assigned,
    correction,
    deliveries,
    notice,
    registered,
    someone,
    the_notice,
    tick,
)

CLERK = person("clerk")


class Network:
    """A gateway of a telephone network that is down for a while."""

    def __init__(self, down: int) -> None:
        self.down = down
        self.sent: list[tuple[UUID, str, str]] = []

    def send(self, key: UUID, phone: str, text: str) -> Outcome:
        self.down -= 1
        if self.down >= 0:
            raise GatewayDown
        self.sent.append((key, phone, text))
        return Outcome(DELIVERED, "arrived")


def bench_with(network: Network, folder: Path) -> Bench:
    bench = Bench(replace(SERVICE, clocks=(texting(network),)), folder)
    bench.deliver(registered(), job_key=None)
    return bench


def record(bench: Bench, channel: str, result: str, attempt: int = 1) -> None:
    identifier = deliveries(bench)[APPLICANT, channel, attempt].id
    with bench.work() as work:
        delivery = work.session.get(Delivery, identifier)
        record_result(delivery, result, "母亲接的电话", CLERK, work)


def states(bench: Bench, channel: str) -> list[tuple[int, str, str | None]]:
    found = sorted((d.attempt, d.state, d.result) for d in deliveries(bench, channel=channel).values())
    return [(attempt, state, result) for attempt, state, result in found]


def test_a_network_that_is_down_gets_the_message_later(tmp_path: Path) -> None:
    network = Network(down=2)
    bench = bench_with(network, tmp_path)
    bench.deliver(notice("granted", channels="decision"))
    assert tick(bench) == 1
    assert states(bench, "sms") == [(1, "failed", "gateway_down"), (2, "waiting", None)]
    bench.clock.moment = START + timedelta(minutes=10, microseconds=-1)
    assert tick(bench) == 0
    bench.clock.moment = START + timedelta(minutes=10)
    assert tick(bench) == 1
    bench.clock.moment += timedelta(minutes=60)
    assert tick(bench) == 1
    assert states(bench, "sms")[2] == (3, "delivered", "arrived")
    ((key, phone, text),) = network.sent
    assert (key, phone) == (deliveries(bench)[APPLICANT, "sms", 3].id, "138 0013 8000")
    assert text.startswith("【法援在线】")
    assert tick(bench) == 0


def test_after_the_last_pause_no_more_is_tried(tmp_path: Path) -> None:
    bench = bench_with(Network(down=99), tmp_path)
    bench.deliver(notice("granted", channels="decision"))
    for _ in range(6):
        tick(bench)
        bench.clock.moment += timedelta(days=1)
    assert [s[:2] for s in states(bench, "sms")] == [(n, "failed") for n in (1, 2, 3, 4)]


def test_a_first_success_later_is_that_of_the_notice(tmp_path: Path) -> None:
    bench = bench_with(Network(down=1), tmp_path)
    bench.deliver(someone("applicant", "applicant", at="/public/", active=False))
    bench.deliver(notice("granted", channels="decision"))
    tick(bench)
    assert the_notice(bench).delivered_at is None
    bench.clock.moment += timedelta(minutes=10)
    tick(bench)
    assert the_notice(bench).delivered_at == START + timedelta(minutes=10)


def test_a_number_lost_in_the_meantime_fails_the_attempt(bench: Bench) -> None:
    bench.deliver(assigned())
    bench.deliver(someone("handler", "handler", phone=None))
    assert tick(bench) == 2
    assert deliveries(bench)[HANDLER, "sms", 1].result == "no_phone"
    assert deliveries(bench)[APPLICANT, "sms", 1].result == "recorded"


@pytest.mark.clause("S0-7.4.4d2")
def test_a_call_that_reached_somebody_is_delivered(bench: Bench) -> None:
    bench.deliver(correction(UNSIGNED))
    bench.clock.moment += timedelta(hours=1)
    record(bench, "phone", "reached")
    call = deliveries(bench)[APPLICANT, "phone", 1]
    assert (call.state, call.result, call.recorded_by, call.remark) == (
        "delivered", "reached", CLERK, "母亲接的电话",
    )  # fmt: skip
    assert call.ended_at == START + timedelta(hours=1)
    assert the_notice(bench).delivered_at == START


def test_a_call_in_vain_is_made_again(bench: Bench) -> None:
    bench.deliver(correction(UNSIGNED))
    record(bench, "phone", "no_answer")
    assert states(bench, "phone") == [(1, "failed", "no_answer"), (2, "waiting", None)]
    assert deliveries(bench)[APPLICANT, "phone", 2].due_at == START + timedelta(minutes=10)
    record(bench, "phone", "wrong_number", attempt=2)
    assert states(bench, "phone")[1:] == [(2, "failed", "wrong_number")]


def test_a_text_message_without_receipt_is_settled_by_asking(bench: Bench) -> None:
    bench.deliver(correction(UNSIGNED))
    with pytest.raises(AlreadyRecorded):
        record(bench, "sms", "arrived")
    tick(bench)
    record(bench, "sms", "not_arrived")
    assert states(bench, "sms") == [(1, "failed", "not_arrived"), (2, "waiting", None)]
    bench.clock.moment += timedelta(minutes=10)
    tick(bench)
    record(bench, "sms", "arrived", attempt=2)
    assert states(bench, "sms")[1] == (2, "delivered", "arrived")


@pytest.mark.parametrize("channel", ["in_app", "phone"])
def test_a_result_is_recorded_once(bench: Bench, channel: str) -> None:
    bench.deliver(correction(UNSIGNED))
    record(bench, "phone", "reached")
    with pytest.raises(AlreadyRecorded):
        record(bench, channel, "reached")


@pytest.mark.clause("S0-7.1b")
def test_a_sealed_case_takes_no_result(bench: Bench) -> None:
    bench.deliver(correction(UNSIGNED))
    with bench.work() as work:
        work.session.get(Case, CASE).sealed_at = START
    with pytest.raises(Sealed):
        record(bench, "phone", "reached")
    assert states(bench, "phone") == [(1, "waiting", None)]
