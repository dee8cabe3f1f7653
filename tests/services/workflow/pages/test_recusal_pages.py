"""The pages of 回避: withdrawing, ordering it, lifting it; who is told what."""

import pytest

from services.workflow.models import Recusal
from shared.contracts.dispatch import CaseAccepted
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.pages.conftest import words
from tests.services.workflow.standing import announced

OWN, ALL = f"/workflow/cases/{CASE}/recusal", f"/workflow/cases/{CASE}/recusals"
WHY = {"reason": "relative", "text": "是申请人的堂兄"}


@pytest.fixture
def room(desk):
    for name, role in (("ann", "reviewer"), ("ben", "reviewer"), ("boss", "approver")):
        announced(desk, name, role)
    return desk


def links(page):
    return [a.get("href") for a in page.iter("a")]


def test_from_the_task_and_from_the_case(room, browse):
    ann = browse("reviewer")
    key = room.task("propose").key
    for place in (f"/workflow/tasks/{key}", f"/workflow/cases/{CASE}"):
        assert OWN in links(ann.get(place))
    page = ann.get(OWN)
    assert len(page.xpath("//input[@type='radio']")) == 5
    ann.post(OWN, **WHY)
    assert "已经回避" in ann.text
    assert f"/workflow/tasks/{key}" not in links(ann.get("/workflow/tasks"))
    ann.get(f"/workflow/tasks/{key}")
    assert (ann.status, "回避" in ann.text) == (403, True)
    page = ann.get(f"/workflow/cases/{CASE}")
    assert OWN not in links(page)
    assert f"/workflow/tasks/{key}" not in links(page)
    assert "审查人员（本人）回避本案" in ann.text


WRONG = [({"reason": "x"}, "reason"), ({"text": " "}, "text"), ({"text": "长" * 1001}, "text")]


def test_what_is_wrong_stands_at_its_field(room, browse):
    ann = browse("reviewer")
    for given, field in WRONG:
        page = ann.post(OWN, **{**WHY, **given})
        assert ann.status == 422, given
        assert page.get_element_by_id(f"f-{field}-error") is not None
    assert room.rows(Recusal) == []
    ann.post(OWN, **{**WHY, "text": "长" * 1000})
    assert len(room.rows(Recusal)) == 1


def test_who_has_no_task_in_the_case_has_nothing_to_leave(room, browse):
    for who, role in (("applicant", "applicant"), ("x", "clerk"), ("boss", "approver")):
        stranger = browse(role, who=who)
        assert (stranger.get(OWN) is not None, stranger.status) == (True, 404)
        stranger.post(OWN, **WHY)
        assert stranger.status == 404
    assert room.rows(Recusal) == []


def test_a_handler_asks_to_be_replaced_instead(room, browse):
    room.deliver(CaseAccepted(case_id=CASE, handler_id=person("ann")))
    ann = browse("reviewer")
    assert OWN not in links(ann.get(f"/workflow/tasks/{room.task('propose').key}"))


def test_supervisors_read_why_and_others_do_not(room, browse):
    browse("reviewer").post(OWN, **WHY)
    boss = browse("approver", who="boss")
    page = boss.get(f"/workflow/cases/{CASE}")
    [told] = [words(e) for e in page.find_class("govuk-inset-text")]
    assert "化名ann（审查人员）对本案回避：本人是申请人或者对方当事人的近亲属" in told
    assert WHY["text"] not in boss.text
    boss.get(ALL)
    assert WHY["text"] in boss.text
    ben = browse("reviewer", who="ben")
    ben.get(f"/workflow/cases/{CASE}")
    assert "近亲属" not in ben.text
    assert "审查人员（他人）回避本案" in ben.text
    ben.get(ALL)
    assert ben.status == 403
    other = browse("approver", at="/other/", who="y")
    other.get(ALL)
    assert other.status == 404


def test_the_applicant_is_told_nothing(room, browse):
    browse("reviewer").post(OWN, **WHY)
    citizen = browse("applicant", who="applicant", at="/")
    citizen.get(f"/workflow/cases/{CASE}")
    assert (citizen.status, "回避" in citizen.text) == (200, False)


def test_ordered_and_lifted(room, browse):
    boss = browse("approver", who="boss")
    page = boss.get(ALL)
    assert "本案没有人回避" in boss.text
    names = [words(option) for option in page.xpath("//select[@name='person']/option")]
    assert names == ["请选择", "化名ann", "化名ben", "化名boss"]
    boss.post(ALL, person=str(person("ann")), **WHY)
    assert "已经责令回避" in boss.text
    assert "负责人责令回避" in boss.text
    [row] = room.rows(Recusal)
    boss.post(f"/workflow/recusals/{row.id}/lift", because=" ")
    assert (boss.status, "请写明解除回避的理由" in boss.text) == (422, True)
    boss.post(f"/workflow/recusals/{row.id}/lift", because="认错人了")
    assert "已经解除回避" in boss.text
    boss.get(ALL)
    assert "认错人了" in boss.text
    ann = browse("reviewer")
    assert f"/workflow/tasks/{room.task('propose').key}" in links(ann.get("/workflow/tasks"))


def test_only_staff_of_the_case_are_ordered(room, browse):
    boss = browse("approver", who="boss")
    for given in ("", "x", str(person("stranger")), str(person("applicant"))):
        page = boss.post(ALL, person=given, **WHY)
        assert boss.status == 422, given
        assert page.get_element_by_id("f-person-error") is not None
    assert room.rows(Recusal) == []


def test_others_neither_order_nor_lift(room, browse):
    browse("reviewer").post(OWN, **WHY)
    [row] = room.rows(Recusal)
    for role, at, status in (
        ("reviewer", CENTRE, 403),
        ("approver", "/other/", 404),
        ("administrator", "/x/", 404),
    ):
        other = browse(role, who="ben", at=at)
        other.post(ALL, person=str(person("ben")), **WHY)
        assert other.status == status
        other.post(f"/workflow/recusals/{row.id}/lift", because="x")
        assert other.status == status
    assert [r.lifted_at for r in room.rows(Recusal)] == [None]


def test_who_is_alone_is_shown_to_the_supervisor(room, browse):
    browse("reviewer").post(OWN, **WHY)
    boss = browse("approver", who="boss")
    boss.get(ALL)
    assert "现在没有人可以办理" not in boss.text
    browse("reviewer", who="ben").post(OWN, **WHY)
    boss.get(ALL)
    assert "“提出意见”现在没有人可以办理" in boss.text
