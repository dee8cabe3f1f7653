"""What workflow says about a case, and to whom; the list of models."""

from datetime import timedelta
from uuid import UUID

import pytest
from lxml import html

from services.workflow.models import CaseCopy, CaseMaterial
from shared.contracts.dispatch import CaseAccepted
from shared.contracts.intake import ApplicationResubmitted
from tests.rig import CASE, CENTRE, START, person
from tests.services.workflow.pages.conftest import CHECKED, IDENTITY_FILE, NUMBER, registered, words

PANEL = f"/workflow/cases/{CASE}/panel"


def lines(browser):
    page = browser.get(PANEL)
    return [words(item).split(" ", 2)[-1] for item in page.xpath("//ol/li")]


@pytest.fixture
def moving(desk, browse):
    """Ann proposed; ben has taken the decision."""
    ann, ben = browse("reviewer", who="ann"), browse("approver", who="ben")
    ann.claim(desk.task("propose").key)
    ann.hand_in(desk.task("propose").key, opinion="可以")
    ben.claim(desk.task("approve").key)
    return desk


def test_staff_read_who_did_what(moving, browse):
    told = lines(browse("reviewer", who="ann"))
    assert told == [
        "等待审查人员办理“提出意见”",
        "审查人员（本人）认领“提出意见”",
        "审查人员（本人）完成“提出意见”",
        "等待审批负责人办理“审批决定”",
        "审批负责人（他人）认领“审批决定”",
    ]
    page = browse("approver", who="ben").get(PANEL)
    assert "审批负责人（本人）" in words(page.xpath("//table")[0])
    assert "剩余 2 天" in words(page.xpath("//table")[0])


def test_the_applicant_reads_the_outline_without_persons(moving, browse):
    told = lines(browse("applicant", who="applicant"))
    assert told == ["审查人员完成“提出意见”"]


def test_handing_back_giving_away_and_the_end_are_told(moving, browse):
    ben, key = browse("approver", who="ben"), moving.task("approve").key
    ben.post(f"/workflow/tasks/{key}/unclaim")
    boss = moving.client("administrator", who="boss")
    boss.patch(f"/v2/user-tasks/{key}", json={"changeset": {"priority": 90}})
    boss.post(f"/v2/user-tasks/{key}/assignment", json={"assignee": str(person("ben"))})
    ben.hand_in(key, approved="yes")
    boss.post(f"/v2/user-tasks/{moving.task('last').key}/assignment", json={"assignee": str(person("dora"))})
    browse("archivist", who="dora").hand_in(moving.task("last").key)
    told = lines(ben)
    assert "“审批决定”放回，等待认领" in told
    assert "“审批决定”的办理安排有调整" in told
    assert "“审批决定”分派给审批负责人（本人）" in told
    assert told[-1] == "流程“审查”结束"
    assert "现在没有等待人办理的任务" in words(ben.get(PANEL))


@pytest.mark.clause("S0-9.3.3")
def test_who_has_nothing_to_do_with_the_case_finds_nothing(moving, browse):
    for other in (
        browse("applicant", who="stranger"),
        browse("reviewer", at="/other-city/"),
        browse("handler", at="/demo-city/firm-a/", who="handler"),
    ):
        other.get(PANEL)
        assert other.status == 404
    assert moving.client("process_owner").get(PANEL).status_code == 403
    assert moving.client().get(PANEL).headers["Location"].startswith("/identity/login")
    assert moving.client("reviewer").get(f"/workflow/cases/{UUID(int=5)}/panel").status_code == 404


def test_the_handler_sees_it_once_the_case_is_theirs(moving, browse):
    handler = browse("handler", at="/demo-city/firm-a/", who="handler")
    moving.twice(CaseAccepted(case_id=CASE, handler_id=person("handler")))
    handler.get(PANEL)
    assert handler.status == 200


def test_a_case_that_is_not_registered_yet_is_known_by_its_process(house):
    one_form = CHECKED.replace(b'formId="propose"', b'formId="x"').replace(b'formId="approve"', b'formId="x"')
    house.deploy(one_form, b'{"type":"default","id":"x","components":[]}')
    house.start(applicant_id=str(person("applicant")))
    assert house.client("applicant", who="applicant").get(PANEL).status_code == 200
    assert house.client("clerk").get(PANEL).status_code == 200
    assert house.client("applicant", who="stranger").get(PANEL).status_code == 404
    assert "尚未登记的申请" in house.client("clerk").get(f"/workflow/cases/{CASE}").text


def test_the_page_of_its_own_has_the_frame_and_the_number(moving, browse):
    page = browse("clerk").get(f"/workflow/cases/{CASE}")
    assert words(page.xpath("//h1")[0]) == NUMBER
    assert page.xpath("//h2[text()='办理进程']")


def test_an_overdue_task_is_told_in_the_panel(moving, browse):
    moving.clock.moment = START + timedelta(days=3)
    assert "已超期" in words(browse("clerk").get(PANEL).xpath("//table")[0])


def test_materials_are_kept_and_renewed(desk):
    more = [{"id": str(IDENTITY_FILE), "kind": "IDENTITY"}, {"id": str(person("new")), "kind": "ECONOMIC"}]
    desk.twice(ApplicationResubmitted(case_id=CASE, materials=more))
    rows = sorted(desk.rows(CaseMaterial), key=lambda row: row.position)
    assert [(row.kind, row.name) for row in rows] == [("IDENTITY", "身份证.jpg"), ("ECONOMIC", None)]


def test_a_repeated_registration_keeps_the_handler(desk):
    desk.deliver(CaseAccepted(case_id=CASE, handler_id=person("handler")), job_key=None)
    desk.deliver(registered(), job_key=None)
    [case] = desk.rows(CaseCopy)
    assert case.handler_id == person("handler")


def test_news_of_an_unknown_case_waits_for_its_registration(house):
    news = CaseAccepted(case_id=CASE, handler_id=person("handler"))
    assert house.deliver(news, job_key=None).ended == "retry"


def test_personal_words_are_unreadable_in_the_database(desk, tmp_path):
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("workflow.db*"))
    assert NUMBER.encode() in stored
    assert "身份证.jpg".encode() not in stored


def test_process_owners_see_every_version_and_download_it(desk, browse):
    desk.deploy(CHECKED.replace(b'id="e"', b'id="e" name="x"'))
    owner = browse("process_owner")
    page = owner.get("/workflow/models")
    assert [words(row.xpath("./td")[1]) for row in page.xpath("//tbody/tr")] == ["2", "1"]
    assert "审查" in words(page)
    [old] = page.xpath("//tbody/tr[2]//a/@href")
    answer = desk.client("process_owner").get(old)
    assert answer.data == CHECKED
    assert answer.headers["Content-Disposition"] == "attachment; filename=p-v1.bpmn"
    owner.get("/workflow/models/5/xml")
    assert owner.status == 404


def test_models_are_for_process_owners(desk):
    assert desk.client("reviewer").get("/workflow/models").status_code == 403
    assert desk.client("handler").get("/workflow/models/5/xml").status_code == 403
    assert desk.client().get("/workflow/models").status_code == 302


def test_models_come_in_pages(desk, browse, monkeypatch):
    from services.workflow.pages import model_list

    monkeypatch.setattr(model_list, "ROWS", 1)
    desk.deploy(CHECKED.replace(b'id="e"', b'id="e" name="x"'))
    owner = browse("administrator", at=CENTRE)
    [following] = owner.get("/workflow/models").xpath("//a[@rel='next']/@href")
    page = owner.get(following)
    assert words(page.xpath("//tbody//td")[1]) == "1"
    assert not page.xpath("//a[@rel='next']")


def test_no_models_is_said_plainly(house):
    page = html.fromstring(house.client("process_owner").get("/workflow/models").text)
    assert "还没有部署流程" in words(page)
