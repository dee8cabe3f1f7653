"""Event sub-processes: their timers, variables and incidents."""

from datetime import UTC, datetime, timedelta

import pytest

from services.workflow.engine.journal import Activated, Incident, Subscribed, TimerArmed
from tests.services.workflow.engine.drawing import (
    end,
    event_sub,
    file,
    flows,
    io,
    message,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.engine.listening import BOTH, M, inside, note, stop
from tests.services.workflow.engine.walk import NOW

# Timers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("Duration", "P7D", NOW + timedelta(days=7)),
        ("Date", "=due", datetime(2026, 4, 1, tzinfo=UTC)),
        ("Duration", '="PT" + string(hours) + "H"', NOW + timedelta(hours=3)),
    ],
)
@pytest.mark.parametrize("sub", [stop, note])
def test_a_moment_starts_it_once(walk, kind, text, due, sub):
    xml = file(process(start(), user("a"), end(), flows("s a e"), sub(timer(kind, text), "v")))
    case = walk(xml, due="2026-04-01T08:00:00+08:00", hours=3)
    assert [(t.due, t.started, t.source) for t in case.details(TimerArmed)] == [(due, NOW, text)]
    case.fire("v_s")
    assert case.waiting == (["vu"] if sub is stop else ["a", "vu"])


def test_a_cycle_starts_it_every_time_without_drift(walk):
    xml = file(process(start(), user("a"), end(), flows("s a e"), note(timer("Cycle", "R3/P1D"))))
    case = walk(xml)
    for _ in range(3):
        case.now += timedelta(days=10)
        case.fire("w_s")
    assert case.waiting == ["a", "wu", "wu", "wu"]
    assert [t.due - NOW for t in case.details(TimerArmed)] == [timedelta(days=n) for n in (1, 2, 3)]


# Variables ----------------------------------------------------------------------------------------------


def test_the_key_is_reckoned_in_the_scope_after_its_input_mappings(walk):
    case = walk(inside(stop(), inner=io("in case_id = file + &quot;-1&quot;")), file="c", case_id="outer")
    assert [s.correlation_key for s in case.details(Subscribed)] == ["c-1"]
    case.fire("v_s")
    assert case.waiting == ["vu"]
    case.complete("vu")
    assert case.waiting == ["z"], "the sub-process is over, the process goes on"


def test_a_key_is_reckoned_after_the_start_event_has_mapped_what_came(walk):
    begins = start("sm", io("out case_id = id"), message("n"))
    case = walk(
        file(process(begins, user("a"), end(), flows("sm a e"), stop()), extra=M), message="noted", id="c-7"
    )
    assert [s.correlation_key for s in case.details(Subscribed)] == ["c-7"]


def test_what_a_message_brings_goes_to_the_nearest_scope_that_has_it(walk):
    case = walk(inside(note(inner=""), inner=io("in round = 0")), case_id="c")
    sub = case.details(Activated)[1].key
    case.fire("w_s", round=1, other=2)
    assert case.local(sub) == {"round": 1}
    assert case.variables == {"case_id": "c", "other": 2}


def test_output_mappings_of_the_start_event_say_what_stays(walk):
    case = walk(inside(note(inner=io("out last = round * 10"))), case_id="c")
    case.fire("w_s", round=1, secret="x")
    assert case.variables == {"case_id": "c", "last": 10}


def test_its_own_mappings_make_it_a_scope_of_its_own(walk):
    own = io("in round = null", "out rounds = append(rounds, round)")
    body = own + user("wu") + end("we") + flows("w_s wu we")
    beside = event_sub("w", message("n"), body, interrupting=False)
    case = walk(inside(beside), case_id="c", rounds=[])
    case.fire("w_s", round=1)
    case.fire("w_s", round=2)
    first, second = [m.key for m in case.details(Activated) if m.node.id == "w"]
    assert (case.local(first), case.local(second)) == ({"round": 1}, {"round": 2})
    case.complete("wu")
    assert case.variables == {"case_id": "c", "rounds": [1]}
    case.complete("wu")
    assert case.variables == {"case_id": "c", "rounds": [1, 2]}
    assert not {first, second} & case.stored.keys()


# Incidents ----------------------------------------------------------------------------------------------


def test_a_scope_that_cannot_listen_stops_at_its_start_and_can_be_mended(walk):
    case = walk(BOTH)
    assert case.waiting == ["!s"]
    assert "case_id" in case.details(Incident)[0].reason
    assert not case.details(Subscribed)
    case.resolve("s")
    assert case.waiting == ["!s"]
    case.set(case_id="c")
    case.resolve("s")
    assert case.waiting == ["a", "v_s", "w_s"]


def test_a_mapping_of_the_start_event_is_not_made_twice(walk):
    begins = start("s", io("out n = n + 1"))
    case = walk(file(process(begins, user("a"), end(), flows("s a e"), stop()), extra=M), n=1)
    assert case.waiting == ["!s"]
    case.set(case_id="c")
    case.resolve("s")
    assert case.variables["n"] == 2


def test_an_event_sub_process_with_a_broken_mapping_waits_to_be_mended(walk):
    body = io("in x = if d = 0 then [1..2] else d") + user("wu") + end("we") + flows("w_s wu we")
    beside = event_sub("w", message("n"), body, interrupting=False)
    case = walk(inside(beside), case_id="c", d=0)
    case.fire("w_s", heard=True)
    assert case.waiting == ["!w", "ia", "w_s"]
    case.set(d=1)
    case.resolve("w")
    assert case.waiting == ["ia", "w_s", "wu"]
    assert case.variables["heard"], "what the message brought was kept"
