"""Timers, messages and the race of several events."""

from datetime import UTC, datetime, timedelta

import pytest

from services.workflow.engine import NotWaiting
from services.workflow.engine.journal import Subscribed, TimerArmed
from tests.services.workflow.engine.drawing import (
    end,
    ext,
    file,
    flows,
    io,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.engine.walk import NOW

M = message_def("m", "resubmitted")


def catch(id, definition, inner=""):
    return node("intermediateCatchEvent", id, inner, definition)


def test_a_timer_is_armed_once_and_fired_by_the_host(walk):
    case = walk(
        file(process(start(), catch("t", timer("Duration", "P5D")), user("a"), end(), flows("s t a e")))
    )
    [armed] = case.details(TimerArmed)
    assert (armed.key, armed.due, armed.started, armed.source) == (
        case.key("t"),
        NOW + timedelta(days=5),
        NOW,
        "P5D",
    )
    case.fire("t")
    assert case.waiting == ["a"]


def test_a_timer_may_be_computed(walk):
    xml = file(process(start(), catch("t", timer("Date", "=due")), end(), flows("s t e")))
    case = walk(xml, due="2026-04-01T23:59:59+08:00")
    assert case.details(TimerArmed)[0].due == datetime(2026, 4, 1, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("due", [None, 5, "soon", "2026-04-01T10:00:00", "P5D"])
def test_a_timer_without_a_moment_is_an_incident_and_can_be_mended(walk, due):
    case = walk(file(process(start(), catch("t", timer("Date", "=due")), end(), flows("s t e"))), due=due)
    assert case.waiting == ["!t"]
    with pytest.raises(NotWaiting):
        case._load().fire(case.key("t"), {})
    case.set(due="2026-04-01T10:00:00Z")
    case.resolve("t")
    assert case.waiting == ["t"]


def test_a_message_brings_variables(walk):
    xml = file(process(start(), catch("c", message("m")), user("a"), end(), flows("s c a e")), extra=M)
    case = walk(xml, case_id="c-1")
    [waits] = case.details(Subscribed)
    assert (waits.message, waits.correlation_key, waits.key) == ("resubmitted", "c-1", case.key("c"))
    case.fire("c", round=2)
    assert case.variables["round"] == 2


def test_output_mappings_keep_the_rest_of_a_message_out(walk):
    xml = file(
        process(start(), catch("c", message("m"), io("out n = round + 1")), end(), flows("s c e")), extra=M
    )
    case = walk(xml, case_id="c-1")
    case.fire("c", round=2, secret="x")
    assert case.variables == {"case_id": "c-1", "n": 3}


@pytest.mark.parametrize("key", [None, "", True, 1.5, ["c"]])
def test_a_correlation_key_that_is_no_text_is_an_incident(walk, key):
    xml = file(process(start(), catch("c", message("m")), end(), flows("s c e")), extra=M)
    assert walk(xml, case_id=key).waiting == ["!c"]


def test_a_receive_task_waits_for_its_message(walk):
    xml = file(
        process(start(), node("receiveTask", "r", messageRef="m"), user("a"), end(), flows("s r a e")),
        extra=M,
    )
    case = walk(xml, case_id=7)
    assert case.details(Subscribed)[0].correlation_key == "7"
    case.fire("r")
    assert case.waiting == ["a"]


def test_a_process_may_start_with_a_message(walk):
    xml = file(
        process(start(), start("sm", message("m")), user("a"), user("b"), end(), flows("s a e", "sm b e")),
        extra=M,
    )
    assert walk(xml).waiting == ["a"]
    assert walk(xml, message="resubmitted").waiting == ["b"]


RACE = file(
    process(
        start(),
        node("eventBasedGateway", "g"),
        catch("t1", timer("Duration", "P5D")),
        catch("t2", timer("Duration", "P2D")),
        catch("c", message("m")),
        node("receiveTask", "r", messageRef="n"),
        user("late"),
        user("soon"),
        user("heard"),
        user("read"),
        end(),
        flows("s g t1 late e", "g t2 soon e", "g c heard e", "g r read e"),
    ),
    extra=M + message_def("n", "noted"),
)


@pytest.mark.parametrize(("first", "then"), [("t1", "late"), ("t2", "soon"), ("c", "heard"), ("r", "read")])
def test_the_first_event_wins_the_race(walk, first, then):
    case = walk(RACE, case_id="c")
    assert case.waiting == ["c", "r", "t1", "t2"]
    assert [d.due - NOW for d in case.details(TimerArmed)] == [timedelta(days=5), timedelta(days=2)]
    case.fire(first)
    assert case.waiting == [then]
    assert sorted(x for x in case.happened() if x[0] == "o") == sorted(
        f"o{x}" for x in {"t1", "t2", "c", "r"} - {first}
    )
    case.complete(then)
    assert case.ended


def test_a_race_begins_with_all_events_or_not_at_all(walk):
    case = walk(RACE)  # without case_id the messages cannot be waited for
    assert case.waiting == ["!g"]
    case.set(case_id="c")
    case.resolve("g")
    assert case.waiting == ["c", "r", "t1", "t2"]


def test_a_thrown_message_is_a_job_and_a_plain_throw_passes(walk):
    sends = ext('taskDefinition type="tell"')
    thrown = node("intermediateThrowEvent", "t", sends, message("m"))
    last = end("e", sends, message("m"))
    plain = node("intermediateThrowEvent", "plain")
    case = walk(
        file(process(start(), plain, thrown, last, flows("s plain t e")), extra=message_def("m", "m"))
    )
    assert case.waiting == ["t"]
    case.complete("t")
    assert case.waiting == ["e"]
    case.complete("e")
    assert case.ended
