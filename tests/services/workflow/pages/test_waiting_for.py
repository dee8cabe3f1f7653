"""What waits for a person, for whoever looks after them before the account is closed."""

import pytest

from shared.contracts.dispatch import TurnTaken
from shared.contracts.identity import PersonChanged
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.pages.conftest import NUMBER, words

FIRM = "/demo-city/firm-a/"
PAGE = f"/workflow/people/{person('ann')}/waiting"


@pytest.fixture
def taken(desk, browse):
    """Ann has taken a task; she works at the centre and, beside it, at a firm."""
    held = [{"role": "reviewer", "organisation": CENTRE}, {"role": "handler", "organisation": FIRM}]
    desk.deliver(PersonChanged(person_id=person("ann"), active=True, roles=held, person={"name": "安"}))
    assert browse("reviewer", who="ann").claim(desk.task("propose").key) is not None
    return desk


def test_open_tasks_are_named_to_the_administrator(taken, browse):
    page = words(browse("administrator", who="boss").get(PAGE))
    assert "还有 1 项任务分给了本人" in page
    assert "提出意见" in page
    assert NUMBER in page


def test_a_firm_learns_how_many_there_are_and_names_only_of_its_cases(taken, browse):
    manager = browse("firm_manager", at=FIRM, who="manager")
    page = words(manager.get(PAGE))
    assert "另外还有 1 项任务属于其他机构的案件" in page
    assert NUMBER not in page
    ids = {"assignment_id": person("turn"), "handler_id": person("ann"), "firm_id": person("firm")}
    taken.deliver(TurnTaken(case_id=CASE, firm_path=FIRM, **ids))
    assert NUMBER in words(manager.get(PAGE))


def test_nothing_waits_after_the_task_is_given_back(taken, browse):
    task = taken.task("propose")
    browse("reviewer", who="ann").post(f"/workflow/tasks/{task.key}/unclaim", revision=task.revision)
    assert "没有分给本人、还没办的任务" in words(browse("administrator", who="boss").get(PAGE))


@pytest.mark.parametrize(
    ("role", "at"), [("administrator", "/other/"), ("firm_manager", "/demo-city/firm-b/")]
)
def test_the_people_of_others_look_like_missing_ones(taken, browse, role, at):
    stranger = browse(role, at=at, who="stranger")
    theirs = words(stranger.get(PAGE).xpath("//main")[0])
    assert "没有分给本人、还没办的任务" in theirs
    assert words(stranger.get(PAGE.replace(str(person("ann")), str(CASE))).xpath("//main")[0]) == theirs


def test_it_is_nobody_elses_business(taken, browse):
    browser = browse("reviewer", who="ben")
    browser.get(PAGE)
    assert browser.status == 403


def test_who_lost_every_role_still_has_what_they_took(taken, browse):
    taken.deliver(PersonChanged(person_id=person("ann"), active=True, roles=[], person={"name": "安"}))
    assert "提出意见" in words(browse("administrator", who="boss").get(PAGE))
