"""Another calendar or policy moves running deadlines, never to the citizen's disadvantage."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.workflow.changing.reckoning import reckon_deadlines
from services.workflow.human.task_changes import change_task
from services.workflow.models import History, Instance, Task, Timer
from shared.calendar import WorkCalendar
from shared.policy import Policy
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    marked,
    message,
    message_def,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone

ANN = someone("ann", "clerk", "applicant")
CLERK = ext('assignmentDefinition candidateGroups="clerk"')
PERIOD = "working days after(now(), 3)"
DAY = timedelta(days=1)
MORE_WORK, LESS_WORK = {date(2026, 9, 26): True}, {date(2026, 9, 28): False}
USUAL = datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)  # the third working day after 24 September 2026


def asked(role, due=f"=date and time({PERIOD})", *more):
    """A task with a due date for people of this role, which a timer ends as it is due."""
    quoted = due.replace('"', "&quot;")
    details = ext(f'assignmentDefinition candidateGroups="{role}"', f'taskSchedule dueDate="{quoted}"')
    late = boundary("late", "a", timer("Date", due))
    ways = flows("s a e", "late z e")
    whole = process(start(), user("a", details), late, user("z", CLERK), end(), ways, *more)
    return file(whole, extra=message_def("m", "m"))


def other_days(house, overrides):
    """The system starts anew with another calendar."""
    house.runtime.calendar = WorkCalendar.chinese(overrides)
    return reckon_deadlines(house.runtime)


def dues(house):
    """When the timer and the task are due."""
    [row], [task] = house.rows(Timer), house.rows(Task, status="CREATED")
    assert row.due_at == row.next_at
    assert {task.calendar_version, row.calendar_version} == {house.runtime.calendar.version}
    return row.due_at, task.due


@pytest.mark.parametrize(
    ("role", "overrides", "moved"),
    [
        ("clerk", MORE_WORK, -DAY), ("clerk", LESS_WORK, 0 * DAY),
        ("applicant", MORE_WORK, 0 * DAY), ("applicant", LESS_WORK, 8 * DAY),
    ],
)  # fmt: skip
def test_what_we_must_do_is_due_earlier_and_what_a_citizen_must_do_later(house, role, overrides, moved):
    house.deploy(asked(role))
    house.start()
    assert dues(house) == (USUAL, USUAL)
    other_days(house, overrides)
    assert dues(house) == (USUAL + moved, USUAL + moved)
    told = house.rows(History, kind="deadlines_reckoned")
    assert len(told) == bool(moved)
    if moved:
        [row] = house.rows(Timer)
        assert told[0].body["timers"] == {str(row.key): [USUAL.isoformat(), (USUAL + moved).isoformat()]}
    assert other_days(house, overrides) == 0, "all is reckoned with these rules now"
    assert house.intact()


def test_the_clock_fires_at_the_new_moment(house):
    house.deploy(asked("applicant"))
    house.start()
    other_days(house, LESS_WORK)
    house.clock.moment = USUAL + 8 * DAY - timedelta(seconds=1)
    assert not house.fire_timer()
    house.clock.moment += timedelta(seconds=1)
    assert house.fire_timer()
    assert house.open_tasks() == ["z"]


def test_another_policy_moves_what_was_reckoned_by_its_numbers(house):
    house.deploy(asked("applicant", '=date and time(days after(now(), policy("quality.recheck_days")))'))
    house.start()
    before, _ = dues(house)
    settings = house.runtime.policy._settings
    quality = {**settings["quality"], "recheck_days": settings["quality"]["recheck_days"] + 30}
    house.runtime.policy = Policy("tests", {**settings, "quality": quality})
    reckon_deadlines(house.runtime)
    [row] = house.rows(Timer)
    assert row.due_at - before >= 25 * DAY
    assert row.policy_version == house.runtime.policy.version


def scripted(*between):
    """A script reckons the date of the timer, perhaps something happens, then the task is open."""
    script = node("scriptTask", "reckon", ext(f'script expression="={PERIOD}" resultVariable="by"'))
    late = boundary("late", "a", timer("Date", "=date and time(by)"))
    ways = flows("s reckon g a e" if between else "s reckon a e", "late z e")
    return file(process(start(), script, *between, user("a", CLERK), late, user("z", CLERK), end(), ways))


def test_a_date_that_a_script_put_into_a_variable_is_reckoned_as_of_the_script(house):
    house.deploy(scripted())
    house.start()
    house.clock.moment += DAY
    other_days(house, MORE_WORK)
    assert house.rows(Timer)[0].due_at == USUAL - DAY


def test_a_date_that_somebody_put_into_the_variable_stands(house):
    granted = CLERK.replace(
        "</ext", '<zeebe:ioMapping><zeebe:output source="=granted" target="by"/></zeebe:ioMapping></ext'
    )
    house.deploy(scripted(user("g", granted)))
    house.start()
    extended = USUAL + 60 * DAY
    house.complete("g", ANN, granted=extended.isoformat())
    other_days(house, MORE_WORK)
    assert house.rows(Timer)[0].due_at == extended


def test_pauses_count_again(house):
    pausing = marked(
        "userTask", "stand", extra=('assignmentDefinition candidateGroups="clerk"',), pausesDeadlines="true"
    )
    stop = boundary("stop", "a", message("m"), interrupting=False)
    house.deploy(asked("clerk", f"=date and time({PERIOD})", stop, pausing, flows("stop stand e")))
    house.start()
    house.publish("m")
    house.clock.moment += 3 * timedelta(hours=1)
    house.complete("stand", ANN)
    moved_on, _ = dues(house)
    assert timedelta(hours=3) <= moved_on - USUAL < timedelta(hours=3, seconds=1)
    other_days(house, MORE_WORK)
    assert dues(house) == (moved_on - DAY, moved_on - DAY)


def test_one_broken_instance_keeps_no_other_from_its_deadline(house):
    house.deploy(asked("clerk"))
    broken, sound = house.start(), house.start()
    with house.work() as work:
        work.session.get(Instance, broken).tokens = b"{}"
    assert other_days(house, MORE_WORK) == 2
    due = {row.instance_key: row.due_at for row in house.rows(Timer)}
    assert due == {broken: USUAL, sound: USUAL - DAY}


def test_what_somebody_set_stands(house):
    house.deploy(asked("clerk"))
    house.start()
    key, set_to = house.task("a").key, USUAL + 5 * DAY
    with house.work() as work:
        change_task(work, key, {"due": set_to}, "owner")
    other_days(house, MORE_WORK)
    timer_due, task_due = dues(house)
    assert (timer_due < USUAL, task_due) == (True, set_to)
