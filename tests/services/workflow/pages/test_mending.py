"""The page on which variables of a stopped process are mended: what it shows, refuses and keeps."""

import pytest

from services.workflow.changing.variables import set_variables
from services.workflow.instances import cancel_instance
from services.workflow.models import History
from services.workflow.waiting.incidents import retry_incident
from tests.rig import CENTRE
from tests.services.workflow.engine.drawing import end, ext, file, flows, io, node, process, start, user
from tests.services.workflow.pages.conftest import Browser, words

CLERK = ext('assignmentDefinition candidateGroups="clerk"')
WITHIN = (
    io("in limit = 5"), start("ws"), node("exclusiveGateway", "way", default="way-small"),
    user("big", CLERK), user("small", CLERK), end("be"), end("se"),
    flows("ws way", "way big ?amount > limit", "way small se", "big be"),
)  # fmt: skip
STUCK = file(process(start(), node("subProcess", "w", *WITHIN, name="核对金额"), end(), flows("s w e")))


@pytest.fixture
def halted(house):
    """A process that lacks the number which a condition needs."""
    house.deploy(STUCK)
    house.start(kept='a "<b>" word')
    return house


def address(house):
    return f"/workflow/incidents/{house.incidents()[0].key}/variables"


def owner(house, *roles, **options):
    return Browser(house, *(roles or ("process_owner",)), **options)


def sent(house, **values):
    """What the form sends, filled with these values."""
    revision = str(house.instance().revision)
    scope = str(house.instance().key)
    return {"csrf_token": "csrf", "revision": revision, "scope": scope, "name": "amount", **values}


def rows(page):
    return [[words(cell) for cell in row[:3]] for row in page.xpath("//tbody/tr")]


def test_the_page_shows_what_the_step_sees_and_where_it_lies(halted):
    page = owner(halted).get(address(halted))
    found = rows(page)
    assert not page.xpath("//tbody//b"), "a value is no markup"
    assert ["kept", r'"a \"<b>\" word"', "整个流程"] in found
    assert ["limit", "5", "环节“核对金额”"] in found


def test_a_value_is_given_and_the_process_goes_on(halted):
    browser = owner(halted)
    way = address(halted)
    page = browser.post(way, **sent(halted, value="7"))
    assert "已经保存" in words(page)
    assert ["amount", "7", "整个流程"] in rows(page)
    [form] = [f for f in page.forms if (f.get("action") or "").endswith("/retry")]
    browser.post(form.get("action"), **dict(form.form_values()))
    assert (halted.open_tasks(), halted.incidents()) == (["big"], [])
    [entry] = [h for h in halted.rows(History) if h.kind == "variables_given"]
    assert entry.body["names"] == ["amount"]
    assert "7" not in str(entry.body["names"])


def test_the_one_that_is_chosen_stands_in_the_form_and_only_it_is_changed(halted):
    browser = owner(halted)
    page = browser.get(address(halted))
    [link] = [a for a in page.xpath("//tbody//a/@href") if "name=limit" in a]
    page = browser.get(link)
    form = dict(page.xpath("//form[.//textarea]")[0].form_values())
    assert (form["name"], form["value"]) == ("limit", "5")
    browser.post(address(halted), **form | {"value": "9"})
    assert halted.variables(int(form["scope"])) == {"limit": 9}
    assert "limit" not in halted.variables()


def test_an_outer_one_is_said_to_be_hidden(halted):
    browser = owner(halted)
    page = browser.post(address(halted), **sent(halted, name="limit", value="1"))
    assert ["limit", "1", "整个流程（被里面的同名变量盖住）"] in rows(page)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("value", {"value": "HZ01"}), ("value", {"value": ""}), ("value", {"value": "NaN"}),
        ("value", {"value": '"\\u0000"'}), ("value", {"value": "[" * 200 + "]" * 200}),
        ("name", {"name": " ", "value": "1"}), ("name", {"name": "n" * 256, "value": "1"}),
        ("name", {"name": "a\0b", "value": "1"}), ("scope", {"scope": "1", "value": "1"}),
        ("scope", {"scope": "x", "value": "1"}), ("value", {"name": "agency", "value": '"/other-city/"'}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(halted, field, given):
    before, browser = halted.variables(), owner(halted)
    page = browser.post(address(halted), **sent(halted, **given))
    assert browser.status in (422, 403)
    assert page.xpath(f"//*[@id='f-{field}-error']")
    assert page.xpath("//textarea")[0].value.strip() == given["value"] if "value" in given else True
    assert halted.variables() == before


def test_who_looked_at_old_values_is_told(halted):
    browser, form = owner(halted), sent(halted, value="7")
    with halted.work() as work:
        set_variables(work, halted.instance().key, {"amount": 3}, "somebody")
    page = browser.post(address(halted), **form)
    assert browser.status == 409
    assert "内容已被他人更新" in words(page)
    assert ["amount", "3", "整个流程"] in rows(page)
    assert halted.variables()["amount"] == 3


@pytest.mark.parametrize("how", ["mended", "cancelled"])
def test_what_is_over_is_only_shown(halted, how):
    way, browser, form = address(halted), owner(halted), sent(halted, value="7")
    with halted.work() as work:
        if how == "cancelled":
            cancel_instance(work, halted.instance().key, "boss")
        else:
            set_variables(work, halted.instance().key, {"amount": 3}, "boss")
            retry_incident(work, halted.incidents()[0].key, "boss")
    page = browser.get(way)
    assert "不能再在这里修改" in words(page)
    assert not page.xpath("//textarea")
    page = browser.post(way, **form | {"revision": str(halted.instance().revision)})
    assert browser.status == 409
    assert "变量没有改动" in words(page)
    assert halted.variables().get("amount") != 7


def test_others_do_not_find_it_and_staff_may_not(halted):
    way, form = address(halted), sent(halted, value="7")
    for browser in (owner(halted, at="/other-city/"), owner(halted, at=f"{CENTRE}east/")):
        browser.get(way)
        assert browser.status == 404
        browser.post(way, **form)
        assert browser.status == 404
    for role in ("reviewer", "handler", "auditor"):
        assert halted.client(role).get(way).status_code == halted.client(role).post(way).status_code == 403
    assert "amount" not in halted.variables()


@pytest.mark.parametrize("agency", [CENTRE, ""])
def test_the_incident_leads_there(halted, agency):
    halted.start(case_id=None, agency=agency)
    newest = f"/workflow/incidents/{halted.incidents()[-1].key}"
    page = owner(halted).get(newest)
    assert f"{newest}/variables" in page.xpath("//a/@href")
