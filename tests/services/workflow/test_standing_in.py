"""Who does what for somebody who is away: never more than both could do, never round separation."""

from datetime import timedelta

import pytest

from services.workflow import queries
from services.workflow.human import absences, tasks
from services.workflow.human.standing_in import stand_ins
from services.workflow.models import History, StoredSubmission, Task
from services.workflow.paging import Asked
from services.workflow.v2.task_pages import tasks_page
from services.workflow.visibility import sight_of_tasks
from tests.rig import CENTRE, person
from tests.services.workflow.engine.drawing import end, file, flows, marked, process, start
from tests.services.workflow.house import someone
from tests.services.workflow.standing import acts, announced, away

FIRM = "/demo-city/firm-a/"
BY_NAME = marked("userTask", "named", extra=('assignmentDefinition assignee="=handler"',))
BY_ROLE = marked("userTask", "roled", extra=('assignmentDefinition candidateGroups="reviewer"',))
OFFERED = marked(
    "userTask", "offered", extra=('assignmentDefinition candidateGroups="x" candidateUsers="=[handler]"',)
)
APPROVE = marked(
    "userTask", "approve", extra=('assignmentDefinition candidateGroups="approver"',), separateFrom="roled"
)
MODEL = file(
    process(
        start(), "<parallelGateway id='f'/>", BY_NAME, BY_ROLE, OFFERED, APPROVE,
        *map(end, ("e1", "e2", "e3")),
        flows("s f", "f named e1", "f roled approve e2", "f offered e3"),
    )
)  # fmt: skip


@pytest.fixture
def office(house):
    house.deploy(MODEL)
    house.start(handler=str(person("a")))
    return house


def listed(house, who):
    """Elements in the inbox of somebody, and the same by the two other ways they are found."""
    with house.runtime.reading() as session:
        absent = stand_ins(session, who, house.clock.now())
        inbox = session.scalars(queries.offered_tasks(who, absent)).all()
        found = {task.key for task in inbox}
        sight = sight_of_tasks(who, absent)
        for sorts in ([("dueDate", False)], [("priority", True)]):
            page = tasks_page(session, sight, sorts, Asked(), opened=True, rules=())
            assert {row.key for row in page.rows} >= found
            assert page.total == len(page.rows)
    return sorted(task.element_id for task in inbox)


def pair(house, a_roles=("reviewer",), b_roles=("reviewer",), at=CENTRE, b_at=CENTRE):
    return announced(house, "a", *a_roles, at=at), announced(house, "b", *b_roles, at=b_at)


def test_what_is_hers_is_in_his_list_too_and_only_as_long_as_she_is_away(office):
    ann, ben = pair(office)
    key = office.task("roled").key
    with office.work() as work:
        tasks.claim_task(work, key, ann)
    before = listed(office, ann)
    assert listed(office, ben) == []
    absence = away(office, ann, ben)
    assert listed(office, ben) == ["named", "offered", "roled"]
    assert listed(office, ann) == before
    with office.work() as work:
        absences.cancel_absence(work, absence.id, ann)
    assert (listed(office, ann), listed(office, ben)) == (before, [])
    assert office.task("roled").assignee == str(ann.id)


@pytest.mark.parametrize(
    ("first", "last", "seen"),
    [
        ("2026-09-24", "2026-09-24", True),
        ("2026-09-23", "2026-09-24", True),
        ("2026-09-25", "2026-09-26", False),
    ],
)
def test_the_dates_count(office, first, last, seen):
    ann, ben = pair(office)
    away(office, ann, ben, first=first, last=last)
    assert ("named" in listed(office, ben)) is seen


def test_it_begins_and_ends_at_midnight_in_shanghai(office):
    ann, ben = pair(office)
    absence = away(office, ann, ben, first="2026-09-25", last="2026-09-26")
    assert absence.starts_at.isoformat() == "2026-09-24T16:00:00+00:00"
    assert absence.ends_at.isoformat() == "2026-09-26T16:00:00+00:00"
    seen = []
    for moment in (absence.starts_at, absence.ends_at):
        for step in (timedelta(microseconds=-1), timedelta(0)):
            office.clock.moment = moment + step
            seen.append("named" in listed(office, ben))
    assert seen == [False, True, True, False]


@pytest.mark.parametrize(
    ("a_roles", "b_roles", "b_at", "seen"),
    [
        (("reviewer",), ("reviewer",), CENTRE, True),
        (("reviewer",), ("reviewer",), "/demo-city/", True),
        (("reviewer", "clerk"), ("reviewer",), CENTRE, False),
        (("reviewer",), ("reviewer", "approver"), CENTRE, True),
    ],
)
def test_a_task_by_name_of_no_lane_needs_all_of_her_roles(office, a_roles, b_roles, b_at, seen):
    ann, ben = pair(office, a_roles, b_roles, b_at=b_at)
    away(office, ann, ben)
    assert ("named" in listed(office, ben)) is seen
    act = acts(office, lambda work: tasks.complete_task(work, office.task("named").key, ben, None, {}))
    assert act == ["" if seen else "NotFound"]


@pytest.mark.parametrize(("b_roles", "seen"), [(("reviewer", "clerk"), True), (("clerk",), False)])
def test_a_task_of_a_role_needs_that_role(office, b_roles, seen):
    ann, ben = pair(office, ("reviewer", "clerk"), b_roles)
    with office.work() as work:
        tasks.claim_task(work, office.task("roled").key, ann)
    away(office, ann, ben)
    assert ("roled" in listed(office, ben)) is seen
    act = acts(office, lambda work: tasks.complete_task(work, office.task("roled").key, ben, None, {}))
    assert act == ["" if seen else "NotFound"]


def test_roles_she_has_no_longer_give_him_nothing(office):
    ann, ben = pair(office)
    away(office, ann, ben)
    announced(office, "a")
    assert listed(office, ben) == ["roled"]  # offered to himself


def test_a_lane_says_which_role_a_task_by_name_needs(house):
    lanes = '<laneSet id="ls"><lane id="l" name="承办人员"><flowNodeRef>named</flowNodeRef></lane></laneSet>'
    house.deploy(file(process(lanes, start(), BY_NAME, end(), flows("s named e"))))
    house.start(handler=str(person("a")))
    ann = announced(house, "a", "handler", "firm_manager", at=FIRM)
    ben = announced(house, "b", "handler", at=FIRM)
    away(house, ann, ben)
    assert listed(house, ben) == ["named"]
    other = announced(house, "c", "firm_manager", at=FIRM)
    house.clock.moment += timedelta(days=3)
    away(house, ann, other, first="2026-09-27", last="2026-09-28")
    assert listed(house, other) == []


def test_what_he_does_is_told_as_done_for_her(office):
    ann, ben = pair(office)
    away(office, ann, ben)
    offered, named = office.task("offered").key, office.task("named").key
    with office.work() as work:
        assert tasks.claim_task(work, offered, ben).assignee == str(ann.id)
    with office.work() as work:
        assert tasks.put_back(work, offered, ben).assignee is None
    with office.work() as work:
        tasks.complete_task(work, named, ben, None, {})
    [done] = office.rows(Task, key=named)
    assert (done.assignee, done.completed_by, done.completed_for) == (str(ben.id), str(ben.id), str(ann.id))
    [handed_in] = office.rows(StoredSubmission)
    assert (handed_in.by, handed_in.on_behalf_of) == (ben.id, ann.id)
    told = [
        e.body
        for e in office.rows(History)
        if e.kind in ("task_claimed", "task_unassigned", "task_completed")
    ]
    assert [(body["by"], body["for"]) for body in told] == [(str(ben.id), str(ann.id))] * 3
    assert office.intact()


def test_who_acts_in_their_own_right_is_told_as_before(office):
    ann, _ = pair(office)
    office.complete("named", ann)
    [told] = office.rows(History, kind="task_completed")
    assert told.body.keys() == {
        "task", "element", "by", "submission",
    }  # fmt: skip
    assert office.rows(Task, element_id="named")[0].completed_for is None


def test_what_he_may_do_himself_he_does_himself(office):
    ann, ben = pair(office)
    away(office, ann, ben)
    with office.work() as work:
        assert tasks.claim_task(work, office.task("roled").key, ben).assignee == str(ben.id)


def test_a_chain_is_not_followed(office):
    ann, ben = pair(office)
    cat = announced(office, "c", "reviewer")
    away(office, ann, ben)
    away(office, ben, cat)
    assert "named" in listed(office, ben)
    assert "named" not in listed(office, cat)
    assert acts(office, lambda work: tasks.complete_task(work, office.task("named").key, cat, None, {})) == [
        "NotFound"
    ]


def test_by_way_of_her_he_sees_tasks_and_nothing_else(office):
    ann, ben = pair(office, ("reviewer", "administrator"), ("reviewer",))
    away(office, ann, ben)
    assert not ben.holds("administrator")
    with office.runtime.reading() as session:
        assert not sight_of_tasks(ben, stand_ins(session, ben, office.clock.now())).overseer
    assert acts(office, lambda work: away(office, announced(office, "d", "reviewer"), ben, by=ben)) == [
        "NotFound"
    ]


def test_somebody_elses_task_does_not_exist_for_a_stranger(office):
    pair(office)
    stranger = someone("z", "clerk")
    assert acts(office, lambda work: tasks.claim_task(work, office.task("named").key, stranger)) == [
        "NotFound"
    ]


def test_with_her_absence_ends_what_he_has_in_hand(office):
    """Taken for her in time; handed in, put back or given a file after the last day: it is not his task."""
    ann, ben = pair(office)
    away(office, ann, ben, last="2026-09-24")
    key = office.task("offered").key
    with office.work() as work:
        assert tasks.claim_task(work, key, ben).assignee == str(ann.id)
    office.clock.moment += timedelta(days=1)
    assert "" not in acts(
        office,
        lambda work: tasks.complete_task(work, key, ben, None, {}),
        lambda work: tasks.put_back(work, key, ben),
        lambda work: tasks.claim_task(work, key, ben),
    )
    assert acts(office, lambda work: tasks.complete_task(work, key, ann, None, {})) == [""]
