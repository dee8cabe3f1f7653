"""Who sees a task, and in which order."""

import pytest

from services.workflow import queries
from services.workflow.human import tasks
from services.workflow.human.task_changes import change_task
from services.workflow.models import Candidate
from services.workflow.paging import NEVER
from shared.contracts.workflow import TaskCreated
from shared.errors import NotFound
from tests.rig import CASE, CENTRE, START, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, process, start, user
from tests.services.workflow.house import House, form, someone

ANN = someone("ann", "reviewer")


BEN = someone("ben", "reviewer", "approver")


TWO = file(
    process(
        start(),
        user("propose", ext('assignmentDefinition candidateGroups="reviewer"', 'formDefinition formId="f"')),
        user(
            "approve",
            ext(
                'assignmentDefinition candidateGroups="approver"',
                'properties><zeebe:property name="separateFrom" value="propose"/></zeebe:properties',
            ).replace("properties/>", "properties>"),
        ),
        end(),
        flows("s propose approve e"),
    )
)


@pytest.fixture
def two(house: House) -> House:
    house.deploy(TWO, form("f", name="required", remark=""))
    house.start()
    return house


def claim(house, element, who, revision=None):
    key = house.task(element).key
    with house.work() as work:
        tasks.claim_task(work, key, who, revision)


def test_a_task_is_offered_by_role_and_announced(two):
    task = two.task("propose")
    assert (task.candidate_groups, task.org_path) == (["reviewer"], CENTRE)
    assert (task.form_id, task.revision) == ("f", 1)
    [event] = two.emitted(TaskCreated)
    assert (event.case_id, event.task, event.element) == (CASE, str(task.key), "propose")


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (someone("a", "reviewer"), True),
        (someone("a", "reviewer", at="/demo-city/"), True),
        (someone("a", "reviewer", at="/demo-city/centre/street/"), False),
        (someone("a", "reviewer", at="/other/"), False),
        (someone("a", "approver"), False),
    ],
)
def test_seen_is_who_holds_the_role_at_the_organisation_or_above(two, who, sees):
    with two.runtime.reading() as session:
        assert [t.element_id for t in queries.inbox(session, who)] == (["propose"] if sees else [])
    if sees:
        claim(two, "propose", who)
    else:
        with pytest.raises(NotFound):
            claim(two, "propose", who)


def test_assignee_users_place_and_dates_come_from_expressions(house):
    marks = ext(
        'assignmentDefinition candidateGroups="firm_manager" candidateUsers="=[handler]"',
        'taskSchedule dueDate="=working days after(now(), 3)"',
        'properties><zeebe:property name="organisation" value="=firm"/></zeebe:properties',
    ).replace("properties/>", "properties>")
    house.deploy(file(process(start(), user("a", marks), end(), flows("s a e"))))
    house.start(handler=str(person("eva")), firm="/demo-city/firm/")
    task = house.task("a")
    assert task.org_path == "/demo-city/firm/"
    assert task.due == house.runtime.calendar.after_working_days(task.created_at, 3)
    eva, boss = someone("eva", "handler"), someone("boss", "firm_manager", at="/demo-city/firm/")
    with house.runtime.reading() as session:
        for who in (eva, boss):
            assert [t.key for t in queries.inbox(session, who)] == [task.key]
        assert queries.inbox(session, someone("x", "firm_manager", at="/demo-city/other/")) == []
        assert queries.task_for(session, task.key, eva, START).key == task.key
        with pytest.raises(NotFound):
            queries.task_for(session, task.key, someone("x"), START)


def test_the_lane_is_the_role_when_nobody_is_named(house):
    lanes = '<laneSet><lane id="l" name="受理人员"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    house.deploy(file(process(lanes, start(), user("a"), end(), flows("s a e"))))
    house.start()
    assert house.task("a").candidate_groups == ["clerk"]


def test_the_most_urgent_task_comes_first(house):
    for name, due in (("late", 5), ("soon", 1), ("some", 3)):
        marks = ext(
            'assignmentDefinition candidateGroups="reviewer"',
            f'taskSchedule dueDate="=now() + @&quot;P{due}D&quot;"',
        )
        house.deploy(file(process(start(), user(name, marks), end(), flows(f"s {name} e"), id=f"p_{name}")))
        house.start(f"p_{name}")
    with house.runtime.reading() as session:
        assert [t.element_id for t in queries.inbox(session, ANN)] == ["soon", "some", "late"]
        assert [t.element_id for t in queries.inbox(session, ANN, limit=1, offset=1)] == ["some"]


def test_an_offer_knows_until_when_its_task_is_due(two):
    [offer] = two.rows(Candidate)
    assert offer.due == NEVER
    with two.work() as work:
        change_task(work, two.task("propose").key, {"due": START}, "owner")
    [offer] = two.rows(Candidate)
    assert offer.due == START
    with two.work() as work:
        change_task(work, two.task("propose").key, {"due": None, "candidate_groups": ["approver"]}, "owner")
    [offer] = two.rows(Candidate)
    assert (offer.name, offer.due) == ("approver", NEVER)
