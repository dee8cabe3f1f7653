"""One process's view of a service: transactions that commit once, and what every service hears."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.clock import FixedClock, OffsetClock, SystemClock
from shared.contracts.identity import RolesChanged, SessionEnded
from shared.database import ensure_tables
from shared.messaging.contract import dump
from shared.messaging.envelope import Envelope
from shared.messaging.tables import MECHANISM, changed_roles, ended_session, inbox
from shared.secrecy import Keyring
from shared.service import Runtime, new_seed
from shared.settings import Settings
from tests.shared.messaging.depot import NOON, ROOT, StoreParcel, depot, rows, store_parcel

PERSON = UUID("00000000-0000-7000-8000-000000000001")
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Keyring.create(tmp_path / "keys")
    return Settings(
        environment="test", database_url=f"sqlite:///{tmp_path}/{{service}}.db", keys_dir=tmp_path / "keys",
        workflows_dir=ROOT / "workflows", files_dir=tmp_path / "files",
    )  # fmt: skip


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    made = Runtime(depot(), settings, FixedClock(NOON), seeds=iter([PERSON]).__next__)
    ensure_tables(made.engine, "depot", MECHANISM)
    yield made
    made.close()


def hear(runtime: Runtime, message: SessionEnded | RolesChanged) -> None:
    envelope = Envelope(
        id=new_seed(), name=message.NAME, source="identity", subject="", sequence=1, cause=None, job_key=None,
        time=NOON, body=dump(message),
    )  # fmt: skip
    with runtime.transaction(cause=envelope) as work:
        runtime.handlers[type(message)](message, work)


def test_the_end_of_a_transaction_commits_and_an_error_rolls_back(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        work.first_time(PERSON, "kept")
    with pytest.raises(ZeroDivisionError), runtime.transaction(seed=PERSON) as work:
        _fail(work.first_time(new_seed(), "dropped"))
    assert [row.name for row in rows(runtime, inbox)] == ["kept"]


def _fail(_: bool) -> None:
    raise ZeroDivisionError


def test_ids_follow_from_the_given_seeds(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        first = work.ids.uuid()
    with runtime.transaction(seed=PERSON) as work:
        assert work.ids.uuid() == first


def test_new_seeds_differ_and_grow() -> None:
    seeds = [new_seed() for _ in range(100)]
    assert seeds == sorted(set(seeds))


def test_work_has_the_clock_the_policy_and_the_calendar(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        assert work.clock.now() == NOON
        assert work.policy.profile == "jiangsu"
        assert work.calendar is runtime.calendar


def test_the_clock_follows_the_settings(settings: Settings, tmp_path: Path) -> None:
    plain = Runtime(depot(), settings)
    moved = Runtime(depot(), replace(settings, clock_file=tmp_path / "clock"))
    assert isinstance(plain.clock, SystemClock)
    assert isinstance(moved.clock, OffsetClock)
    moved.clock.advance(AN_HOUR)
    assert moved.clock.now() - plain.clock.now() > AN_HOUR - timedelta(seconds=5)
    for runtime in (plain, moved):
        runtime.close()


def test_files_of_a_service_lie_apart(runtime: Runtime, tmp_path: Path) -> None:
    assert runtime.files.path("x") == tmp_path / "files" / "depot" / "x"


def test_a_service_hears_its_own_messages_and_those_for_everyone(runtime: Runtime) -> None:
    assert set(runtime.handlers) == {StoreParcel, SessionEnded, RolesChanged}
    assert runtime.handlers[StoreParcel] is store_parcel


def test_an_ended_session_is_remembered_once(runtime: Runtime) -> None:
    for _ in range(2):
        hear(runtime, SessionEnded(session_id=PERSON))
    assert [row.session_id for row in rows(runtime, ended_session)] == [PERSON]


def test_the_newest_change_of_roles_counts_in_whatever_order_they_come(runtime: Runtime) -> None:
    for hours in (1, 2, 0):
        hear(runtime, RolesChanged(person_id=PERSON, at=NOON + hours * AN_HOUR))
    assert [row.changed_at for row in rows(runtime, changed_roles)] == [NOON + 2 * AN_HOUR]


def test_a_reading_session_sees_what_was_committed(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        work.first_time(PERSON, "kept")
    with runtime.reading() as session:
        assert session.scalar(sa.select(inbox.c.name)) == "kept"
