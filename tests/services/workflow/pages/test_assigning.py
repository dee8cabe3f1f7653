"""The page on which a task is given to a colleague, and taken back."""

import pytest

from services.workflow.models import History, Task
from services.workflow.models.tasks import COMPLETED
from tests.rig import CASE, person
from tests.services.workflow.pages.conftest import words
from tests.services.workflow.standing import announced

WHY = {"reason": "relative", "text": "是申请人的堂兄"}


@pytest.fixture
def room(desk):
    for name, role in (("ann", "reviewer"), ("ben", "reviewer"), ("kim", "approver")):
        announced(desk, name, role)
    return desk


@pytest.fixture
def place(room):
    return f"/workflow/tasks/{room.task('propose').key}/assignment"


@pytest.fixture
def boss(browse):
    return browse("administrator", who="boss")


def offered(page):
    return [o.get("value") for o in page.xpath("//select[@name='person']/option") if o.get("value")]


def revision(room):
    return str(room.task("propose").revision)


def test_the_case_leads_there_and_the_task_goes_to_whom_it_is_given(room, place, boss, browse):
    assert place in [a.get("href") for a in boss.get(f"/workflow/cases/{CASE}").iter("a")]
    page = boss.get(place)
    assert sorted(offered(page)) == sorted([str(person("ann")), str(person("ben"))])
    boss.post(place, person=str(person("ben")), revision=revision(room))
    assert "已经分派给化名ben" in boss.text
    assert room.task("propose").assignee == str(person("ben"))
    [told] = [row for row in room.rows(History) if row.kind == "task_claimed"]
    assert (told.body["assignee"], told.body["by"]) == (str(person("ben")), str(person("boss")))
    ben = browse("reviewer", who="ben")
    assert place.removesuffix("/assignment") in [a.get("href") for a in ben.get("/workflow/tasks").iter("a")]
    assert "分派给" in words(boss.get(f"/workflow/cases/{CASE}"))


def test_who_has_least_to_do_stands_first(room, boss, place):
    boss.post(place, person=str(person("ann")), revision=revision(room))
    page = boss.get(place)
    assert [o.text for o in page.xpath("//select[@name='person']/option")][1:] == [
        "化名ben（手上 0 件）", "化名ann（手上 1 件）",
    ]  # fmt: skip


def test_it_is_taken_back_for_all(room, boss, place):
    boss.post(place, person=str(person("ann")), revision=revision(room))
    boss.post(f"{place}/end", revision=revision(room))
    assert "审查人员都可以认领" in boss.text
    assert room.task("propose").assignee is None
    assert not boss.get(place).xpath(f"//form[@action='{place}/end']")


def test_who_stays_away_is_not_offered_and_not_taken(room, boss, browse, place):
    browse("reviewer", who="ann").post(f"/workflow/cases/{CASE}/recusal", **WHY)
    assert offered(boss.get(place)) == [str(person("ben"))]
    for wrong in (str(person("ann")), str(person("kim")), "", "<b>"):
        page = boss.post(place, person=wrong, revision=revision(room))
        assert boss.status == 422, wrong
        assert page.get_element_by_id("f-person-error") is not None
    assert room.task("propose").assignee is None
    browse("reviewer", who="ben").post(f"/workflow/cases/{CASE}/recusal", **WHY)
    page = boss.get(place)
    assert "没有可以办理这项任务的人员" in boss.text
    assert not page.xpath("//select")


def test_what_changed_meanwhile_is_said(room, boss, place):
    old = revision(room)
    boss.post(place, person=str(person("ann")), revision=old)
    for target, more in ((place, {"person": str(person("ben"))}), (f"{place}/end", {})):
        page = boss.post(target, revision=old, **more)
        assert boss.status == 409
        assert page.find_class("govuk-error-summary")
    assert room.task("propose").assignee == str(person("ann"))
    boss.post(place, person=str(person("ben")), revision="x")
    assert boss.status == 400


def test_a_task_that_is_over_is_given_to_nobody(room, boss, browse, place):
    ann = browse("reviewer", who="ann")
    ann.post(place.replace("/assignment", "/claim"))
    now = revision(room)
    ann.post(place.removesuffix("/assignment"), opinion="同意", revision=now)
    [done] = [t for t in room.rows(Task) if t.element_id == "propose"]
    assert done.status == COMPLETED
    page = boss.get(place)
    assert "已经办结" in boss.text
    assert not page.xpath("//main//form")
    boss.post(place, person=str(person("ben")), revision=str(done.revision))
    assert boss.status == 409


def test_only_who_oversees_the_place_may(room, browse, place):
    for role, status in (("reviewer", 403), ("approver", 403), ("applicant", 403)):
        who = browse(role, who="ben")
        who.get(place)
        assert who.status == status
    far = browse("administrator", at="/other/", who="far")
    for act in (lambda: far.get(place), lambda: far.post(place, person="", revision="1")):
        act()
        assert far.status == 404
    assert place not in [a.get("href") for a in browse("reviewer").get(f"/workflow/cases/{CASE}").iter("a")]


def test_what_is_the_citizens_or_one_persons_is_not_handed_round(room, boss, place):
    with room.runtime.transaction() as work:
        task = work.session.merge(room.task("propose"))
        task.candidate_groups, task.candidate_users = [], [str(person("ann"))]
    boss.get(place)
    assert boss.status == 404
    with room.runtime.transaction() as work:
        task = work.session.merge(room.task("propose"))
        task.candidate_groups, task.lane_role = ["reviewer"], "applicant"
    boss.get(place)
    assert boss.status == 404
