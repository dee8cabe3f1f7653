"""What an applicant does after the submission, through the API; and who may do anything at all."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.intake.notice import current_notice
from shared.contracts.intake import ApplicationResubmitted, CloseApplication, SealRecord
from shared.contracts.workflow import CaseStateChanged, PublishMessage
from tests.rig import Bench
from tests.services.intake.conftest import ANSWERS, API, body_of, pdf, submitted
from tests.services.intake.test_handlers import DUE, opened


def test_a_second_case_of_the_same_person_is_linked(applicant: FlaskClient, bench: Bench) -> None:
    first = submitted(applicant)
    other = bench.client("applicant", at="/", who="relative")
    assert submitted(other)["same_as"] == first["id"]
    assert submitted(other, matter="PENSION_RELIEF")["same_as"] is None
    assert submitted(other, id_number="320102198506151033")["same_as"] is None


def test_a_case_that_ended_is_not_linked(applicant: FlaskClient, bench: Bench, case_id: UUID) -> None:
    bench.deliver(CloseApplication(case_id=case_id, outcome="withdrawn"))
    assert submitted(applicant)["same_as"] is None


def corrected(
    client: FlaskClient, case_id: UUID, *, files: int = 1, words: str = "没有单位，无法盖章"
) -> Any:
    (notice,) = body_of(client.get(f"{API}/{case_id}/corrections"))
    first, second = notice["items"]
    for number in range(files):
        body = {"item": first["id"], "file": pdf(f"more {number}")}
        assert client.post(f"{API}/{case_id}/correction/files", data=body).status_code == 201
    return client.post(f"{API}/{case_id}/correction", json={"replies": {second["id"]: words}})


@pytest.mark.clause("S0-7.4.2d")
def test_corrections_are_handed_in_all_at_once(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    bench.clock.moment = DUE
    answer = corrected(applicant, case_id)
    assert answer.status_code == 200
    assert body_of(answer)["received_at"] == DUE.isoformat()
    message = bench.emitted(PublishMessage)[-1]
    assert (message.name, message.variables) == ("application_resubmitted", {"received_at": DUE.isoformat()})
    (event,) = bench.emitted(ApplicationResubmitted)
    assert sorted(m["kind"] for m in event.materials) == ["ECONOMIC", "ECONOMIC", "IDENTITY", "MATTER"]
    assert corrected(applicant, case_id, files=0).status_code == 409


def test_an_item_left_out_is_named(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    answer = corrected(applicant, case_id, files=0, words=" ")
    assert answer.status_code == 422
    assert len(body_of(answer)["fields"]) == 2
    assert [m.name for m in bench.emitted(PublishMessage)] == ["application_submitted"]


@pytest.mark.clause("S0-7.4.2d3")
def test_after_the_period_nothing_is_handed_in(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    bench.clock.moment = DUE + timedelta(seconds=1)
    assert corrected(applicant, case_id, files=0).status_code == 409


def test_an_application_is_withdrawn_once(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    url = f"{API}/{case_id}/withdrawal"
    assert applicant.post(url, json={"reason": "已经和解"}).status_code == 200
    assert bench.emitted(PublishMessage)[-1].name == "application_withdrawn"
    assert applicant.post(url, json={}).status_code == 409


def test_after_a_decision_it_cannot_be_withdrawn(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    bench.deliver(CaseStateChanged(case_id=case_id, before="UNDER_REVIEW", after="GRANTED"), job_key=None)
    assert applicant.post(f"{API}/{case_id}/withdrawal", json={}).status_code == 409


@pytest.mark.clause("S0-7.1b")
def test_a_sealed_case_refuses_every_writing_route(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    bench.deliver(opened(case_id))
    item = body_of(applicant.get(f"{API}/{case_id}/corrections"))[0]["items"][0]["id"]
    material = body_of(applicant.get(f"{API}/{case_id}"))["materials"][0]["id"]
    bench.deliver(SealRecord(case_id=case_id))
    url, before = f"{API}/{case_id}", body_of(applicant.get(f"{API}/{case_id}"))
    answers = [
        applicant.put(f"{url}/answers", json={"revision": 6, "answers": ANSWERS}),
        applicant.post(f"{url}/materials", data={"kind": "OTHER", "file": pdf()}),
        applicant.delete(f"{url}/materials/{material}"),
        applicant.post(f"{url}/submission", json={"revision": 6}),
        applicant.post(f"{url}/correction/files", data={"item": item, "file": pdf()}),
        applicant.post(f"{url}/correction", json={}),
        applicant.post(f"{url}/withdrawal", json={}),
    ]
    assert [a.status_code for a in answers] == [409] * 7
    assert {body_of(a)["title"] for a in answers} == {
        "The case is archived: nothing about it can be changed."
    }
    assert applicant.get(url).json == before


def test_rights(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    assert bench.client().get(API).status_code == 401
    assert bench.client("clerk").get(API).status_code == 403
    other = bench.client("applicant", at="/", who="other")
    assert other.get(f"{API}/{case_id}").status_code == 404
    assert other.post(f"{API}/{case_id}/withdrawal", json={}).status_code == 404
    assert other.get(API).json == []
    assert body_of(bench.client().get("/intake/api/notice"))["version"] == current_notice().version
