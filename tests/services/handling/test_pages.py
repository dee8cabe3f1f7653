"""Who sees which part of a handling."""

import pytest

from shared.contracts.handling import NoteDeadline
from shared.contracts.handling_work import RecordEvidenceList, RecordHearing
from tests.rig import CASE, START, Bench
from tests.services.handling.conftest import FIRM, agreement, entry, meeting, progress

PANEL = f"/handling/cases/{CASE}/panel"


@pytest.fixture
def handled(bench: Bench) -> Bench:
    for message in (agreement(), meeting(), progress()):
        bench.deliver(message)
    bench.deliver(NoteDeadline(case_id=CASE, mark="agreement_breach", due=START))
    return bench


def test_before_the_opening_it_says_so(registered: Bench) -> None:
    assert "还没有开始办理" in registered.client("dispatcher").get(PANEL).text


@pytest.mark.clause("S0-7.4.2c")
def test_the_recipient_follows_the_progress_at_any_time(handled: Bench) -> None:
    page = handled.client("applicant", who="applicant").get(PANEL).text
    assert "出庭" in page
    assert "2026年10月20日" in page
    assert "超过期限未签订协议" not in page


def test_the_centre_sees_missed_periods(handled: Bench) -> None:
    assert "超过期限未签订协议" in handled.client("dispatcher").get(PANEL).text


def test_handler_firm_and_strangers(handled: Bench) -> None:
    assert handled.client("handler", at="/demo-city/firm-a/", who="handler").get(PANEL).status_code == 200
    assert handled.client("firm_manager", at="/demo-city/firm-a/", who="boss").get(PANEL).status_code == 200
    assert handled.client("firm_manager", at="/demo-city/firm-b/", who="boss").get(PANEL).status_code == 404
    assert handled.client("handler", at="/demo-city/firm-a/", who="colleague").get(PANEL).status_code == 404
    assert handled.client().get(PANEL).status_code == 302


def test_the_api_gives_dates_and_flags_only(handled: Bench) -> None:
    body = handled.client("dispatcher").get(f"/handling/api/cases/{CASE}").get_json()
    assert body["agreements"][0]["on_time"] is True
    assert body["meetings"][0]["met_on"] == "2026-09-30"
    assert body["progress"][0] == {
        "kind": "hearing", "occurred_on": "2026-10-20", "completed_on": None, "marks": [],
    }  # fmt: skip
    assert "事实" not in str(body)
    assert handled.client("dispatcher").get(f"/handling/cases/{CASE}").status_code == 200


@pytest.mark.clause("S0-7.3.4")
def test_the_log_tells_every_step_in_order_of_time(handled: Bench) -> None:
    handled.deliver(
        entry(
            RecordEvidenceList, "evidence", occurred_on="2026-10-08",
            evidence_items=[{"name": "欠条", "source": "受援人", "object": "借款", "purpose": "证明债务"}],
        )
    )  # fmt: skip
    page = handled.client("dispatcher").get(f"/handling/cases/{CASE}/log").text
    steps = ["联系受援人、签订协议", "约见受援人", "整理证据目录", "出庭"]
    assert sorted(steps, key=page.index) == steps
    assert "证据来源：受援人" in page
    stranger = handled.client("handler", at=FIRM, who="colleague")
    assert stranger.get(f"/handling/cases/{CASE}/log").status_code == 404


def test_marks_of_entries_are_for_the_staff(handled: Bench) -> None:
    handled.deliver(entry(RecordHearing, "hearing", attendance="partly", absence_reason="车祸"))
    assert "没有全程参加庭审" in handled.client("dispatcher").get(PANEL).text
    assert "没有全程参加庭审" not in handled.client("applicant", who="applicant").get(PANEL).text


def test_a_completed_case_leads_to_its_next_stage(handled: Bench) -> None:
    assert "下一阶段" not in handled.client("applicant", who="applicant").get(PANEL).text
    handled.deliver(progress(completed="yes", completed_on="2026-10-20", next_stage="yes"))
    page = handled.client("applicant", who="applicant").get(PANEL).text
    assert "提出新的申请" in page
    assert 'href="/intake/apply"' in page
