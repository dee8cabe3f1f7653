"""The case's panel, and the clerks' pages for calls: who sees and does what."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.notify.models import Delivery
from services.notify.rules import RESULTS
from services.notify.words import CHANNELS
from services.notify.words import RESULTS as RESULT_WORDS
from shared.contracts.access import DataAccessed
from shared.contracts.evaluation import CaseArchived
from shared.web.access_log import UNMASKED
from tests.rig import CASE, CENTRE, START, Bench, person
from tests.services.notify.conftest import (
    APPLICANT,
    FIRM,
    UNSIGNED,
    accept,
    assigned,
    correction,
    deliveries,
    notice,
    rows,
    someone,
    tick,
)

PANEL = f"/notify/cases/{CASE}/panel"
API = f"/notify/api/cases/{CASE}"
TASKS = "/notify/deliveries"


def call(bench: Bench, attempt: int = 1) -> Delivery:
    return deliveries(bench)[APPLICANT, "phone", attempt]


def clerk(bench: Bench, at: str = CENTRE) -> FlaskClient:
    return bench.client("clerk", at=at, who="clerk")


@pytest.fixture
def told(bench: Bench) -> Bench:
    bench.deliver(someone("reviewer", "reviewer", shown="贾审查"))
    bench.deliver(correction(UNSIGNED))
    reminder = notice(
        "review_deadline", recipients=[], roles=["reviewer"], organisation=CENTRE,
        about={"mark": "warn_50", "due": "2026-10-09T23:59:59+08:00"},
    )  # fmt: skip
    bench.deliver(reminder)
    return bench


@pytest.mark.clause("S0-7.4.2d2")
def test_staff_see_every_delivery_with_masked_names(told: Bench) -> None:
    tick(told)
    page = told.client("reviewer").get(PANEL).text
    for text in (
        "补正通知",
        "审查期限提醒",
        "贾**（申请人）",
        "贾**（工作人员）",
        "站内消息",
        "已放进站内信箱",
        "短信",
        "已登记发送",
        "电话",
        "等待中",
    ):
        assert text in page
    assert "贾求援" not in page
    assert "138" not in page
    assert "<html" not in page
    assert page in told.client("reviewer").get(f"/notify/cases/{CASE}").text


def test_the_applicant_sees_what_they_were_told_and_no_reminders(told: Bench) -> None:
    page = told.client("applicant", at="/public/", who="applicant").get(PANEL).text
    assert "补正通知" in page
    assert "贾求援" in page
    assert "审查期限提醒" not in page


def test_strangers_and_other_centres_find_nothing(told: Bench) -> None:
    for client in (
        told.client("applicant", who="stranger"), told.client("reviewer", at="/other/"), told.client("handler", at=FIRM),
    ):  # fmt: skip
        assert client.get(PANEL).status_code == 404
        assert client.get(API).status_code == 404
    assert told.client("reviewer").get(f"/notify/cases/{UUID(int=5)}/panel").status_code == 404
    assert told.client().get(API).status_code == 401


def test_the_handler_and_their_firm_see_it_once_accepted(told: Bench) -> None:
    handler = told.client("handler", at=FIRM, who="handler")
    manager = told.client("firm_manager", at=FIRM, who="manager")
    other = told.client("firm_manager", at="/demo-city/firm-b/", who="other")
    assert [c.get(PANEL).status_code for c in (handler, manager, other)] == [404, 404, 404]
    accept(told)
    assert [c.get(PANEL).status_code for c in (handler, manager, other)] == [200, 200, 404]
    assert "贾求援" in handler.get(PANEL).text
    assert "贾求援" not in manager.get(PANEL).text


def test_the_api_tells_channel_attempt_and_result(told: Bench) -> None:
    found = told.client("reviewer").get(API).get_json()["deliveries"]
    first = next(d for d in found if d["channel"] == "in_app" and d["template"] == "correction")
    assert (first["attempt"], first["state"], first["result"], first["recipient"]) == (
        1, "delivered", "in_mailbox", "贾**",
    )  # fmt: skip
    assert {d["relation"] for d in found} == {"applicant", "staff"}
    assert first["ended_at"] == START.isoformat()
    assert len(found) == 5


def test_only_clerks_of_the_organisation_find_the_calls(told: Bench) -> None:
    for path in (TASKS, f"/notify/api{TASKS.removeprefix('/notify')}", f"{TASKS}/{call(told).id}"):
        assert told.client("reviewer").get(path).status_code == 403
        assert told.client().get(path).status_code in (302, 401)
    assert call(told).id.hex in clerk(told).get(TASKS).text.replace("-", "")
    assert "现在没有" in clerk(told, at="/other/").get(TASKS).text
    assert clerk(told, at="/other/").get(f"{TASKS}/{call(told).id}").status_code == 404
    sms = deliveries(told)[APPLICANT, "sms", 1]
    assert clerk(told, at="/other/").post(f"{TASKS}/{sms.id}/result", data={}).status_code == 404


def test_a_number_is_shown_on_request_and_that_is_on_record(told: Bench) -> None:
    masked = clerk(told).get(f"{TASKS}/{call(told).id}").text
    assert "贾**" in masked
    assert "138 0013 8000" not in masked
    assert "缺少签名" not in masked
    shown = clerk(told).post(f"{TASKS}/{call(told).id}/disclosure").text
    for text in ("贾求援", "138 0013 8000", "缺少签名"):
        assert text in shown
    (note,) = told.emitted(DataAccessed)
    assert (note.person_id, note.record_id, note.at) == (person("clerk"), call(told).id, START)
    assert (note.act, note.purpose, note.fields) == (UNMASKED, "contact", ["name", "phone", "body"])
    assert clerk(told, at="/other/").post(f"{TASKS}/{call(told).id}/disclosure").status_code == 404
    assert len(told.emitted(DataAccessed)) == 1


def test_a_clerk_records_a_call_and_it_leaves_the_list(told: Bench) -> None:
    url = f"{TASKS}/{call(told).id}/result"
    answer = clerk(told).post(url, data={"result": "reached", "remark": " 本人 "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{TASKS}?channel=phone")
    done = call(told)
    assert (done.state, done.remark, done.recorded_by) == ("delivered", "本人", person("clerk"))
    assert "现在没有" in clerk(told).get(TASKS).text
    again = clerk(told).post(url, data={"result": "reached"})
    assert again.status_code == 409
    assert "已经登记" in again.text
    assert "登记结果</button>" not in clerk(told).get(f"{TASKS}/{done.id}").text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "请选择结果"), ({"result": "arrived"}, "请选择结果"), ({"result": ""}, "请选择结果"),
        ({"result": "reached", "remark": "x" * 501}, "最多写 500 字"),
    ],
)  # fmt: skip
def test_a_wrong_result_is_said_at_the_field_and_nothing_is_kept(
    told: Bench, data: dict[str, str], message: str
) -> None:
    page = clerk(told).post(f"{TASKS}/{call(told).id}/result", data=data)
    assert page.status_code == 422
    assert page.text.count(message) >= 2
    api = clerk(told).post(f"/notify/api/deliveries/{call(told).id}/result", json=data)
    assert api.status_code == 422
    assert call(told).state == "waiting"


def test_results_come_over_the_api_too(told: Bench) -> None:
    url = f"/notify/api/deliveries/{call(told).id}/result"
    assert clerk(told).post(url, data="x").status_code == 400
    assert clerk(told).post(url, json=["reached"]).status_code == 400
    assert told.client("reviewer").post(url, json={"result": "reached"}).status_code == 403
    body = {"result": "no_answer", "remark": "x" * 500}
    assert clerk(told).post(url, json=body).status_code == 204
    listed = clerk(told).get("/notify/api/deliveries").get_json()
    assert [(d["attempt"], d["number"], d["recipient"]) for d in listed["deliveries"]] == [
        (2, "示范援〔2026〕民字第0001号", "贾**")
    ]
    assert "稍后再打" in clerk(told).get(TASKS).text
    told.clock.moment += timedelta(minutes=10)
    assert "稍后再打" not in clerk(told).get(TASKS).text


def test_text_messages_without_receipt_have_their_own_list(told: Bench) -> None:
    assert "现在没有" in clerk(told).get(f"{TASKS}?channel=sms").text
    tick(told)
    assert "要打的电话" in clerk(told).get(f"{TASKS}?channel=sms").text
    sms = deliveries(told)[APPLICANT, "sms", 1]
    answer = clerk(told).post(f"{TASKS}/{sms.id}/result", data={"result": "arrived"})
    assert answer.headers["Location"] == f"{TASKS}?channel=sms"
    assert clerk(told).get(f"{TASKS}?channel=in_app").status_code == 422
    mailbox = deliveries(told)[APPLICANT, "in_app", 1]
    assert clerk(told).get(f"{TASKS}/{mailbox.id}").status_code == 404


def test_long_lists_have_pages(bench: Bench) -> None:
    for _ in range(16):
        bench.deliver(assigned())
    first = clerk(bench).get(TASKS).text
    assert first.count("登记结果<") == 30
    assert "下一页" in first
    bench.clock.moment += timedelta(seconds=1)
    after = sorted(rows(bench, Delivery, channel="phone"), key=lambda d: d.id.hex)[29]
    second = clerk(bench).get(f"{TASKS}?after={after.id}").text
    assert second.count("登记结果<") == 2
    assert "下一页" not in second


@pytest.mark.clause("S0-7.1b")
def test_an_archived_case_takes_no_results(told: Bench) -> None:
    identifier = call(told).id
    told.deliver(CaseArchived(case_id=CASE, archive_number="1", manifest_sha256="0" * 64), job_key=None)
    assert "现在没有" in clerk(told).get(TASKS).text
    assert "案件已归档" in clerk(told).get(f"{TASKS}/{identifier}").text
    for url in (f"{TASKS}/{identifier}/result", f"/notify/api/deliveries/{identifier}/result"):
        answer = clerk(told).post(url, json={"result": "reached"}, data=None)
        assert answer.status_code in (409, 422)
    api = clerk(told).post(f"/notify/api/deliveries/{identifier}/result", json={"result": "reached"})
    assert (api.status_code, api.content_type) == (409, "application/problem+json")
    form = clerk(told).post(f"{TASKS}/{identifier}/result", data={"result": "reached"})
    assert form.status_code == 409


def test_every_result_that_can_be_recorded_has_words() -> None:
    assert set(RESULTS) < set(CHANNELS)
    assert {result for results in RESULTS.values() for result in results} < set(RESULT_WORDS)
