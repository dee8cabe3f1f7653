"""How long a message lives, and that it is never lost nor caught twice in that time."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.workflow.models import Instance, PublishedMessage
from services.workflow.problems import MessageKnown
from services.workflow.stepping import buffered
from services.workflow.waiting import kept, messages
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    end,
    file,
    flows,
    io,
    message,
    message_def,
    process,
    start,
    user,
)
from tests.services.workflow.test_waiting import WAITS

MINUTE = 60
CATCHES = b'<intermediateCatchEvent id="c">'
A_MOMENT = timedelta(microseconds=1)
STARTS = file(
    process(start("s", message("m")), user("a"), end(), flows("s a e")),
    extra=message_def("m", "resubmitted", None),
)


class StoppedClock:
    """The machine's clock, standing."""

    moment = datetime(2026, 9, 24, tzinfo=UTC)

    def now(self):
        return self.moment


@pytest.fixture
def machine(monkeypatch):
    clock = StoppedClock()
    for module in (messages, kept, buffered):
        monkeypatch.setattr(module, "SystemClock", lambda: clock)
    return clock


def later(machine, seconds, but=timedelta(0)):
    machine.moment += timedelta(seconds=seconds) - but


def match(house):
    with house.work() as work:
        return messages.match_message(work)


def drop(house):
    with house.work() as work:
        return kept.drop_expired_messages(work)


def test_a_message_lives_to_its_last_moment(house, machine):
    house.deploy(WAITS)
    house.publish("resubmitted", seconds_to_live=MINUTE, variables={"n": 1})
    later(machine, MINUTE, but=A_MOMENT)
    assert not drop(house)
    house.start()
    assert (house.open_tasks(), house.variables()) == (["z"], {"n": 1})


def test_and_not_a_moment_longer(house, machine):
    house.deploy(WAITS)
    house.publish("resubmitted", seconds_to_live=MINUTE)
    later(machine, MINUTE)
    house.start()
    assert house.open_tasks() == []
    assert not match(house)
    with house.runtime.reading() as session:
        assert kept.messages_expired(session, house.clock.now())
    assert drop(house)
    assert house.rows(PublishedMessage) == []


@pytest.mark.parametrize(("but", "delivered"), [(A_MOMENT, True), (timedelta(0), False)])
def test_one_that_crossed_its_catcher_is_brought_to_it_until_its_last_moment(house, machine, but, delivered):
    house.deploy(WAITS)
    house.publish("resubmitted", seconds_to_live=MINUTE)
    hide(house, 1)
    house.start()
    hide(house, None)
    later(machine, MINUTE, but=but)
    assert match(house) is delivered
    assert house.open_tasks() == ["z"] * delivered


def hide(house, caught_by):
    """What a transaction sees that began before the other one ended."""
    with house.work() as work:
        work.session.execute(sa.update(PublishedMessage).values(caught_by=caught_by))


def test_an_id_is_taken_as_long_as_its_message_lives_caught_or_not(house, machine):
    house.deploy(WAITS)
    house.start()
    house.publish("resubmitted", message_id="x", seconds_to_live=MINUTE)
    assert house.open_tasks() == ["z"]
    later(machine, MINUTE, but=A_MOMENT)
    with pytest.raises(MessageKnown):
        house.publish("resubmitted", message_id="x", seconds_to_live=MINUTE)
    later(machine, 0, but=-A_MOMENT)
    house.publish("resubmitted", message_id="x", seconds_to_live=MINUTE)
    [kept] = house.rows(PublishedMessage)
    assert (kept.caught_by, kept.expires_at) == (None, machine.moment + timedelta(seconds=MINUTE))


def test_a_kept_message_is_caught_once_by_the_first_that_waits(house, machine):
    house.deploy(WAITS)
    house.publish("resubmitted", seconds_to_live=MINUTE)
    first, second = house.start(), house.start()
    assert len(house.open_tasks()) == 1
    [kept] = house.rows(PublishedMessage)
    assert kept.caught_by == first
    assert not match(house)
    assert house.rows(Instance, key=second)[0].status == "ACTIVE"


def test_kept_messages_are_caught_in_the_order_they_came(house, machine):
    house.deploy(WAITS)
    for number in range(3):
        house.publish("resubmitted", seconds_to_live=MINUTE, variables={"n": number})
    found = [house.variables(house.start())["n"] for _ in range(3)]
    assert found == [0, 1, 2]


def test_messages_without_a_key_start_one_each_those_with_a_key_one_at_a_time(house, machine):
    house.deploy(STARTS)
    for key in ("", "", str(CASE), str(CASE)):
        house.publish("resubmitted", key=key, seconds_to_live=MINUTE)
    assert len(house.rows(Instance)) == 3
    assert [m.caught_by for m in house.rows(PublishedMessage)].count(None) == 1
    assert not match(house)


def test_one_that_is_stuck_with_a_message_is_not_given_another(house, machine):
    mapping = io("out n = string join(for i in 1..30000000 return &quot;x&quot;)").encode()
    house.deploy(WAITS.replace(CATCHES, CATCHES + mapping))
    house.start()
    house.publish("resubmitted", seconds_to_live=MINUTE)
    assert [i.kind for i in house.incidents()] == ["IO_MAPPING_ERROR"]
    house.publish("resubmitted", seconds_to_live=MINUTE)
    assert [m.caught_by is None for m in house.rows(PublishedMessage)] == [False, True]


def test_a_message_that_names_its_life_in_milliseconds_lives_that_long(house, machine):
    body = {"name": "resubmitted", "correlationKey": str(CASE), "timeToLive": 1500}
    assert house.client("integration").post("/v2/messages/publication", json=body).status_code == 200
    assert house.rows(PublishedMessage)[0].expires_at == machine.moment + timedelta(seconds=1.5)
