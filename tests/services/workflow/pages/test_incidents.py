"""The page of incidents: what stopped, trying again, and what the reader is told afterwards."""

import pytest

from services.workflow.changing.variables import set_variables
from services.workflow.pages import incidents
from shared.contracts.review import DeadlineNoted
from shared.messaging.contract import JobFailed
from tests.rig import CASE, CENTRE, person
from tests.services.workflow.engine.drawing import end, ext, file, flows, io, node, process, start, user
from tests.services.workflow.house import someone
from tests.services.workflow.pages.conftest import NUMBER, Browser, registered, words

LIST = "/workflow/incidents"
DUE = "2026-10-01T00:00:00Z"
NOTE = ext('taskDefinition type="review.note_deadline" retries="1"') + io(
    "in mark = &quot;warn_50&quot;", "in due = due"
)
NAMED = user("after", ext('assignmentDefinition assignee="=who"')).replace(
    "<userTask", '<userTask name="核对"'
)
NOTED = file(
    process(
        start(),
        node(
            "serviceTask", "note", NOTE.replace("</extensionElements><extensionElements>", ""), name="记期限"
        ),
        NAMED,
        end(),
        flows("s note after e"),
    ).replace('<process id="p"', '<process id="p" name="审查"')
)


@pytest.fixture
def halted(house):
    """A registered case whose process lacks the date a command needs."""
    house.deploy(NOTED)
    house.deliver(registered(), job_key=None)
    house.start()
    return house


def owner(house, *roles, **options):
    return Browser(house, *(roles or ("process_owner",)), **options)


def put(house, **values):
    with house.work() as work:
        set_variables(work, house.instance().key, values, "boss")


def press(browser, page):
    """Press the only button for trying again."""
    [form] = [f for f in page.forms if (f.get("action") or "").endswith("/retry")]
    return browser.post(form.get("action"), **dict(form.form_values()))


def title(page):
    return words(page.xpath("//h1")[0])


def facts(page):
    """What stands in the summaries of the page."""
    return {words(row[0]): words(row[1]) for row in page.xpath("//dl/div")}


def test_a_line_says_what_where_why_and_since_when(halted):
    page = owner(halted).get(LIST)
    [row] = page.xpath("//tbody/tr")
    for said in (
        "这一步要用的内容不全或者不对",
        "due",
        "审查",
        "记期限",
        NUMBER,
        "2026年9月24日 09:59",
        "已试 1 次",
    ):
        assert said in words(row)
    assert "共 1 个异常" in words(page)


def test_only_who_may_open_the_case_gets_a_link_to_it(halted):
    case = f"//a[@href='/intake/cases/{CASE}']"
    assert owner(halted, "administrator").get(LIST).xpath(case)
    assert not owner(halted, "process_owner").get(LIST).xpath(case)


def test_no_incident_is_said_plainly(house):
    browser = owner(house)
    assert "现在没有异常" in words(browser.get(LIST))
    browser.get(f"{LIST}/count")
    assert (browser.status, browser.text) == (204, "")


def test_the_way_there_counts_for_who_may_go_it(halted):
    link = "//nav//a[@href='/workflow/incidents']"
    [shown] = owner(halted).get("/workflow/models").xpath(link)
    assert (words(shown), shown.get("hx-get")) == ("异常", f"{LIST}/count")
    browser = owner(halted)
    browser.get(shown.get("hx-get"))
    assert browser.text == "异常（1）"
    assert not owner(halted, "reviewer").get("/workflow/tasks").xpath(link)


def test_a_great_number_is_not_counted_to_the_end(halted, monkeypatch):
    monkeypatch.setattr(incidents, "_MOST_COUNTED", 2)
    halted.start(case_id=None)
    browser = owner(halted)
    browser.get(f"{LIST}/count")
    assert browser.text == "异常（1+）"


def test_a_retry_is_under_way_then_told_with_the_place_the_process_reached(halted):
    put(halted, due=DUE, who=str(person("ann")))
    browser = owner(halted)
    page = press(browser, browser.get(LIST))
    assert (browser.status, title(page)) == (200, "已经重试，正在等结果")
    assert page.xpath("//div[@id='outcome']/@hx-get") == [page.xpath("//noscript//meta/@content")[0][6:]]
    halted.answer("note", DeadlineNoted(case_id=CASE))
    page = browser.get(page.xpath("//div[@id='outcome']/@hx-get")[0])
    assert title(page) == "问题已解决，流程已继续"
    assert words(page.xpath("//ul[@class='govuk-list govuk-list--bullet']")[0]) == "核对"
    assert not page.xpath("//div[@id='outcome']/@hx-get")
    assert browser.get(LIST).xpath("//tbody") == []
    assert halted.past("incident_resolved")


def test_the_page_stops_looking_after_a_while(halted):
    put(halted, due=DUE)
    browser = owner(halted)
    press(browser, browser.get(LIST))
    key = halted.rows(incidents.Incident)[0].key
    last = browser.get(f"{LIST}/{key}?look={incidents.MOST_LOOKS}")
    assert not last.xpath("//div[@id='outcome']/@hx-get | //noscript//meta[@http-equiv]")
    assert last.xpath(f"//a[@href='{LIST}/{key}']")


def test_what_failed_again_is_told_with_its_new_cause(halted):
    browser = owner(halted)
    put(halted, due="soon")
    page = press(browser, browser.get(LIST))
    assert title(page) == "重试没有成功"
    [again] = halted.incidents()
    assert page.xpath(f"//form[@action='{LIST}/{again.key}/retry']")
    assert facts(page)["环节"] == "记期限"
    put(halted, due=DUE)
    press(browser, page)
    halted.answer("note", JobFailed(case_id=CASE, reason="review.note_deadline: KeyError in handlers.py:8"))
    page = browser.get(f"{LIST}/{again.key}")
    assert title(page) == "重试没有成功"
    assert facts(page)["问题"] == "系统多次尝试，仍然没有办成"
    assert "服务 review 办理时程序出错" in facts(page)["原因"]
    assert facts(page)["已试次数"] == "1"


def test_the_next_problem_of_the_process_is_told_too(halted):
    put(halted, due=DUE, who=5)
    browser = owner(halted)
    press(browser, browser.get(LIST))
    first = halted.rows(incidents.Incident)[0].key
    halted.answer("note", DeadlineNoted(case_id=CASE))
    page = browser.get(f"{LIST}/{first}")
    assert title(page) == "问题已解决，流程已继续"
    [other] = halted.incidents()
    assert words(page.xpath(f"//a[@href='{LIST}/{other.key}']")[0]) == "核对：流程图里有一处算不出结果"


def test_somebody_was_faster(halted):
    put(halted, due=DUE)
    ann, ben = owner(halted, who="ann"), owner(halted, "administrator", who="ben")
    seen = ben.get(LIST)
    press(ann, ann.get(LIST))
    page = press(ben, seen)
    assert ben.status == 409
    assert "这个问题已经处理过了" in words(page.xpath("//*[@role='alert']")[0])
    assert title(page) == "已经重试，正在等结果"
    assert len(halted.commands()) == 1


def test_an_incident_that_ended_by_itself_says_so(halted):
    put(halted, due=DUE, who=str(person("ann")))
    browser = owner(halted)
    press(browser, browser.get(LIST))
    halted.answer("note", JobFailed(case_id=CASE, reason="broken"))
    [late] = halted.incidents()
    halted.answer("note", DeadlineNoted(case_id=CASE))
    page = browser.get(f"{LIST}/{late.key}")
    assert "由系统自行解决" in words(page)
    press_again = browser.post(f"{LIST}/{late.key}/retry", csrf_token="csrf")
    assert (browser.status, title(press_again)) == (409, "问题已解决，流程已继续")
    halted.complete("after", someone("ann"))
    assert title(browser.get(f"{LIST}/{late.key}")) == "流程已经结束"


@pytest.mark.clause("S0-9.3.3")
def test_incidents_of_other_organisations_do_not_exist(halted):
    key = halted.incidents()[0].key
    for browser in (owner(halted, at="/other-city/"), owner(halted, at=f"{CENTRE}east/")):
        assert "现在没有异常" in words(browser.get(LIST))
        browser.get(f"{LIST}/{key}")
        assert browser.status == 404
        browser.post(f"{LIST}/{key}/retry", csrf_token="csrf")
        assert browser.status == 404
        browser.get(f"{LIST}/count")
        assert browser.status == 204
    above = owner(halted, at="/demo-city/")
    assert len(above.get(LIST).xpath("//tbody/tr")) == 1
    above.get(f"{LIST}/{2**63}")
    assert above.status == 404
    assert [i.key for i in halted.incidents()] == [key]


def test_incidents_are_for_process_owners_and_administrators(halted):
    key = halted.incidents()[0].key
    for role in ("reviewer", "applicant", "handler", "auditor"):
        client = halted.client(role)
        assert client.get(LIST).status_code == client.get(f"{LIST}/{key}").status_code == 403
        assert client.post(f"{LIST}/{key}/retry").status_code == 403
    assert halted.client().get(LIST).headers["Location"].startswith("/identity/login")
    assert len(halted.incidents()) == 1


def test_a_retry_from_another_site_is_refused(halted):
    client = halted.client()
    client.set_cookie("fayuan", halted.token("process_owner", who="ann"))
    key = halted.incidents()[0].key
    assert client.get(f"{LIST}/{key}").status_code == 200
    assert client.post(f"{LIST}/{key}/retry", data={"csrf_token": "guess"}).status_code == 403
    assert [i.key for i in halted.incidents()] == [key]


def test_incidents_come_in_pages_the_newest_first(halted, monkeypatch):
    monkeypatch.setattr(incidents, "ROWS", 2)
    for _ in range(2):
        halted.start(case_id=None)
    browser, seen = owner(halted), []
    page = browser.get(LIST)
    seen += page.xpath("//tbody//th/a/@href")
    newest = halted.incidents()[-1]
    assert seen[0] == f"{LIST}/{newest.key}"
    assert "不属于案件" in words(page.xpath("//tbody/tr")[0])
    browser.post(f"{LIST}/{newest.key}/retry", csrf_token="csrf", follow=False)
    page = browser.get(page.xpath("//a[@rel='next']/@href")[0])
    seen += page.xpath("//tbody//th/a/@href")
    assert len(set(seen)) == 3
    assert not page.xpath("//a[@rel='next']")
    assert page.xpath("//nav//a[text()='回到第一页']/@href") == [LIST]
