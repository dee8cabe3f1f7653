"""Who sees which part of a handling."""

import pytest

from shared.contracts.handling import NoteDeadline
from tests.rig import CASE, START, Bench
from tests.services.handling.conftest import agreement, meeting, progress

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
    page = handled.client(who="applicant").get(PANEL).text
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
    assert body["progress"][0] == {"kind": "hearing", "occurred_on": "2026-10-20", "completed_on": None}
    assert "事实" not in str(body)
    assert handled.client("dispatcher").get(f"/handling/cases/{CASE}").status_code == 200
