"""Old rows of the mechanism go; what somebody may still need stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from shared.messaging import cleaning
from shared.messaging.cleaning import Cleaning, clean, over_in_inbox, over_in_outbox
from shared.messaging.tables import changed_roles, ended_session, inbox, outbox, stream
from shared.secrecy import Keyring
from shared.service import Runtime
from shared.settings import Settings
from tests.shared.messaging.depot import (
    CASE,
    ROOT,
    ParcelSeen,
    ParcelStored,
    depot,
    office,
    order,
    policy,
    rows,
    start,
)

NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SENT, ASKED, SESSIONS = (
    policy().get(f"retention.{name}") * DAY for name in ("sent_days", "asked_days", "sessions_days")
)


@pytest.fixture(params=["sqlite", "postgresql"])
def runtime(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    """A service on either database."""
    Keyring.create(tmp_path / "keys")
    settings = Settings(
        environment="test", database_url=f"sqlite:///{tmp_path}/{{service}}.db", keys_dir=tmp_path / "keys",
        transport_url=f"sqlite:///{tmp_path}/messages.db", workflows_dir=ROOT / "workflows",
    )  # fmt: skip
    if request.param == "postgresql":
        settings = replace(settings, database_url=request.getfixturevalue("postgres_url"))
    made = start(depot(), settings)
    yield made
    made.close()


def say(runtime: Runtime, *ages: timedelta | None) -> None:
    """A command, an event and an answer sent so long ago each; None for what is not sent."""
    for age in ages:
        with runtime.transaction() as work:
            made = [
                work.emit(order(1)), work.emit(ParcelSeen(case_id=CASE, weight=1)),
                work.emit(ParcelStored(case_id=CASE, parcel=CASE)),
            ]  # fmt: skip
        with runtime.transaction() as work:
            of_these = sa.update(outbox).where(outbox.c.message_id.in_(made))
            work.session.execute(of_these.values(sent_at=None if age is None else NOW - age))


def left(runtime: Runtime) -> list[tuple[str, timedelta | None]]:
    return [(row.name.split(".")[1], row.sent_at and NOW - row.sent_at) for row in rows(runtime, outbox)]


def sweep(runtime: Runtime) -> None:
    after = None
    while True:
        with runtime.transaction() as work:
            after = clean(work.session, outbox, over_in_outbox(work.policy, NOW), after)
        if after is None:
            return


def test_what_was_sent_goes_after_its_period(runtime: Runtime) -> None:
    say(runtime, SENT + DAY, SENT, None)
    sweep(runtime)
    all_three = ["store_parcel", "parcel_seen", "parcel_stored"]
    expected = [("parcel_stored", SENT + DAY), *((name, SENT) for name in all_three)]
    assert left(runtime) == [*expected, *((name, None) for name in all_three)]


def test_answers_go_when_nobody_asks_for_them_any_more(runtime: Runtime) -> None:
    say(runtime, ASKED + DAY, ASKED)
    sweep(runtime)
    assert left(runtime) == [("parcel_stored", ASKED)]


def test_a_piece_at_a_time(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_AT_ONCE", 2)
    say(runtime, SENT + DAY, None, SENT + DAY)
    over, after, pieces = over_in_outbox(policy(), NOW), None, 0
    while pieces == 0 or after is not None:
        with runtime.transaction() as work:
            after = clean(work.session, outbox, over, after)
        pieces += 1
    assert pieces == 5
    assert [name for name, _ in left(runtime)].count("parcel_seen") == 1


def test_the_numbers_of_a_case_go_on(runtime: Runtime) -> None:
    say(runtime, ASKED + DAY)
    sweep(runtime)
    assert rows(runtime, outbox) == []
    say(runtime, None)
    assert sorted(row.sequence for row in rows(runtime, outbox)) == [4, 5, 6]
    assert len(rows(runtime, stream)) == 1


def note(runtime: Runtime, age: timedelta) -> UUID:
    """A message that came so long ago."""
    message = uuid4()
    with runtime.transaction() as work:
        values = {"message_id": message, "name": "x", "received_at": NOW - age}
        work.session.execute(sa.insert(inbox).values(values))
    return message


def test_the_inbox_outlives_every_second_delivery(runtime: Runtime) -> None:
    note(runtime, ASKED + DAY)
    kept = note(runtime, ASKED)
    with runtime.transaction() as work:
        assert clean(work.session, inbox, over_in_inbox(work.policy, NOW), None) is None
    assert [row.message_id for row in rows(runtime, inbox)] == [kept]


def test_what_another_worker_holds_is_passed_over(tmp_path: Path, postgres_url: str) -> None:
    Keyring.create(tmp_path / "keys")
    settings = Settings(environment="test", database_url=postgres_url, keys_dir=tmp_path / "keys")
    runtime = start(office(), settings)
    note(runtime, ASKED + DAY)
    with runtime.transaction() as first, runtime.transaction() as second:
        for work in (first, second):
            clean(work.session, inbox, over_in_inbox(policy(), NOW), None)
    assert rows(runtime, inbox) == []
    runtime.close()


def test_a_round_goes_through_every_table_and_then_rests(runtime: Runtime) -> None:
    moment = [0.0]
    due = Cleaning(lambda: moment[0]).due()
    now = datetime.now(UTC)
    with runtime.transaction() as work:
        for age in (SESSIONS + DAY, SESSIONS - DAY):
            ended = {"session_id": uuid4(), "ended_at": now - age}
            changed = {"person_id": uuid4(), "changed_at": now - age}
            work.session.execute(sa.insert(ended_session).values(ended))
            work.session.execute(sa.insert(changed_roles).values(changed))

    no_session: Any = None

    def turns(seconds: int) -> int:
        count = 0
        for _ in range(seconds):
            moment[0] += 1
            if due.waits(no_session, now):
                count += 1
                with runtime.transaction() as work:
                    assert not due.act(work)
        return count

    assert turns(299) == 0
    assert turns(10) == 4
    assert [len(rows(runtime, table)) for table in (ended_session, changed_roles)] == [1, 1]
    assert turns(3590) == 0
    assert turns(20) == 4
