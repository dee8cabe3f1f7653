"""回避: who is related to a case stays away from it, whatever comes later and whoever they stand in for."""

import pytest

from services.workflow import queries
from services.workflow.human import tasks
from services.workflow.human.offering import tasks_without_people
from services.workflow.human.withdrawing import lift, recuse
from services.workflow.models import History, Recusal, Task
from services.workflow.paging import Asked
from services.workflow.v2.task_pages import tasks_page
from services.workflow.visibility import sight_of_tasks
from shared.contracts.dispatch import CaseAccepted
from shared.contracts.notify import SendNotice
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.house import someone
from tests.services.workflow.pages.conftest import desk, registered
from tests.services.workflow.standing import acts, announced, away

__all__ = ["desk"]
WHY = {"reason": "relative", "text": "我是申请人的堂兄"}


@pytest.fixture
def room(desk):
    """The case waits for an opinion; two reviewers, an approver."""
    for name, role in (("a", "reviewer"), ("b", "reviewer"), ("boss", "approver")):
        announced(desk, name, role)
    return desk


def withdraws(house, name="a", by=None, **why):
    with house.work() as work:
        return recuse(work, CASE, person(name), by=person(by or name), **{**WHY, **why}).id


def lifts(house, key, by="boss"):
    with house.work() as work:
        lift(work, key, because="认错人了", by=person(by))


def sees(house, name):
    """Whether the open task is found by somebody, in each of the ways it can be."""
    who = someone(name, "reviewer")
    with house.runtime.reading() as session:
        sight, by_due = sight_of_tasks(who), [("dueDate", False)]
        found = {
            bool(session.scalars(queries.offered_tasks(who)).all()),
            bool(tasks_page(session, sight, by_due, Asked(), opened=True, rules=()).rows),
            bool(
                tasks_page(session, sight, [], Asked(), opened=False, rules=[Task.status == "CREATED"]).rows
            ),
        }
    [answer] = found
    return answer


def test_the_task_goes_back_and_nothing_of_the_case_comes_again(room):
    ann, key = someone("a", "reviewer"), room.task("propose").key
    with room.work() as work:
        tasks.claim_task(work, key, ann)
    assert sees(room, "a")
    withdraws(room)
    assert room.task("propose").assignee is None
    assert (sees(room, "a"), sees(room, "b")) == (False, True)
    refused = acts(
        room,
        lambda work: tasks.claim_task(work, key, ann),
        lambda work: tasks.assign_task(work, key, str(ann.id), "boss"),
        lambda work: tasks.complete_task(work, key, ann, None, {"opinion": "x"}),
    )
    assert refused == ["Recused"] * 3
    assert acts(room, lambda work: tasks.claim_task(work, key, someone("b", "reviewer"))) == [""]


def test_other_cases_are_untouched(room):
    withdraws(room)
    room.start(case_id=None)
    room.start(case_id=person("another case"))
    assert [t.case_id for t in listed(room)] == [None, person("another case")]


def listed(room):
    with room.runtime.reading() as session:
        found = session.scalars(queries.offered_tasks(someone("a", "reviewer"))).all()
    return sorted(found, key=lambda task: task.key)


def test_a_substitute_does_not_bring_it_back(room):
    """Neither does who stays away act for another, nor another for who stays away."""
    ann, ben, key = someone("a", "reviewer"), someone("b", "reviewer"), room.task("propose").key
    with room.work() as work:
        tasks.claim_task(work, key, ben)
    away(room, ben, ann)
    withdraws(room)
    assert not sees(room, "a")
    assert acts(room, lambda work: tasks.complete_task(work, key, ann, None, {"opinion": "x"})) == ["Recused"]


def test_history_tells_ids_and_the_reasons_code_and_never_the_words(room):
    withdraws(room)
    [told] = room.rows(History, kind="person_recused")
    assert told.body == {
        "person": str(person("a")), "role": "reviewer", "reason": "relative", "by": str(person("a")),
    }  # fmt: skip
    assert not any("堂兄" in str(entry.body) for entry in room.rows(History))
    assert room.rows(Recusal)[0].text == WHY["text"]
    assert room.intact()


def test_the_supervisors_are_told(room):
    withdraws(room)
    [notice] = room.emitted(SendNotice)
    assert (notice.template, notice.roles, notice.organisation) == (
        "recusal", ["approver", "administrator"], CENTRE,
    )  # fmt: skip
    assert notice.about == {"ordered": False, "reason": "relative", "nobody": 0}
    assert notice.recipients == []


def test_who_was_ordered_is_told_too(room):
    withdraws(room, by="boss")
    [notice] = room.emitted(SendNotice)
    assert (notice.recipients, notice.about["ordered"]) == ([person("a")], True)


def test_supervisors_are_told_when_nobody_is_left(room):
    withdraws(room)
    withdraws(room, "b")
    assert [notice.about["nobody"] for notice in room.emitted(SendNotice)] == [0, 1]
    with room.runtime.reading() as session:
        assert [t.element_id for t in tasks_without_people(session, CASE)] == ["propose"]


def test_who_has_left_is_nobody(room):
    announced(room, "b", "reviewer", active=False)
    withdraws(room)
    assert [notice.about["nobody"] for notice in room.emitted(SendNotice)] == [1]


def test_lifting_gives_it_back(room):
    key = withdraws(room)
    lifts(room, key)
    assert sees(room, "a")
    assert acts(
        room, lambda work: tasks.claim_task(work, room.task("propose").key, someone("a", "reviewer"))
    ) == [""]
    [row] = room.rows(Recusal)
    assert (row.lifted_by, row.lifted_because) == (person("boss"), "认错人了")
    assert [n.template for n in room.emitted(SendNotice)] == ["recusal", "recusal_lifted"]
    assert [e.body["by"] for e in room.rows(History, kind="recusal_lifted")] == [str(person("boss"))]
    assert acts(room, lambda work: lift(work, key, because="x", by=person("boss"))) == ["RecusalOver"]


def test_nobody_lifts_their_own(room):
    key = withdraws(room)
    assert acts(room, lambda work: lift(work, key, because="x", by=person("a"))) == ["NotYourRecusal"]
    assert acts(room, lambda work: lift(work, person("no such"), because="x", by=person("boss"))) == [
        "NotFound"
    ]
    assert not sees(room, "a")


def test_it_is_said_once_and_again_after_it_was_lifted(room):
    key = withdraws(room)
    assert acts(room, lambda work: recuse(work, CASE, person("a"), by=person("a"), **WHY)) == [
        "AlreadyRecused"
    ]
    lifts(room, key)
    withdraws(room)
    assert len(room.rows(Recusal)) == 2


def test_a_handler_is_changed_instead(room):
    room.deliver(CaseAccepted(case_id=CASE, handler_id=person("a")))
    assert acts(room, lambda work: recuse(work, CASE, person("a"), by=person("a"), **WHY)) == [
        "HandlerIsChanged"
    ]
    assert room.rows(Recusal) == []


def test_a_case_without_a_process_needs_none(house):
    house.deliver(registered(), job_key=None)
    assert acts(house, lambda work: recuse(work, CASE, person("a"), by=person("a"), **WHY)) == [
        "NothingToLeave"
    ]
