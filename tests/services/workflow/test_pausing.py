"""Periods stand still while a pausing activity is under way, and go on where they stood."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html

from services.workflow.instances import cancel_instance
from services.workflow.models import History, Task, Timer
from services.workflow.waiting.timers import timers_due
from tests.rig import CASE, person
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
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk")
CLERK = 'assignmentDefinition candidateGroups="clerk"'
DUE = 'taskSchedule dueDate="=date and time(&quot;2026-10-14T04:00:00Z&quot;)"'
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAUSING = '<zeebe:properties><zeebe:property name="pausesDeadlines" value="true"/></zeebe:properties>'
CALL = (
    f'<extensionElements><zeebe:calledElement processId="stop" propagateAllChildVariables="false"/>{PAUSING}'
    "</extensionElements>"
)
STOP = process(
    start(), user("resume", ext(CLERK, DUE)), boundary("remind", "resume", timer("Cycle", "R/P1D"),
    interrupting=False), end(), end("e2"), flows("s resume e", "remind e2"), id="stop",
)  # fmt: skip
WORK = (
    start("ws"), user("work", ext(CLERK, DUE)), boundary("late", "work", timer("Duration", "P3D")),
    boundary("hint", "work", timer("Cycle", "R/P1D"), interrupting=False), user("next", ext(CLERK, DUE)),
    boundary("late2", "next", timer("Duration", "P1D")), end("we"), end("we2"),
    flows("ws work next we", "late we", "hint we2", "late2 we"),
)  # fmt: skip
CASE_MODEL = file(
    process(
        start(), node("subProcess", "all", *WORK), boundary("over", "all", message("o")),
        boundary("stopped", "all", message("m"), interrupting=False), node("callActivity", "pause", CALL),
        boundary("longest", "pause", timer("Duration", "P30D")), user("after", ext(CLERK)), end(),
        flows("s all e", "stopped pause e", "longest e", "over after e"),
    ),
    STOP,
    extra=message_def("m", "stop") + message_def("o", "terminate"),
)  # fmt: skip


@pytest.fixture
def case(house):
    """A task with a due date, a limit of three days and a daily hint, begun on Thursday 2026-09-24 10:00."""
    house.deploy(CASE_MODEL)
    house.start(applicant_id=str(person("applicant")))
    return house


def standing_still(house):
    """Elements whose timer or open task stands still."""
    rows = [*house.rows(Timer), *house.rows(Task, status="CREATED")]
    return sorted(row.element_id for row in rows if row.paused_at is not None)


def due(house, element):
    """When the timer of an element is due."""
    return house.rows(Timer, element_id=element)[0].due_at


def later(house, span):
    """Some time passes; the elements of the timers that fire in it, each at its time."""
    until, before = house.clock.moment + span, len(house.past("timer_fired"))
    while coming := [t.next_at for t in house.rows(Timer) if t.paused_at is None and t.next_at <= until]:
        house.clock.moment = max(house.clock.moment, min(coming))
        assert house.fire_timer()
    house.clock.moment = until
    assert not house.fire_timer()
    return house.past("timer_fired")[before:]


def moved(house, moment, since):
    return house.runtime.calendar.moved_on(moment, since, house.clock.now())


def test_timers_and_due_dates_stand_still_and_go_on(case):
    late, hint, work = due(case, "late"), due(case, "hint"), case.task("work").due
    case.publish("stop")
    since = case.instance().paused_at
    assert standing_still(case) == ["hint", "late", "work"]
    assert later(case, 14 * DAY) == ["remind"] * 14
    assert case.task("work").due == work
    case.complete("resume", ANN)
    assert standing_still(case) == []
    assert case.instance().paused_at is None
    assert due(case, "late") == moved(case, late, since) > late + 14 * DAY - HOUR
    assert due(case, "hint") == moved(case, hint, since)
    assert case.task("work").due == moved(case, work, since)
    assert case.intact()


def test_a_repeating_timer_goes_on_from_where_it_was_moved(case):
    case.publish("stop")
    later(case, 14 * DAY)
    case.complete("resume", ANN)
    first = due(case, "hint")
    assert later(case, first - case.clock.moment) == ["hint"]
    assert due(case, "hint") == first + DAY
    assert later(case, DAY - HOUR) == []


def test_a_short_pause_moves_everything_by_its_length(case):
    late = due(case, "late")
    case.publish("stop")
    since = case.instance().paused_at
    later(case, 5 * HOUR)
    case.complete("resume", ANN)
    assert due(case, "late") == late + (case.clock.now() - since)
    assert 5 * HOUR <= case.clock.now() - since < 5 * HOUR + timedelta(seconds=1)


def test_what_begins_while_others_stand_still_does_so_too(case):
    case.publish("stop")
    later(case, DAY)
    case.complete("work", ANN)
    begun, late = case.clock.now(), due(case, "late2")
    assert standing_still(case) == ["late2", "next"]
    assert later(case, 7 * DAY) == ["remind"] * 7
    case.complete("resume", ANN)
    assert due(case, "late2") == moved(case, late, begun)


def test_what_was_overdue_before_stays_so(case):
    with case.work() as work:
        early = case.clock.now() - HOUR
        work.session.execute(sa.update(Task).values(due=early))
        work.session.execute(sa.update(Timer).where(Timer.element_id == "late").values(due_at=early))
    case.publish("stop")
    later(case, 2 * DAY)
    case.complete("resume", ANN)
    assert case.task("work").due == early
    assert later(case, timedelta(0)) == ["late"]


def test_two_pauses_at_once_count_once(case):
    late = due(case, "late")
    case.publish("stop")
    since = case.instance().paused_at
    later(case, 2 * DAY)
    case.publish("stop")
    later(case, 5 * DAY)
    case.complete("resume", ANN)
    assert standing_still(case) == ["hint", "late", "work"]
    assert later(case, 2 * DAY) == ["remind"] * 2
    case.complete("resume", ANN)
    assert due(case, "late") == moved(case, late, since)
    assert len(told(case)) == 2


def told(house):
    """What the history says of pauses."""
    return [e for e in house.rows(History) if e.kind.startswith("deadlines_")]


def test_the_limit_of_the_pause_itself_runs_on_and_ends_it(case):
    late, since = due(case, "late"), case.clock.moment
    case.publish("stop")
    since = case.instance().paused_at
    assert later(case, 30 * DAY + HOUR)[-1] == "longest"
    [_, resumed] = told(case)
    assert due(case, "late") == case.runtime.calendar.moved_on(late, since, resumed.at)
    assert standing_still(case) == []


def test_the_history_tells_the_pause_and_what_it_moved(case):
    case.publish("stop")
    since = case.instance().paused_at
    later(case, 2 * DAY)
    case.complete("resume", ANN)
    paused, resumed = told(case)
    assert (paused.kind, paused.at, paused.body) == ("deadlines_paused", since, {})
    assert (resumed.kind, resumed.body["since"]) == ("deadlines_resumed", since.isoformat())
    assert resumed.body["tasks"] == {str(case.task("work").key): case.task("work").due.isoformat()}
    moments = {str(t.key): t.due_at.isoformat() for t in case.rows(Timer)}
    assert resumed.body["timers"] == moments


def test_ending_the_case_while_it_stands_still_leaves_nothing_behind(case):
    case.publish("stop")
    with case.work() as work:
        cancel_instance(work, case.instance().key, "boss")
    assert case.rows(Timer) == []
    assert case.instance().paused_at is None
    assert [t.paused_at for t in case.rows(Task)] == [None, None]
    assert case.intact()


def test_only_the_interrupted_part_is_gone_and_the_pause_lasts(case):
    case.publish("stop")
    case.publish("terminate")
    assert standing_still(case) == []
    assert [t.element_id for t in case.rows(Timer)] == ["longest", "remind"]
    case.complete("after", ANN)
    case.complete("resume", ANN)
    assert case.instance().status == "COMPLETED"
    assert case.instance().paused_at is None


def test_a_task_may_be_done_while_its_period_stands_still(case):
    case.publish("stop")
    case.complete("work", ANN)
    [work] = case.rows(Task, element_id="work")
    assert (work.status, work.paused_at) == ("COMPLETED", None)


def test_the_retry_of_a_timer_waits_for_the_end_of_the_pause(case):
    with case.work() as work:
        long_ago = case.clock.now() - DAY
        work.session.execute(sa.update(Timer).values(due_at=long_ago, next_at=long_ago))
    case.publish("stop")
    with case.runtime.reading() as session:
        assert not timers_due(session, case.clock.now())
    assert not case.fire_timer()


def test_the_inbox_and_the_case_say_that_the_period_stands_still(case):
    assert "期限暂停" not in case.client("clerk").get("/workflow/tasks").text
    case.publish("stop")
    later(case, 30 * DAY - HOUR)
    page: Any = html.fromstring(case.client("clerk").get("/workflow/tasks?show=all").text)
    [row] = page.xpath(f"//tr[.//a[@id='task-{case.task('work').key}']]")
    assert "期限暂停" in row.text_content()
    assert "已超期" not in row.text_content()
    case.complete("resume", ANN)
    told_to_staff = case.client("clerk").get(f"/workflow/cases/{CASE}").text
    assert "办理期限暂停计算" in told_to_staff
    assert "办理期限继续计算" in told_to_staff
