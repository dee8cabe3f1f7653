"""Rating, panel and manifest: who may, and what they see."""

import pytest
import sqlalchemy as sa

from services.evaluation.models import ClosingFile, Rating
from shared.contracts.access import DataAccessed
from shared.contracts.evaluation import ArchiveCase, CloseSurvey
from shared.contracts.workflow import PublishMessage
from tests.rig import CASE, Bench
from tests.services.evaluation.conftest import DUE, closing_file, open_survey, sealed_parts

SURVEY = f"/evaluation/cases/{CASE}/survey"
API = f"/evaluation/api/cases/{CASE}/survey"
DIMENSIONS = {
    "experience": "使用本平台的体验",
    "staff": "工作人员的职业素质和专业能力",
    "handling": "承办人员办理案件的情况",
    "complaints": "投诉处理的情况",
}
GRADES = dict.fromkeys(DIMENSIONS, "basically")


def archive(bench: Bench) -> None:
    for part in sealed_parts():
        bench.deliver(part)
    bench.deliver(ArchiveCase(case_id=CASE))


@pytest.fixture
def surveyed(bench: Bench) -> Bench:
    bench.deliver(closing_file())
    bench.deliver(open_survey())
    return bench


@pytest.mark.clause(
    "S0-7.3.5b", "S0-7.4.10.1a", "S0-7.4.10.1b", "S0-7.4.10.1c", "S0-7.4.10.1d"
)  # fmt: skip
def test_the_recipient_rates_four_dimensions_once(surveyed: Bench) -> None:
    client = surveyed.client("applicant", who="applicant")
    page = client.get(SURVEY).text
    assert all(label in page for label in DIMENSIONS.values())
    answer = client.post(SURVEY, data={**GRADES, "comment": "很好"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{SURVEY}/thanks")
    (message,) = surveyed.emitted(PublishMessage)
    assert (message.name, message.correlation_key, message.variables) == ("survey_answered", str(CASE), {})
    assert client.post(API, json={"grades": GRADES}).status_code == 409
    surveyed.deliver(CloseSurvey(case_id=CASE))
    with surveyed.runtime.reading() as session:
        assert [r.channel for r in session.scalars(sa.select(Rating))] == ["online"]


def test_a_missing_grade_is_said_at_the_field_and_nothing_is_kept(surveyed: Bench) -> None:
    client = surveyed.client("applicant", who="applicant")
    page = client.post(SURVEY, data={"experience": "satisfied", "comment": "x" * 1001})
    assert page.status_code == 422
    assert page.text.count("请选择一项") >= 3
    assert "最多写 1000 字" in page.text
    assert client.post(API, json={"grades": {**GRADES, "other": "satisfied"}}).status_code == 422
    assert client.post(API, data="x").status_code == 400
    assert surveyed.emitted(PublishMessage) == []


@pytest.mark.parametrize(("late", "status"), [(False, 204), (True, 409)])
def test_rating_ends_with_its_period(surveyed: Bench, late: bool, status: int) -> None:
    surveyed.clock.moment = DUE.replace(microsecond=1) if late else DUE
    assert (
        surveyed.client("applicant", who="applicant").post(API, json={"grades": GRADES}).status_code == status
    )


def test_only_the_recipient_rates(surveyed: Bench) -> None:
    assert surveyed.client("closing_reviewer").post(API, json={"grades": GRADES}).status_code == 403
    assert surveyed.client("closing_reviewer").get(SURVEY).status_code == 403
    stranger = surveyed.client("applicant", who="stranger")
    assert stranger.post(API, json={"grades": GRADES}).status_code == 404
    assert stranger.get(SURVEY).status_code == 404
    assert surveyed.client().post(API, json={"grades": GRADES}).status_code == 401


@pytest.mark.clause("S0-7.1b")
def test_an_archived_case_takes_no_rating(surveyed: Bench) -> None:
    archive(surveyed)
    answer = surveyed.client("applicant", who="applicant").post(API, json={"grades": GRADES})
    assert answer.status_code == 409
    assert "已归档" in answer.get_json()["detail"]


def test_no_survey_yet(bench: Bench) -> None:
    assert bench.client("applicant", who="applicant").get(SURVEY).status_code == 409


def test_the_panel_is_for_those_who_may_see_the_case(surveyed: Bench) -> None:
    url = f"/evaluation/cases/{CASE}/panel"
    assert surveyed.client("applicant", who="stranger").get(url).status_code == 404
    assert "结案报告.pdf" in surveyed.client("closing_reviewer").get(url).text
    applicants = surveyed.client("applicant", who="applicant").get(url).text
    assert "结案报告.pdf" not in applicants
    assert "评价本次服务" in applicants


@pytest.mark.clause("S0-7.3.5c")
def test_the_manifest_page_notices_a_changed_row(surveyed: Bench) -> None:
    url = f"/evaluation/cases/{CASE}/manifest"
    archivist = surveyed.client("archivist")
    assert archivist.get(url).status_code == 404
    archive(surveyed)
    assert "校验通过" in archivist.get(url).text
    assert surveyed.client("handler", who="handler").get(url).status_code == 403
    with surveyed.work() as work:
        work.session.execute(sa.update(ClosingFile).values(report="改过"))
    assert "校验未通过：evaluation" in archivist.get(url).text
    manifest = surveyed.client("archivist").get(f"/evaluation/api/cases/{CASE}/manifest").get_json()
    assert manifest["manifest"]["archive_number"] == "2026-归-0001"
    looks = surveyed.emitted(DataAccessed)
    assert [(n.what, n.case_id) for n in looks] == [("evaluation.archive", CASE)] * 3
