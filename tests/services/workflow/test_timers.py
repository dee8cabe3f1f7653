"""Every timer fires at its own moment, exactly as often as it says, however long the system was down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.workflow.models import Timer
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import House, someone

ANN = someone("ann", "clerk")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
CATCH = "intermediateCatchEvent"
THREE_DAYS = "date and time(working days after(now(), 3))"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def fired(house):
    """Let the clock fire all that is due now; which timers, in order."""
    before = len(house.past("timer_fired"))
    while house.fire_timer():
        pass
    return house.past("timer_fired")[before:]


def at(house, moment):
    """The next thing in this house happens exactly then."""
    house.clock.moment = moment - timedelta(milliseconds=1)


RACE = file(
    process(
        start(), node("eventBasedGateway", "g"), node(CATCH, "c", message("m")),
        *(node(CATCH, f"t{n}", timer("Duration", f"=t{n}")) for n in (1, 2, 3)),
        *(user(f"u{n}", CLERK) for n in (1, 2, 3)), end(),
        flows("s g c e", *(f"g t{n} u{n} e" for n in (1, 2, 3))),
    ),
    extra=message_def("m", "m"),
)  # fmt: skip


@pytest.mark.parametrize("first", [1, 2, 3])
def test_each_timer_of_an_event_gateway_has_its_own_time(house, first):
    house.deploy(RACE)
    spans = {f"t{n}": "PT1H" if n == first else f"PT{n + 1}H" for n in (1, 2, 3)}
    house.start(**spans)
    armed = {row.element_id: row.due_at - row.started_at for row in house.rows(Timer)}
    assert armed == {name: int(span[2]) * HOUR for name, span in spans.items()}
    due = house.rows(Timer, element_id=f"t{first}")[0].due_at
    at(house, due - SECOND)
    assert fired(house) == []
    at(house, due)
    assert fired(house) == [f"t{first}"]
    assert house.open_tasks() == [f"u{first}"]
    assert house.rows(Timer) == []
    at(house, due + 9 * HOUR)
    assert fired(house) == [], "the others lost"


def guarded(kind, text, *, interrupting):
    """A task with one timer on its border."""
    border = boundary("c", "a", timer(kind, text), interrupting=interrupting)
    ways = flows("s a e", "c n e")
    return file(process(start(), user("a", CLERK), border, user("n", CLERK), end(), ways))


@pytest.mark.parametrize(("cycle", "times"), [("R3/PT1H", 3), ("R1/PT1H", 1), ("R/PT1H", 5)])
def test_a_repeating_timer_fires_once_for_each_round_also_after_a_long_stop(house, cycle, times):
    house.deploy(guarded("Cycle", cycle, interrupting=False))
    house.start()
    began = house.rows(Timer)[0].started_at
    at(house, began + HOUR)
    assert fired(house) == ["c"]
    at(house, began + HOUR + HOUR - SECOND)
    assert fired(house) == []
    at(house, began + 5 * HOUR)  # the system was down for three rounds: none is left out, none drifts
    assert fired(house) == ["c"] * (times - 1)
    assert house.open_tasks() == ["a", *["n"] * times]
    left = [row.due_at for row in house.rows(Timer)]
    assert left == ([began + 6 * HOUR] if cycle.startswith("R/") else [])
    house.complete("a", ANN)
    assert house.rows(Timer) == []


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["n"]), (False, ["a", "n"])])
def test_a_timer_that_does_not_repeat_fires_once(house, interrupting, left):
    house.deploy(guarded("Duration", "PT1H", interrupting=interrupting))
    house.start()
    at(house, house.clock.now() + 9 * HOUR)
    assert fired(house) == ["c"]
    assert house.open_tasks() == left
    assert house.rows(Timer) == []


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("Date", "2026-09-30T09:00:00+08:00", datetime(2026, 9, 30, 1, tzinfo=UTC)),
        ("Date", f"={THREE_DAYS}", datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)),
        ("Date", "=date and time(days after(now(), 9))", datetime(2026, 10, 8, 15, 59, 59, tzinfo=UTC)),
        ("Duration", "P1M", datetime(2026, 10, 24, 1, 59, 59, tzinfo=UTC)),
        ("Cycle", "R2/P1D", datetime(2026, 9, 25, 1, 59, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_deadlines_survive_a_restart_to_the_second(house, kind, text, due):
    """Also working days: three after 24 September 2026, the 25th to the 27th being a holiday."""
    house.deploy(guarded(kind, text, interrupting=kind != "Cycle"))
    house.start()
    after: Any = House.beside(house)
    [row] = after.rows(Timer)
    assert row.due_at.replace(microsecond=0) == due
    at(after, row.due_at - SECOND)
    assert fired(after) == []
    at(after, row.due_at)
    assert fired(after) == ["c"]
    assert after.open_tasks() == (["a", "n"] if kind == "Cycle" else ["n"])
    after.runtime.close()
