"""The pages of being away: set, shown, cancelled; and what the inbox says of it."""

import re
from datetime import timedelta

import pytest

from services.workflow.models import Absence
from tests.rig import CENTRE, person
from tests.services.workflow.pages.conftest import words
from tests.services.workflow.standing import announced, away

SET = {"first": "2026-09-24", "last": "2026-09-26"}


@pytest.fixture
def people(desk):
    announced(desk, "ann", "reviewer", "clerk")
    announced(desk, "ben", "reviewer")
    announced(desk, "boss", "administrator")
    return desk


def of(name):
    return f"/workflow/absences/of/{person(name)}"


def test_one_sets_and_cancels_ones_own(people, browse):
    ann = browse("reviewer", "clerk")
    page = ann.get("/workflow/absences")
    assert "还没有设置过外出代办" in ann.text
    assert "化名ben（不能代办：受理人员）" in [words(o) for o in page.xpath("//select/option")]
    page = ann.post(of("ann"), substitute=str(person("ben")), **SET)
    assert "外出代办已经设置" in ann.text
    [row] = page.xpath("//table/tbody/tr")
    assert re.search("9月24日.*9月26日.*化名ben.*代办中.*取消", words(row))
    assert "这些工作没有人代办：受理人员" in ann.text
    [form] = [f for f in page.forms if f.get("action").endswith("/cancel")]
    page = ann.post(form.get("action"))
    assert "待办任务和原来一样" in ann.text
    assert "已取消" in words(page.xpath("//table/tbody/tr")[0])
    ann.post(form.get("action"))
    assert (ann.status, len(people.rows(Absence))) == (200, 1)


WRONG = [
    ({"substitute": ""}, "substitute"), ({"substitute": "x"}, "substitute"), ({"first": ""}, "first"),
    ({"last": "2026-13-01"}, "last"), ({"last": "0001-01-01"}, "last"), ({"last": "9999-12-31"}, "last"),
    ({"last": "2026-09-01"}, "last"),
]  # fmt: skip


def test_what_is_wrong_stands_at_its_field(people, browse):
    ann = browse("reviewer")
    for given, field in WRONG:
        page = ann.post(of("ann"), **{"substitute": str(person("ben")), **SET, **given})
        assert ann.status == 422, given
        [summary] = page.find_class("govuk-error-summary")
        assert [a.get("href") for a in summary.iter("a")] == [f"#f-{field}"], given
        assert page.get_element_by_id(f"f-{field}-error") is not None
    assert people.rows(Absence) == []


def test_the_inbox_of_both_says_it(people, browse):
    away(people, *[announced(people, name, "reviewer") for name in ("ann", "ben")])
    key = people.task("propose").key
    ann, ben = browse("reviewer"), browse("reviewer", who="ben")
    ann.claim(key)
    page = ann.get("/workflow/tasks")
    assert "由 化名ben 代您办理" in ann.text
    page = ben.get("/workflow/tasks?show=absent")
    assert "代 化名ann 办理" in words(page.xpath("//table/tbody/tr")[0])
    page = ben.get(f"/workflow/tasks/{key}")
    assert "您代 化名ann 办理" in ben.text
    ben.hand_in(key, opinion="同意")
    assert ben.status == 200
    people.clock.moment += timedelta(days=3)
    ann.get("/workflow/tasks")
    assert "代办人最近替您办了 1 项任务" in ann.text
    assert "由 化名ben 办结" in ann.text
    assert "代您办理" not in ann.text
    ann.get(f"/workflow/tasks/{key}")
    assert ann.status == 200


def test_the_story_says_who_did_it_for_whom(people, browse):
    away(people, *[announced(people, name, "reviewer") for name in ("ann", "ben")])
    key = people.task("propose").key
    ann, ben = browse("reviewer"), browse("reviewer", who="ben")
    ann.claim(key)
    ben.hand_in(key, opinion="同意")
    told = {}
    for reader, browser in (("ann", ann), ("ben", ben), ("other", browse("reviewer", who="other"))):
        page = browser.get(f"/workflow/cases/{people.task('approve').case_id}")
        [line] = [words(li) for li in page.iter("li") if "完成“提出意见”" in words(li)]
        told[reader] = line
    assert "审查人员（他人，代您办理）完成" in told["ann"]
    assert "审查人员（本人，代外出的原办理人办理）完成" in told["ben"]
    assert "审查人员（他人，代外出的原办理人办理）完成" in told["other"]


def test_an_administrator_sets_those_of_others_and_nobody_else(people, browse):
    boss = browse("administrator", who="boss")
    page = boss.get("/workflow/absences")
    assert [words(a) for a in page.xpath("//ul[contains(@class,'bullet')]//a")] == ["化名ann", "化名ben"]
    boss.post(of("ann"), substitute=str(person("ben")), **SET)
    assert "化名ann的外出代办" in boss.text
    assert people.rows(Absence)[0].set_by == person("boss")
    for stranger in (browse("reviewer", who="ben"), browse("administrator", at="/other/", who="x")):
        stranger.get(of("ann"))
        assert stranger.status == 404
        stranger.post(of("ann"), substitute=str(person("ben")), **SET)
        assert stranger.status == 404
        stranger.post(f"/workflow/absences/{people.rows(Absence)[0].id}/cancel")
        assert stranger.status == 404
    stranger.get(of("nobody"))
    assert stranger.status == 404


def test_a_citizen_has_no_such_page(people, browse):
    citizen = browse("applicant", who="applicant")
    citizen.get("/workflow/absences")
    assert citizen.status == 403


def test_who_has_nobody_to_stand_in_is_told_whom_to_ask(people, browse):
    announced(people, "lone", "archivist", at=CENTRE)
    lone = browse("archivist", who="lone")
    page = lone.get("/workflow/absences")
    assert "没有可以代办的同事" in lone.text
    assert page.xpath("//select") == []
