"""What recipients say on the whole, and the measures taken after it."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.evaluation import rules
from services.evaluation.models import Improvement
from shared.contracts.evaluation import CloseSurvey
from tests.rig import CASE, Bench
from tests.services.evaluation.conftest import DUE, open_survey
from tests.services.evaluation.test_assessing import adopt
from tests.services.evaluation.test_pages import GRADES

URL = "/evaluation/improvements"
CITY = "/demo-city/"
MEASURE = {"dimension": "staff", "measure": "组织接待礼仪培训", "owner": "贾负责", "due_on": "2026-12-31"}


def rated(bench: Bench, **grades: str) -> None:
    bench.deliver(open_survey())
    answer = {"grades": {**GRADES, **grades}}
    sent = bench.client("applicant", who="applicant").post(
        f"/evaluation/api/cases/{CASE}/survey", json=answer
    )
    assert sent.status_code == 204


def test_grades_are_counted_by_dimension() -> None:
    given = [{"staff": "satisfied", "gone": "satisfied"}, {"staff": "dissatisfied"}, {"staff": "satisfied"}]
    assert rules.tally(given, ["staff", "handling"]) == {
        "staff": {"satisfied": 2, "basically": 0, "dissatisfied": 1},
        "handling": {"satisfied": 0, "basically": 0, "dissatisfied": 0},
    }


@pytest.mark.clause("S0-7.4.10.2")
def test_what_people_said_leads_to_measures(bench: Bench) -> None:
    rated(bench, staff="dissatisfied")
    client = bench.client("administrator", at=CITY, who="admin")
    page = client.get(URL).text
    assert "0%" in page
    assert "100%" in page
    assert client.post(URL, data=MEASURE).status_code == 303
    with bench.runtime.reading() as session:
        added = session.scalars(sa.select(Improvement)).one()
    assert (added.organisation, added.done_at) == (CITY, None)
    assert "贾负责" in client.get(URL).text
    assert client.post(f"{URL}/{added.id}/done", data={"outcome": " "}).status_code == 422
    assert client.post(f"{URL}/{added.id}/done", data={"outcome": "已培训两次"}).status_code == 303
    assert client.post(f"{URL}/{added.id}/done", data={"outcome": "再来"}).status_code == 409
    assert "已培训两次" in client.get(URL).text


@pytest.mark.parametrize(
    "wrong", [{"dimension": "gone"}, {"measure": " "}, {"owner": ""}, {"due_on": "明天"}]
)
def test_a_measure_is_complete(bench: Bench, wrong: dict[str, str]) -> None:
    client = bench.client("administrator", at=CITY)
    assert client.post(URL, data=MEASURE | wrong).status_code == 422
    assert "还没有登记改进措施" in client.get(URL).text


def test_defaults_and_old_answers_do_not_count(bench: Bench) -> None:
    bench.deliver(open_survey())
    bench.clock.moment = DUE + timedelta(seconds=1)
    bench.deliver(CloseSurvey(case_id=CASE))
    assert "还没有评价" in bench.client("administrator", at=CITY).get(URL).text


@pytest.mark.parametrize(("later", "counted"), [(365, False), (364, True)])
def test_answers_of_a_year_count(bench: Bench, later: int, counted: bool) -> None:
    rated(bench)
    bench.clock.moment += timedelta(days=later)
    assert ("100%" in bench.client("administrator", at=CITY).get(URL).text) == counted


def test_only_those_who_look_after_the_place(bench: Bench) -> None:
    rated(bench)
    bench.client("administrator", at=CITY).post(URL, data=MEASURE)
    other = bench.client("administrator", at="/other-city/")
    page = other.get(URL).text
    assert "100%" not in page
    assert "贾负责" not in page
    with bench.runtime.reading() as session:
        added = session.scalars(sa.select(Improvement)).one()
    assert other.post(f"{URL}/{added.id}/done", data={"outcome": "好"}).status_code == 404
    assert bench.client("reviewer").get(URL).status_code == 403


@pytest.mark.clause("S0-7.4.10.2")
def test_the_operator_adds_a_dimension(bench: Bench, tmp_path: Path) -> None:
    four = [{"code": code, "label": code, "clause": "S0-7.4.10.1"} for code in GRADES]
    five = [*four, {"code": "speed", "label": "办理快慢", "clause": "S0-7.4.10.2"}]
    adopt(
        bench,
        tmp_path,
        f"rubric: {bench.runtime.policy.get('quality.rubric')}\nsurvey:\n  dimensions: {five}",
    )
    bench.deliver(open_survey())
    client = bench.client("applicant", who="applicant")
    assert "办理快慢" in client.get(f"/evaluation/cases/{CASE}/survey").text
    api = f"/evaluation/api/cases/{CASE}/survey"
    assert client.post(api, json={"grades": GRADES}).status_code == 422
    assert client.post(api, json={"grades": {**GRADES, "speed": "satisfied"}}).status_code == 204
    assert "办理快慢" in client.get(f"/evaluation/cases/{CASE}/panel").text
