"""A unit of work writes what it says into the outbox, in the order of its case."""

import contextlib
from uuid import UUID, uuid5

import pytest
import sqlalchemy as sa

from shared.messaging.envelope import from_wire
from shared.messaging.tables import inbox, outbox, stream
from shared.service import Runtime
from tests.shared.messaging.depot import (
    CASE,
    NOON,
    OTHER_CASE,
    ParcelSeen,
    ParcelStored,
    Start,
    depot,
    envelope,
    order,
    parcel,
    rolled_back,
    rows,
    store_parcel,
)

STORED = ParcelStored(case_id=CASE, parcel=OTHER_CASE)


@pytest.fixture
def runtime(run: Start) -> Runtime:
    return run(depot())


def sent(runtime: Runtime) -> list[sa.Row]:
    return rows(runtime, outbox)


def test_emit_numbers_the_messages_of_each_case(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        for weight, case in ((1, CASE), (2, OTHER_CASE), (3, CASE)):
            work.emit(order(weight, case))
    with runtime.transaction() as work:
        work.emit(ParcelSeen(case_id=CASE, weight=4))
    assert [(row.subject, row.sequence) for row in sent(runtime)] == [
        (str(CASE), 1), (str(OTHER_CASE), 1), (str(CASE), 2), (str(CASE), 3),
    ]  # fmt: skip
    assert [row.sequence for row in rows(runtime, stream)] == [3, 1]


def test_an_error_leaves_neither_rows_nor_messages_nor_numbers(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        work.emit(STORED)
    with rolled_back(runtime) as work:
        work.first_time(CASE, "x")
        store_parcel(order(1), work)
    assert len(sent(runtime)) == 1
    assert rows(runtime, parcel) == rows(runtime, inbox) == []
    assert rows(runtime, stream)[0].sequence == 1


def test_the_outbox_holds_no_readable_personal_field(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        work.emit(order(1))
    [row] = sent(runtime)
    assert "虚构" not in row.wire
    assert from_wire(row.wire, runtime.keys).body["sender"] == order(1).sender


def test_an_answer_carries_job_key_and_cause_of_its_command(runtime: Runtime) -> None:
    command = envelope(order(1), job_key="job 9")
    with runtime.transaction(cause=command) as work:
        work.emit(STORED)
        work.emit(ParcelSeen(case_id=CASE, weight=1))
    answer, event = (from_wire(row.wire, runtime.keys) for row in sent(runtime))
    assert (answer.job_key, answer.cause) == ("job 9", command.id)
    assert (event.job_key, event.cause) == (None, command.id)


def test_an_announcement_caused_by_an_answer_does_not_pass_for_its_jobs_answer(runtime: Runtime) -> None:
    with runtime.transaction(cause=envelope(STORED, job_key="job 9")) as work:
        work.emit(STORED)
    assert from_wire(sent(runtime)[0].wire, runtime.keys).job_key is None


def test_the_same_cause_makes_the_same_ids(runtime: Runtime) -> None:
    ids = []
    for _ in range(2):
        with rolled_back(runtime) as work:
            ids.append((work.ids.uuid(), work.emit(STORED), work.emit(STORED)))
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


def test_a_message_emitted_again_is_sent_again_with_its_present_body(runtime: Runtime) -> None:
    known = uuid5(CASE, "the one")
    for weight in (1, 2):
        with runtime.transaction() as work:
            assert work.emit(order(weight), message_id=known) == known
            work.session.execute(sa.update(outbox).values(sent_at=NOON if weight == 1 else None))
    [row] = sent(runtime)
    again = from_wire(row.wire, runtime.keys)
    assert (again.id, again.body["weight"], row.sequence, row.sent_at) == (known, 2, 2, None)


def test_first_time_is_true_once(runtime: Runtime) -> None:
    answers = []
    for message_id in (CASE, CASE, OTHER_CASE):
        with runtime.transaction() as work:
            answers.append(work.first_time(message_id, "depot.store_parcel"))
    assert answers == [True, False, True]


def test_only_the_answers_of_a_repeated_command_are_sent_again(runtime: Runtime) -> None:
    command, other = envelope(order(1), 1), envelope(order(2), 2)
    for each in (command, other):
        with runtime.transaction(cause=each) as work:
            work.emit(STORED)
            work.emit(ParcelSeen(case_id=CASE, weight=1))
            work.emit(order(5))
    with runtime.transaction() as work:
        work.session.execute(sa.update(outbox).values(sent_at=NOON))
        work.session.execute(sa.update(stream).values(pending=False))
    with runtime.transaction() as work:
        work.answer_again(command.id)
    unsent = [(row.name, row.cause) for row in sent(runtime) if row.sent_at is None]
    assert unsent == [(ParcelStored.NAME, command.id)]
    assert rows(runtime, stream)[0].pending


def test_whoever_sends_is_nudged_after_a_commit_that_says_something(runtime: Runtime) -> None:
    nudges: list[UUID] = []
    runtime.nudged = lambda: nudges.append(CASE)
    with runtime.transaction() as work:
        work.emit(STORED)
    with rolled_back(runtime):
        pass
    with runtime.transaction():
        pass
    assert len(nudges) == 1


def test_what_was_said_within_a_savepoint_that_is_rolled_back_is_not_sent(runtime: Runtime) -> None:
    with runtime.transaction() as work:
        work.emit(order(1))
        with contextlib.suppress(ZeroDivisionError), work.session.begin_nested():
            work.emit(order(2))
            with work.session.begin_nested():
                work.emit(order(3))
            raise ZeroDivisionError
        with work.session.begin_nested():
            work.emit(order(4))
    assert [row.sequence for row in rows(runtime, outbox)] == [1, 2]
    said = [from_wire(row.wire, runtime.keys).body["weight"] for row in rows(runtime, outbox)]
    assert said == [1, 4]
