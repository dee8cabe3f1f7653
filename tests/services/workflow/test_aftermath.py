"""What became of an incident, whoever or whatever ended it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.workflow import instances
from services.workflow.changing.variables import set_variables
from services.workflow.models import Incident, Instance, Timer
from services.workflow.problems import CaseAsItStands, IncidentOver
from services.workflow.waiting import aftermath, incidents
from services.workflow.waiting.aftermath import aftermath_of
from shared.contracts.review import DeadlineNoted
from shared.errors import NotFound
from shared.messaging.contract import JobFailed
from tests.rig import CASE
from tests.services.workflow.engine.drawing import (
    boundary,
    end,
    ext,
    file,
    flows,
    many,
    marked,
    node,
    process,
    start,
    timer,
    user,
)
from tests.services.workflow.house import someone
from tests.services.workflow.test_instances import BUSY, turn
from tests.services.workflow.test_jobs import DUE, NOTE

HOUR = timedelta(hours=1)
OF_CLERK = ext('assignmentDefinition candidateGroups="clerk"')
SPLIT = file(
    process(
        start(),
        node("exclusiveGateway", "way"),
        user("a", OF_CLERK),
        user("b", ext('assignmentDefinition assignee="=who"')),
        end(),
        flows("s way", "way a ?x = 1", "way b ?x = 2", "a e", "b e"),
    ).replace('<userTask id="a"', '<userTask id="a" name="核对"')
)


def retry(house, incident):
    with house.work() as work:
        incidents.retry_incident(work, incident.key, "boss")


def put(house, **values):
    with house.work() as work:
        set_variables(work, house.instance().key, values, "boss")


def became(house, incident):
    with house.runtime.reading() as session:
        return aftermath_of(session, session.get_one(Incident, incident.key))


@pytest.fixture
def stuck(house):
    """An instance that found no way."""
    house.deploy(SPLIT)
    house.start(x=0)
    return house


def test_nothing_was_done_yet(stuck):
    found = became(stuck, stuck.incidents()[0])
    assert (found.state, found.again, found.others, found.places) == (aftermath.OPEN_STILL, None, [], [])


def test_it_went_on_and_where_to(stuck):
    [incident] = stuck.incidents()
    put(stuck, x=1)
    retry(stuck, incident)
    found = became(stuck, incident)
    assert (found.state, found.places) == (aftermath.WENT_ON, ["核对"])


def test_it_failed_again_and_with_what(stuck):
    [incident] = stuck.incidents()
    put(stuck, x="one")
    retry(stuck, incident)
    found = became(stuck, incident)
    assert (found.state, found.again.key) == (aftermath.AGAIN, stuck.incidents()[0].key)
    put(stuck, x=1)
    retry(stuck, found.again)
    assert became(stuck, incident).state == aftermath.WENT_ON


def test_it_went_on_to_the_next_problem(stuck):
    [incident] = stuck.incidents()
    put(stuck, x=2, who=5)
    retry(stuck, incident)
    found = became(stuck, incident)
    assert (found.state, found.places) == (aftermath.WENT_ON, [])
    assert [(other.element_id, other.kind) for other in found.others] == [("b", "EXTRACT_VALUE_ERROR")]


def test_the_process_ended(stuck):
    [incident] = stuck.incidents()
    with stuck.work() as work:
        instances.cancel_instance(work, incident.instance_key, "boss")
    assert became(stuck, incident).state == aftermath.ENDED
    with pytest.raises(IncidentOver), stuck.work() as work:
        incidents.retry_incident(work, incident.key, "boss")


def test_an_incident_is_retried_once(stuck):
    [incident] = stuck.incidents()
    retry(stuck, incident)
    with pytest.raises(IncidentOver), stuck.work() as work:
        incidents.retry_incident(work, incident.key, "ben")
    with pytest.raises(NotFound), stuck.work() as work:
        incidents.retry_incident(work, 5, "ben")
    assert len(stuck.past("incident_raised")) == 2


def test_each_of_many_has_an_aftermath_of_its_own(house):
    each = user("a", ext('assignmentDefinition assignee="=item"'), many("xs", inputElement="item"))
    house.deploy(file(process(start(), each, end(), flows("s a e"))))
    house.start(xs=[1, 2])
    first, second = house.incidents()
    retry(house, first)
    found = became(house, first)
    assert found.state == aftermath.AGAIN
    assert found.again.element_key == first.element_key
    assert [other.key for other in found.others] == [second.key]


def test_a_command_is_under_way_until_its_answer(house):
    house.deploy(NOTE)
    house.start()
    [incident] = house.incidents()
    put(house, due=DUE)
    retry(house, incident)
    assert became(house, incident).state == aftermath.UNDER_WAY
    house.answer("j", JobFailed(case_id=CASE, reason="broken"))
    assert became(house, incident).state == aftermath.UNDER_WAY, "it is tried once more by itself"
    house.hurry_jobs()
    house.answer("j", DeadlineNoted(case_id=CASE))
    found = became(house, incident)
    assert (found.state, found.places) == (aftermath.WENT_ON, ["z"])


def test_a_state_that_cannot_follow_is_said_and_changes_nothing(house):
    late = marked("task", "late", caseState="GRANTED")
    way = node("exclusiveGateway", "way")
    house.deploy(
        file(process(start(), way, late, user("b", OF_CLERK), end(),
                     flows("s way", "way late ?x = 1", "way b ?x = 2", "late e", "b e")))
    )  # fmt: skip
    house.start(x=0)
    [incident] = house.incidents()
    put(house, x=1)
    with pytest.raises(CaseAsItStands, match="cannot"), house.work() as work:
        incidents.retry_incident(work, incident.key, "boss")
    assert [i.key for i in house.incidents()] == [incident.key]


def test_a_loop_without_end_is_under_way_again(house, monkeypatch):
    monkeypatch.setattr(instances, "ROUNDS", 1)
    house.deploy(BUSY)
    house.start(n=0, most=1_000_000)
    while turn(house):
        pass
    [incident] = house.incidents()
    retry(house, incident)
    assert became(house, incident).state == aftermath.UNDER_WAY
    while turn(house):
        pass
    assert became(house, incident).state == aftermath.AGAIN


@pytest.fixture
def unfired(house):
    """A boundary timer whose instance cannot be read."""
    house.deploy(
        file(
            process(
                start(),
                user("a", OF_CLERK),
                boundary("late", "a", timer("Duration", "PT1H"), interrupting=False),
                end(),
                end("e2"),
                flows("s a e", "late e2"),
            )
        )
    )
    house.start()
    house.tokens = house.instance().tokens
    _store(house, b"not tokens")
    for _ in range(5):
        house.clock.moment += HOUR
        assert house.fire_timer()
    return house


def _store(house, tokens):
    with house.work() as work:
        work.session.execute(sa.update(Instance).values(tokens=tokens))


def test_a_timer_is_under_way_until_it_fires(unfired):
    [incident] = unfired.incidents()
    assert (incident.kind, incident.process_id, incident.element_id) == ("TIMER_ERROR", "p", "late")
    retry(unfired, incident)
    assert became(unfired, incident).state == aftermath.UNDER_WAY
    assert unfired.fire_timer(), "it is tried at once, whatever the back-off was"
    assert unfired.rows(Timer)[0].attempts == 1
    _store(unfired, unfired.tokens)
    unfired.clock.moment += HOUR
    assert unfired.fire_timer()
    found = became(unfired, incident)
    assert (found.state, found.places) == (aftermath.WENT_ON, ["a"])
    assert unfired.intact()


def test_a_timer_that_fires_after_all_has_no_incident_any_more(unfired):
    _store(unfired, unfired.tokens)
    unfired.clock.moment += HOUR
    assert unfired.fire_timer()
    assert unfired.incidents() == []


def test_a_timer_that_is_not_needed_any_more_has_no_incident(unfired):
    _store(unfired, unfired.tokens)
    unfired.complete("a", someone("ann", "clerk"))
    assert unfired.incidents() == []
