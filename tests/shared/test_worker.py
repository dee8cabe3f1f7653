"""The worker goes round: sends, receives, looks at its clocks; a fault of one stops none of the others."""

import logging
import subprocess
import sys
import threading
from collections import UserDict
from collections.abc import Callable, Iterator, KeysView
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.messaging.transport import Transport
from shared.messaging.work import UnitOfWork
from shared.secrecy import Keyring
from shared.service import DueWork, Handler, Runtime, Service
from shared.settings import Settings
from shared.worker import Worker, run
from tests.shared.messaging.depot import (
    ORDERING,
    ROOT,
    depot,
    office,
    parcel,
    receipt,
    restart,
    rows,
    some_wish,
    start,
    wish,
)
from tests.shared.messaging.rigs import DatabaseRig

Make = Callable[[Service], Runtime]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Keyring.create(tmp_path / "keys")
    return Settings(
        environment="test", database_url=f"sqlite:///{tmp_path}/{{service}}.db", keys_dir=tmp_path / "keys",
        transport_url=f"sqlite:///{tmp_path}/messages.db", workflows_dir=ROOT / "workflows",
    )  # fmt: skip


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    made: list[Runtime] = []

    def start_one(service: Service) -> Runtime:
        made.append(start(service, settings))
        return made[-1]

    yield start_one
    for runtime in made:
        runtime.close()


@pytest.fixture
def transport(settings: Settings, make: Make) -> Iterator[Transport]:
    rig = DatabaseRig(settings.transport_url, make(depot()).keys, "")
    yield rig.connect()
    rig.clean()


def wish_for(runtime: Runtime, *weights: int) -> None:
    with runtime.transaction() as work:
        work.session.execute(sa.insert(wish), [{"weight": w, "ordered": False} for w in weights])


def settle(*workers: Worker) -> None:
    while any([each.step() for each in workers]):  # noqa: C419  (each of them takes its turn)
        pass


def test_due_work_is_done_sent_received_and_answered(make: Make, transport: Transport) -> None:
    ordering, storing = make(office(ORDERING)), make(depot())
    workers = [Worker(ordering, transport), Worker(storing, transport)]
    for each in workers:
        each.bind()
    wish_for(ordering, 1, 2, 3)
    settle(*workers)
    assert [row.weight for row in rows(storing, parcel)] != []
    assert len(rows(ordering, receipt)) == len(rows(storing, parcel)) == 3
    assert not workers[0].step(), "then there is rest"


def test_a_failing_clock_rests_alone_and_longer_each_time(
    make: Make, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[float] = []
    now = [1000.0]

    def fail(_work: UnitOfWork) -> bool:
        tries.append(now[0])
        raise KeyError("虚构的人名")

    runtime = make(office(DueWork(some_wish, fail), ORDERING))
    worker = Worker(runtime, transport, monotonic=lambda: now[0])
    Worker(make(depot()), transport).bind()
    for number in range(20):
        wish_for(runtime, number)
        worker.step()
        now[0] += 1
    assert all(row.ordered for row in rows(runtime, wish)), "the other clock went on"
    assert [second - first for first, second in pairwise(tries)] == [2, 4, 8]
    assert "KeyError in test_worker.py" in caplog.text
    assert "虚构" not in caplog.text


def test_a_clock_whose_look_fails_in_the_database_stops_no_other(
    settings: Settings, postgres_url: str, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    def ask_wrongly(session: Session, _now: object) -> bool:
        session.execute(sa.text("SELECT * FROM no_such_table"))
        return True

    clocks = (DueWork(ask_wrongly, lambda _: False), ORDERING)
    runtime = start(office(*clocks), replace(settings, database_url=postgres_url))
    wish_for(runtime, 1)
    assert Worker(runtime, transport).step()
    assert rows(runtime, wish)[0].ordered
    assert "due work rests 2 s after ProgrammingError" in caplog.text
    runtime.close()


def test_run_works_until_it_is_told_to_stop(make: Make, settings: Settings) -> None:
    storing, ordering = make(depot()), make(office(ORDERING))
    stop = threading.Event()
    threads = [threading.Thread(target=run, args=(each, stop)) for each in (storing, ordering)]
    for thread in threads:
        thread.start()
    wish_for(ordering, 1)
    for _ in range(200):
        if rows(ordering, receipt):
            break
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert len(rows(ordering, receipt)) == 1


def test_run_begins_anew_after_a_fault(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    faults = [OSError("虚构的人名"), ZeroDivisionError()]
    stop = threading.Event()

    def waits(_session: object, _now: object) -> bool:
        stop.set()
        return False

    class Faulty(UserDict[type, Handler]):
        """A table of handlers that cannot be read at first."""

        def keys(self) -> KeysView[type]:
            if faults:
                raise faults.pop()
            return super().keys()

    runtime = make(replace(office(DueWork(waits, lambda _: False)), handlers=Faulty()))
    caplog.set_level(logging.WARNING)
    run(runtime, stop)
    told = [record.getMessage() for record in caplog.records]
    assert [text.split(" after ")[1].split(" in ")[0] for text in told] == ["ZeroDivisionError", "OSError"]
    assert "虚构" not in caplog.text


def test_run_waits_for_a_broker_that_is_not_there(
    make: Make, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = replace(settings, transport_url="amqp://nobody:hidden@127.0.0.1:1/")
    runtime, stop = restart(office(), nowhere), threading.Event()
    thread = threading.Thread(target=run, args=(runtime, stop))
    thread.start()
    stop.wait(1.0)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert "the worker begins anew after RabbitMQ" in caplog.text
    assert "hidden" not in caplog.text
    runtime.close()


def test_a_worker_process_says_what_setting_is_wrong() -> None:
    command = [sys.executable, "-m", "shared.worker", "services.review.app"]
    done = subprocess.run(
        command, env={"TRANSPORT_URL": "redis://x"}, capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert done.returncode != 0
    assert "TRANSPORT_URL" in done.stderr
