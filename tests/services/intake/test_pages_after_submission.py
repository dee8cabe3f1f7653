"""An applicant's pages after the submission: progress, correction, withdrawal; and what is refused."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from shared.contracts.intake import RegisterApplication, SealRecord
from shared.contracts.workflow import CaseStateChanged, StageEntered
from tests.rig import START, Bench
from tests.services.intake.conftest import pdf
from tests.services.intake.test_handlers import DUE, opened
from tests.services.intake.test_pages import STEPS, begun, links


@pytest.mark.clause("S0-7.4.2c")
def test_the_progress_page_shows_stage_deadline_and_history(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    here = f"/intake/applications/{case_id}"
    bench.deliver(RegisterApplication(case_id=case_id))
    bench.deliver(StageEntered(case_id=case_id, stage="review"), job_key=None)
    bench.deliver(CaseStateChanged(case_id=case_id, before="REGISTERED", after="UNDER_REVIEW"), job_key=None)
    page = applicant.get(here).text
    assert "最迟 2026年10月" in page
    assert "<strong>援助审查</strong>：进行中" in page
    assert "进入“援助审查”阶段" in page
    assert "您提交了申请" in page
    receipt = applicant.get(f"{here}/receipt").text
    assert "示范援〔2026〕民字第0001号" in receipt
    assert "示例甲某的材料.pdf" in receipt


@pytest.mark.clause("S0-7.4.2d")
def test_the_correction_page_lists_everything_and_takes_it_in(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    bench.deliver(opened(case_id))
    here = f"/intake/applications/{case_id}/correction"
    assert "共 2 项" in applicant.get(f"/intake/applications/{case_id}").text
    page = applicant.get(here).text
    for text in ("缺少签名", "签名后重新上传", "证件过期", "换新证件", "2026年10月4日"):
        assert text in page
    first, second = re.findall(r'name="reply-([0-9a-f-]{36})"', page)
    assert applicant.post(f"{here}/{first}", data={"file": pdf("new")}).status_code == 303
    answer = applicant.post(here, data={"hand_in": "1"})
    assert answer.status_code == 422
    assert "第 2 项：请上传文件或者写明情况" in answer.text
    assert "第 1 项：请上传文件" not in answer.text
    answer = applicant.post(here, data={f"reply-{second}": "正在补办", "hand_in": "1"})
    assert answer.headers["Location"] == f"/intake/applications/{case_id}"
    assert "您补交了材料" in applicant.get(f"/intake/applications/{case_id}").text
    assert applicant.get(here).status_code == 409


def test_a_saved_explanation_stays_and_a_file_can_be_taken_back(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    bench.deliver(opened(case_id))
    here = f"/intake/applications/{case_id}/correction"
    first = re.findall(r'name="reply-([0-9a-f-]{36})"', applicant.get(here).text)[0]
    assert applicant.post(here, data={f"reply-{first}": "正在补办"}).headers["Location"] == here
    assert "正在补办" in applicant.get(here).text
    applicant.post(f"{here}/{first}", data={"file": pdf("new")})
    removal = re.search(r'action="(\S+/removal)"', applicant.get(f"{here}/{first}").text)
    assert removal
    assert applicant.post(removal[1]).status_code == 303
    assert "已上传" not in applicant.get(here).text
    assert applicant.post(f"{here}/{first}", data={}).status_code == 422


@pytest.mark.clause("S0-7.4.2d3")
@pytest.mark.parametrize(("late", "status"), [(timedelta(0), 200), (timedelta(seconds=1), 409)])
def test_the_correction_page_closes_with_the_period(
    bench: Bench, applicant: FlaskClient, case_id: UUID, late: timedelta, status: int
) -> None:
    bench.deliver(opened(case_id))
    bench.clock.moment = DUE + late
    answer = applicant.get(f"/intake/applications/{case_id}/correction")
    assert answer.status_code == status
    assert ("现在不能补交材料" in answer.text) == (status == 409)


def test_an_application_is_withdrawn_after_asking_once_more(
    applicant: FlaskClient, case_id: UUID, bench: Bench
) -> None:
    here = f"/intake/applications/{case_id}"
    assert "撤回以后不再审查" in applicant.get(f"{here}/withdrawal").text
    answer = applicant.post(f"{here}/withdrawal", data={"reason": "已经和解"})
    assert answer.headers["Location"] == here
    page = applicant.get(here).text
    assert "您已经撤回申请" in page
    assert "/withdrawal" not in page
    assert applicant.get(f"{here}/withdrawal").status_code == 409


def test_a_strangers_application_is_not_found(bench: Bench, case_id: UUID) -> None:
    other = bench.client("applicant", at="/", who="other")
    for page in ("", "/receipt", "/check", "/withdrawal", "/correction", "/steps/facts", "/materials/OTHER"):
        assert other.get(f"/intake/applications/{case_id}{page}").status_code == 404


def test_writing_pages_of_a_sealed_case_refuse(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    bench.deliver(SealRecord(case_id=case_id))
    here = f"/intake/applications/{case_id}"
    for page in ("/correction", "/withdrawal", "/check", "/steps/facts"):
        data = {**STEPS["facts"], "revision": "6"}
        assert applicant.post(here + page, data=data).status_code == 409
    assert applicant.get(here).status_code == 200


def test_a_draft_that_ran_out_is_refused(bench: Bench, applicant: FlaskClient) -> None:
    here = begun(applicant)
    bench.clock.moment = START + timedelta(days=8)
    for page in ("", "/check", "/steps/facts", "/materials/IDENTITY"):
        answer = applicant.get(here + page)
        assert answer.status_code == 409
        assert "这份草稿已经失效" in answer.text


def test_every_link_after_the_submission_leads_somewhere(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    bench.deliver(opened(case_id))
    bench.deliver(CaseStateChanged(case_id=case_id, before="UNDER_REVIEW", after="CORRECTION"), job_key=None)
    here = f"/intake/applications/{case_id}"
    pages = {here} | links(applicant.get(here).text) | links(applicant.get(f"{here}/correction").text)
    assert {f"{here}/correction", f"{here}/withdrawal", f"{here}/receipt"} <= pages
    assert [p for p in pages if applicant.get(p, buffered=True).status_code not in (200, 302)] == []
