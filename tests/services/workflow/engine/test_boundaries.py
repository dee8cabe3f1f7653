"""Boundary events: interrupting, warning, repeating, and errors."""

from datetime import UTC, datetime, timedelta

import pytest

from services.workflow.engine.journal import Subscribed, TimerArmed
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    error,
    error_def,
    file,
    flows,
    job,
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


GUARDED = file(
    process(
        start(),
        user("a"),
        boundary("late", "a", timer("Duration", "P7D")),
        boundary("called", "a", message("m")),
        boundary("warn", "a", timer("Duration", "P3D"), interrupting=False),
        user("x"),
        user("y"),
        user("w"),
        user("z"),
        end(),
        flows("s a z e", "late x e", "called y e", "warn w e"),
    ),
    extra=M,
)


def test_an_interrupting_event_takes_the_task_away(walk):
    case = walk(GUARDED, case_id="c")
    assert case.waiting == ["a", "called", "late", "warn"]
    case.fire("late")
    assert case.waiting == ["x"]
    assert case.happened()[-6:] == ["ocalled", "owarn", "xa", "+late", "-late", "+x"]
    case.complete("x")
    assert case.ended


def test_finishing_the_task_ends_the_wait_for_its_events(walk):
    case = walk(GUARDED, case_id="c")
    case.complete("a")
    assert case.waiting == ["z"]


def test_a_warning_leaves_the_task_alone_and_outlives_it(walk):
    case = walk(GUARDED, case_id="c")
    case.fire("warn")
    assert case.waiting == ["a", "called", "late", "w"]
    case.complete("a")
    assert case.waiting == ["w", "z"]
    case.complete("z")
    assert not case.ended
    case.complete("w")
    assert case.ended


def test_a_non_interrupting_message_is_heard_every_time(walk):
    case = walk(
        file(
            process(
                start(),
                user("a"),
                boundary("note", "a", message("m"), interrupting=False),
                user("n"),
                end(),
                flows("s a e", "note n e"),
            ),
            extra=M,
        ),
        case_id="c",
    )
    for count in range(1, 4):
        case.fire("note", count=count)
        assert case.waiting == ["a", *["n"] * count, "note"]
    assert len({s.key for s in case.details(Subscribed)}) == 4
    case.complete("a")
    assert case.waiting == ["n", "n", "n"]


@pytest.mark.parametrize(("cycle", "rounds"), [("R3/PT1H", 3), ("R1/PT1H", 1), ("R/P1M", 30)])
def test_a_cycle_counts_from_its_last_due_moment(walk, cycle, rounds):
    case = walk(
        file(
            process(
                start(),
                user("a"),
                boundary("c", "a", timer("Cycle", cycle), interrupting=False),
                end(),
                flows("s a e", "c e"),
            )
        )
    )
    for _ in range(rounds):
        case.now += timedelta(days=400)  # the host was down: nothing is skipped, nothing drifts
        case.fire("c")
    dues = [t.due for t in case.details(TimerArmed)]
    if cycle == "R/P1M":
        assert case.waiting == ["a", "c"]
        assert dues[:3] == [datetime(2026, month, 2, 1, tzinfo=UTC) for month in (4, 5, 6)]
    else:
        assert case.waiting == ["a"]
        assert dues == [NOW + timedelta(hours=n + 1) for n in range(rounds)]


FAULTS = error_def("bad", "BAD") + error_def("odd", "ODD")


GUARDED_JOB = file(
    process(
        start(),
        job("j"),
        boundary("b", "j", error("bad")),
        user("mend"),
        user("z"),
        end(),
        flows("s j z e", "b mend e"),
    ),
    extra=FAULTS,
)


def test_a_worker_may_throw_an_error_to_the_boundary(walk):
    case = walk(GUARDED_JOB)
    assert case.throw("j", "BAD", why="no stamp")
    assert case.waiting == ["mend"]
    assert case.variables["why"] == "no stamp"


def test_an_error_nobody_catches_leaves_everything_as_it_was(walk):
    case = walk(GUARDED_JOB)
    before = case.happened(), case.waiting
    assert not case.throw("j", "ODD")
    assert (case.happened(), case.waiting) == before


INSIDE = file(
    process(
        start(),
        node(
            "subProcess",
            "sub",
            start("is"),
            user("ia"),
            node("exclusiveGateway", "ix", default="ix-ie"),
            end("ie"),
            end("bang", error("bad")),
            flows("is ia ix", "ix bang ?fail", "ix ie"),
        ),
        boundary("any", "sub", "<errorEventDefinition/>"),
        boundary("b", "sub", error("bad")),
        boundary("o", "sub", error("odd")),
        user("other"),
        user("mend"),
        user("z"),
        end(),
        flows("s sub z e", "b mend e", "any other e", "o other"),
    ),
    extra=FAULTS,
)


def test_an_error_end_event_leaves_its_sub_process_through_the_right_boundary(walk):
    case = walk(INSIDE)
    case.complete("ia", fail=True)
    assert case.waiting == ["mend"]
    case.complete("mend")
    assert case.ended


def test_without_an_error_the_sub_process_goes_on(walk):
    case = walk(INSIDE)
    case.complete("ia", fail=False)
    assert case.waiting == ["z"]


def test_an_error_nobody_catches_stays_at_the_end_event(walk):
    case = walk(file(process(start(), user("a"), end("bang", error("bad")), flows("s a bang")), extra=FAULTS))
    case.complete("a")
    assert case.waiting == ["!bang"]
    assert not case.ended


def test_a_boundary_takes_a_nested_job_away(walk):
    case = walk(
        file(
            process(
                start(),
                node(
                    "subProcess",
                    "sub",
                    start("is"),
                    node("parallelGateway", "f"),
                    job("ij"),
                    user("iu"),
                    end("ie"),
                    flows("is f ij ie", "f iu ie"),
                ),
                boundary("stop", "sub", message("m")),
                user("z"),
                end(),
                flows("s sub e", "stop z e"),
            ),
            extra=M,
        ),
        case_id="c",
    )
    assert case.waiting == ["ij", "iu", "stop"]
    case.fire("stop")
    assert case.waiting == ["z"]
    assert [x for x in case.happened() if x[0] == "x"] == ["xij", "xiu", "xsub"]
