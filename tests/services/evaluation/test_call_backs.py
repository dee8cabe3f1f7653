"""A clerk asks the recipient on the phone or face to face, and writes the rating down."""

import pytest
import sqlalchemy as sa

from services.evaluation.models import Rating
from shared.contracts.evaluation import CloseSurvey, SurveyClosed
from shared.contracts.workflow import PublishMessage
from tests.rig import CASE, Bench, person
from tests.services.evaluation.conftest import DUE, closing_file, open_survey
from tests.services.evaluation.test_pages import archive

PAGE = f"/evaluation/cases/{CASE}/survey/answers"
API = f"/evaluation/api/cases/{CASE}/survey/answers"
GRADES = dict.fromkeys(("experience", "staff", "handling", "complaints"), "basically")


@pytest.fixture
def surveyed(bench: Bench) -> Bench:
    bench.deliver(closing_file())
    bench.deliver(open_survey())
    return bench


@pytest.mark.clause("S0-7.4.10.3")
@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_an_answer_by_phone_or_visit_is_the_recipients_rating(surveyed: Bench, channel: str) -> None:
    clerk = surveyed.client("clerk", who="clerk")
    assert PAGE in clerk.get(f"/evaluation/cases/{CASE}").text
    assert "怎样问的受援人" in clerk.get(PAGE).text
    assert clerk.post(PAGE, data={**GRADES, "channel": channel}).status_code == 303
    assert [message.name for message in surveyed.emitted(PublishMessage)] == ["survey_answered"]
    surveyed.deliver(CloseSurvey(case_id=CASE))
    assert surveyed.emitted(SurveyClosed)[0].rated_by == "recipient"
    with surveyed.runtime.reading() as session:
        (kept,) = session.scalars(sa.select(Rating))
        assert (kept.channel, kept.recorded_by) == (channel, person("clerk"))
    assert PAGE not in clerk.get(f"/evaluation/cases/{CASE}").text


def test_each_way_counts_once(surveyed: Bench) -> None:
    clerk = surveyed.client("clerk", who="clerk")
    assert clerk.post(API, json={"channel": "phone", "grades": GRADES}).status_code == 204
    assert clerk.post(API, json={"channel": "phone", "grades": GRADES}).status_code == 409
    assert clerk.post(API, json={"channel": "visit", "grades": GRADES}).status_code == 204


def test_the_way_is_one_of_two_and_said_at_its_field(surveyed: Bench) -> None:
    clerk = surveyed.client("clerk", who="clerk")
    page = clerk.post(PAGE, data=GRADES)
    assert page.status_code == 422
    assert 'href="#f-channel"' in page.text
    for channel in ("online", "default", ""):
        assert clerk.post(API, json={"channel": channel, "grades": GRADES}).status_code == 422
    assert clerk.post(API, data="x").status_code == 400
    assert surveyed.emitted(PublishMessage) == []


@pytest.mark.parametrize(("late", "status"), [(False, 204), (True, 409)])
def test_asking_ends_with_the_survey(surveyed: Bench, late: bool, status: int) -> None:
    surveyed.clock.moment = DUE.replace(microsecond=1) if late else DUE
    clerk = surveyed.client("clerk", who="clerk")
    assert clerk.post(API, json={"channel": "phone", "grades": GRADES}).status_code == status


def test_an_archived_case_takes_no_answer(surveyed: Bench) -> None:
    archive(surveyed)
    clerk = surveyed.client("clerk", who="clerk")
    assert clerk.post(API, json={"channel": "phone", "grades": GRADES}).status_code == 409
    assert surveyed.emitted(PublishMessage) == []


def test_only_a_clerk_of_the_agency_writes_it_down(surveyed: Bench) -> None:
    body = {"channel": "phone", "grades": GRADES}
    assert surveyed.client("clerk", at="/other-city/", who="other").post(API, json=body).status_code == 404
    assert surveyed.client("clerk", at="/other-city/", who="other").get(PAGE).status_code == 404
    assert surveyed.client("handler", who="handler").post(API, json=body).status_code == 403
    assert surveyed.client("applicant", who="applicant").get(PAGE).status_code == 403
