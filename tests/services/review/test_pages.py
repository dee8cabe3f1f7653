"""Who sees which part of a review, in pages and API."""

from uuid import UUID

import pytest

from shared.contracts.dispatch import CaseAccepted
from shared.contracts.review import FindingsRecorded, NoteDeadline
from tests.rig import CASE, START, Bench, person
from tests.services.review.conftest import BAD, GOOD, REFUSE
from tests.services.review.test_handlers import decision, findings

PANEL = f"/review/cases/{CASE}/panel"
API = f"/review/api/cases/{CASE}"


@pytest.fixture
def examined(bench: Bench) -> Bench:
    bench.deliver(findings(GOOD, BAD, conforms="no"))
    bench.deliver(NoteDeadline(case_id=CASE, mark="warn_50", due=START))
    return bench


def test_the_public_is_sent_to_the_login(examined: Bench) -> None:
    assert examined.client().get(PANEL).headers["Location"].startswith("/identity/login?next=")
    assert examined.client().get(API).status_code == 401


@pytest.mark.clause("S0-9.3.3")
def test_strangers_and_other_centres_find_nothing(examined: Bench) -> None:
    assert examined.client("applicant", who="stranger").get(PANEL).status_code == 404
    assert examined.client("reviewer", at="/other-city/").get(PANEL).status_code == 404
    missing = UUID(int=5)
    answer = examined.client("reviewer").get(f"/review/api/cases/{missing}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_the_handler_sees_it_once_assigned(examined: Bench) -> None:
    client = examined.client("handler", at="/demo-city/firm-a/", who="handler")
    assert client.get(PANEL).status_code == 404
    examined.deliver(CaseAccepted(case_id=CASE, handler_id=person("handler")), job_key=None)
    assert client.get(PANEL).status_code == 200


@pytest.mark.clause("S0-7.4.2d")
def test_the_applicant_reads_every_defect_on_one_page(examined: Bench) -> None:
    notice = examined.emitted(FindingsRecorded)[0].notice_id
    page = examined.client("applicant", who="applicant").get(f"/review/cases/{CASE}/notices/{notice}").text
    assert "共 1 项" in page
    assert "缺少签名" in page
    assert "签名后重新上传" in page


def test_the_applicant_does_not_see_the_staffs_deadline_marks(examined: Bench) -> None:
    assert "期限已过一半" not in examined.client("applicant", who="applicant").get(PANEL).text
    assert "期限已过一半" in examined.client("reviewer").get(PANEL).text


def test_an_unknown_notice_is_not_found(examined: Bench) -> None:
    assert examined.client("reviewer").get(f"/review/cases/{CASE}/notices/{UUID(int=1)}").status_code == 404


@pytest.mark.clause("S0-7.4.3b2")
def test_a_refusal_shows_reason_and_remedy(bench: Bench) -> None:
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.deliver(decision(REFUSE))
    page = bench.client("applicant", who="applicant").get(f"/review/cases/{CASE}").text
    assert "不符合经济困难的条件" in page
    assert "提出异议" in page


def test_the_api_tells_the_same(examined: Bench) -> None:
    body = examined.client("approver").get(API).get_json()
    assert [f["material"] for f in body["findings"]] == ["IDENTITY", "ECONOMIC"]
    assert body["findings"][1]["defect"] == "缺少签名"
    assert body["marks"][0]["mark"] == "warn_50"
    assert body["decision"] is None
