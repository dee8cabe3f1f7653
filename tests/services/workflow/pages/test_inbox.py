"""The inbox: what stands in it, in which order, in pages."""

from datetime import timedelta

import pytest

from services.workflow.pages import inbox
from services.workflow.pages.words import priority_word, roles_in_words, time_left
from tests.rig import CASE, CENTRE, START, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, node, process, start, user
from tests.services.workflow.house import someone
from tests.services.workflow.pages.conftest import NUMBER, Browser, registered, words

INBOX = "/workflow/tasks"


def names(page):
    return [words(cell) for cell in page.xpath("//tbody//th")]


def test_the_public_is_sent_to_the_login(desk):
    assert desk.client().get(INBOX).headers["Location"].startswith("/identity/login?next=")


def test_a_line_says_what_where_and_until_when(browse):
    page = browse("reviewer").get(INBOX)
    [row] = page.xpath("//tbody/tr")
    said = words(row)
    for part in ("提出意见", NUMBER, "审查", "2026年9月26日 13:30", "剩余 2 天 3 小时", "普通", "待认领"):
        assert part in said
    assert row.xpath(f".//a[@href='/intake/cases/{CASE}']")


def test_an_overdue_task_says_so(desk, browse):
    desk.clock.moment = START + timedelta(days=3)
    assert "已超期 20 小时" in words(browse("reviewer").get(INBOX))


@pytest.mark.clause("S0-9.3.3")
@pytest.mark.parametrize(
    ("role", "at"), [("approver", CENTRE), ("reviewer", "/other-city/"), ("handler", CENTRE)]
)
def test_an_empty_inbox_says_so(browse, role, at):
    page = browse(role, at=at).get(INBOX)
    assert "现在没有待办任务" in words(page)
    assert names(page) == []


def test_a_citizen_has_no_list_of_tasks(desk):
    assert desk.client("applicant").get(INBOX).status_code == 403


def test_claiming_makes_it_mine_and_hides_it_from_others(desk, browse):
    ann, ben = browse("reviewer", who="ann"), browse("reviewer", who="ben")
    page = ann.get(INBOX)
    [form] = page.xpath("//tbody//form")
    assert words(ann.post(form.get("action")).xpath("//h1")[0]) == "提出意见"
    assert "我的任务" in words(ann.get(INBOX))
    assert names(ben.get(INBOX)) == []
    assert ben.claim(desk.task("propose").key) is not None
    assert ben.status == 409


THREE = file(
    process(
        start(),
        node("parallelGateway", "all"),
        *(
            user(name, ext('assignmentDefinition candidateGroups="reviewer"', *more)).replace(
                "<userTask", f'<userTask name="{name}"', 1
            )
            for name, more in {
                "usual": (),
                "urgent": ('priorityDefinition priority="90"',),
                "soon": ('taskSchedule dueDate="=now()"', 'priorityDefinition priority="10"'),
            }.items()
        ),
        end(),
        flows("s all", "all usual e", "all urgent e", "all soon e"),
        id="q",
    )
)


@pytest.fixture
def three(house):
    house.deploy(THREE)
    house.deliver(registered(), job_key=None)
    house.start("q")
    return house


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["soon", "urgent", "usual"]),
        ("?sort=priority", ["urgent", "usual", "soon"]),
        ("?sort=nonsense&show=nonsense", ["soon", "urgent", "usual"]),
        ("?show=mine", []),
        ("?show=open&stage=q", ["soon", "urgent", "usual"]),
        ("?stage=p", []),
        ("?number=0001", ["soon", "urgent", "usual"]),
        ("?number=0002", []),
        ("?number=%25", []),
    ],
)
def test_the_reader_chooses_what_to_see_and_how(three, query, found):
    page = Browser(three, "reviewer").get(INBOX + query)
    assert names(page) == found
    if not found:
        assert "没有符合条件的任务" in words(page)


def test_ones_own_tasks_come_first(three):
    key = three.task("usual").key
    ann = Browser(three, "reviewer", who="ann")
    ann.claim(key)
    assert names(ann.get(INBOX)) == ["usual", "soon", "urgent"]
    assert names(ann.get(INBOX + "?show=mine")) == ["usual"]
    assert names(ann.get(INBOX + "?show=open")) == ["soon", "urgent"]


def test_a_long_list_comes_in_pages_and_nothing_is_lost(three, monkeypatch):
    monkeypatch.setattr(inbox, "ROWS", 2)
    ann = Browser(three, "reviewer")
    page = ann.get(INBOX + "?sort=priority")
    assert names(page) == ["urgent", "usual"]
    assert "共 3 项任务" in words(page)
    [following] = page.xpath("//a[@rel='next']/@href")
    three.complete("usual", someone("ben", "reviewer"))
    last = ann.get(following)
    assert names(last) == ["soon"]
    assert not last.xpath("//a[@rel='next']")
    assert last.get_element_by_id("first-page").get("href") == INBOX + "?sort=priority"


def test_a_made_up_place_in_the_list_is_refused(three):
    ann = Browser(three, "reviewer")
    ann.get(INBOX + "?after=nonsense")
    assert ann.status == 400


def test_the_list_renews_itself_at_the_same_place(three):
    [box] = Browser(three, "reviewer").get(INBOX + "?show=open").xpath("//*[@id='inbox']")
    assert (box.get("hx-get"), box.get("hx-trigger")) == (INBOX + "?show=open", "every 15s")


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(0), "剩余 1 分钟"),
        (timedelta(minutes=59, seconds=59), "剩余 59 分钟"),
        (timedelta(hours=1), "剩余 1 小时"),
        (timedelta(hours=23, minutes=59), "剩余 23 小时"),
        (timedelta(days=1), "剩余 1 天"),
        (timedelta(days=2, hours=5), "剩余 2 天 5 小时"),
        (-timedelta(seconds=1), "已超期 1 分钟"),
        (-timedelta(days=1, hours=1), "已超期 1 天 1 小时"),
    ],
)
def test_the_time_left_in_words(ahead, said):
    assert time_left(START + ahead, START) == said


def test_no_due_date_leaves_nothing_to_say():
    assert time_left(None, START) == ""


def test_other_words():
    assert [priority_word(n) for n in (49, 50, 51)] == ["低", "普通", "高"]
    assert roles_in_words(["reviewer", "approver"]) == "审查人员、审批负责人"
    assert roles_in_words([]) == "指定人员"
    assert person("ann") != person("ben")
