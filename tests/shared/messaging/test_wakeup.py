"""A worker on PostgreSQL is woken by the commit: it does not ask, and hears nothing that did not happen."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from shared import worker
from shared.clock import SystemClock
from shared.messaging.tables import outbox, stream
from shared.messaging.wakeup import Doorbell, wake_worker
from shared.service import Runtime
from shared.settings import Settings
from shared.worker import Rounds, rounds_of, run
from tests.shared.messaging.depot import CASE, ROOT, ParcelSeen, depot, restart, rolled_back, rows, start

MANY_SECONDS = 60.0
OWN_PID = sa.select(sa.func.pg_backend_pid())
BELL = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"


@pytest.fixture
def settings(postgres_url: str, keys_dir: Path, tmp_path: Path) -> Settings:
    return Settings(
        environment="test", database_url=postgres_url, keys_dir=keys_dir, workflows_dir=ROOT / "workflows",
        transport_url=f"sqlite:///{tmp_path}/messages.db",
    )  # fmt: skip


@pytest.fixture
def working(settings: Settings) -> Iterator[Runtime]:
    """The service in the process of its worker."""
    runtime = start(depot(), settings)
    yield runtime
    runtime.close()


@pytest.fixture
def web(settings: Settings, working: Runtime) -> Iterator[Runtime]:
    """The same service in another process."""
    runtime = restart(depot(), settings)
    yield runtime
    runtime.close()


@pytest.fixture
def never_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_UNWOKEN_SECONDS", MANY_SECONDS)


def say(runtime: Runtime, weight: int) -> None:
    with runtime.transaction() as work:
        work.emit(ParcelSeen(case_id=CASE, weight=weight))


def until(happened: Callable[[], object], seconds: float = 30) -> None:
    stop = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if happened():
            return
        stop.wait(0.02)
    pytest.fail("it did not happen")


def unsent(runtime: Runtime) -> int:
    return sum(row.sent_at is None for row in rows(runtime, outbox))


def go_round_until_sent(rounds: Rounds, runtime: Runtime, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while unsent(runtime):
        assert time.monotonic() < limit
        rounds.turn()


def bells(runtime: Runtime) -> list[int]:
    with runtime.reading() as session:
        return list(session.execute(sa.text(BELL)).scalars())


def test_a_commit_ends_the_wait_of_a_worker_that_does_not_ask(
    working: Runtime, web: Runtime, never_unasked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_CLOCK_SECONDS", 0.01)
    with rounds_of(working) as rounds:
        rounds.turn()
        time.sleep(0.02)
        monkeypatch.setattr(worker, "_CLOCK_SECONDS", MANY_SECONDS)
        rounds.turn()  # it has looked at its clocks, and does so again only after many seconds

        def wait_and_send() -> None:
            rounds.turn()
            while unsent(web):
                rounds.turn()

        waiting = threading.Thread(target=wait_and_send, daemon=True)
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        say(web, 1)
        waiting.join(MANY_SECONDS / 2)
        assert not waiting.is_alive()
    assert unsent(web) == 0


def test_it_looks_unasked_when_the_notification_was_lost(
    working: Runtime, web: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_CLOCK_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_UNWOKEN_SECONDS", 0.2)
    web.nudged = lambda: None  # as where the worker lives in the same process: the database wakes nobody
    with rounds_of(working) as rounds:
        rounds.turn()
        say(web, 1)
        go_round_until_sent(rounds, web)


def test_what_is_held_back_is_sent_when_it_falls_due(
    working: Runtime, web: Runtime, never_unasked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_CLOCK_SECONDS", 0.01)
    say(web, 1)
    with web.transaction() as work:
        soon = SystemClock().now() + timedelta(seconds=1)
        work.session.execute(sa.update(stream).values(due_at=soon))
    with rounds_of(working) as rounds:
        rounds.turn()
        assert unsent(web) == 1
        go_round_until_sent(rounds, web)


def test_a_lost_line_is_repaired(
    working: Runtime, web: Runtime, never_unasked: None, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(working, stop))
    thread.start()
    until(lambda: bells(web))
    lost = bells(web)
    with web.reading() as session:
        session.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": lost[0]})
    until(lambda: set(bells(web)) - set(lost))
    for weight in range(3):  # the first ones may be found by the look at the start
        say(web, weight)
        until(lambda: not unsent(web))
    stop.set()
    thread.join(30)
    until(lambda: not bells(web))
    assert "the worker begins anew after OperationalError" in caplog.text


def test_only_a_commit_with_something_to_send_is_heard(working: Runtime, web: Runtime) -> None:
    address = make_url(web.settings.database_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as line:
        line.autocommit = True
        line.execute('LISTEN "depot.outbox"')
        with rolled_back(working) as work:
            work.emit(ParcelSeen(case_id=CASE, weight=2))
            wake_worker(work.session, "depot")
            silent = work.session.scalar(OWN_PID)
        with working.transaction() as work:
            work.first_time(CASE, "nothing to send")
        with web.transaction() as work:
            work.emit(ParcelSeen(case_id=CASE, weight=3))
            heard_of = work.session.scalar(OWN_PID)
        assert [notice.pid for notice in line.notifies(timeout=30, stop_after=1)] == [heard_of]
    assert silent != heard_of


def test_each_service_has_its_own_bell(working: Runtime) -> None:
    heard: list[str] = []
    both = threading.Barrier(2, timeout=30)

    def hear(name: str) -> None:
        heard.append(name)
        both.wait()

    depots = Doorbell(working.engine, "depot", lambda: hear("depot"))
    offices = Doorbell(working.engine, "office", lambda: hear("office"))
    with depots, offices:
        say(working, 1)
        both.wait()
        assert (depots.rung(), offices.rung()) == (True, False)
        assert not depots.rung(), "until it rings again"
        say(working, 2)
        both.wait()
        assert depots.rung()
    assert heard == ["depot", "depot"]


def test_a_file_rings_no_bell(keys_dir: Path, tmp_path: Path) -> None:
    settings = Settings(
        environment="test", database_url=f"sqlite:///{tmp_path}/{{service}}.db", keys_dir=keys_dir,
        workflows_dir=ROOT / "workflows",
    )  # fmt: skip
    runtime = start(depot(), settings)
    with Doorbell(runtime.engine, "depot", pytest.fail) as bell:
        say(runtime, 1)
        assert not bell.hears
        assert not bell.rung()
    runtime.close()
