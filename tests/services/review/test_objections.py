"""Objection to a refusal or a termination: when it can be filed, what the judicial bureau decides."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.review import rules
from services.review.app import SERVICE
from services.review.models import Objection
from shared.calendar import WorkCalendar
from shared.contracts.review import CaseGranted, NoteDeadline, RecordSealed, SealRecord
from shared.contracts.review_remedies import (
    ObjectionDecided,
    ObjectionEffectRecorded,
    ObjectionFiled,
    ObjectionRecorded,
    RecordObjectionEffect,
)
from tests.rig import CASE, ROOT, START, Bench, person
from tests.services.review.after_decision import (
    API,
    PAGE,
    decided,
    granted,
    now_in,
    objected,
    published,
    refused,
    terminated,
)
from tests.services.review.conftest import GOOD, GRANT, registered
from tests.services.review.test_handlers import decision, findings

REASONS = {"reasons": "收入没有超过标准"}
CALENDAR = WorkCalendar.chinese()


def row(bench: Bench, identifier: UUID) -> Objection:
    with bench.runtime.reading() as session:
        return session.get_one(Objection, identifier)


def test_an_objection_goes_to_the_bureau_without_the_applicants_words(bench: Bench) -> None:
    identifier = objected(refused(bench))
    (message,) = published(bench, "objection_filed")
    assert message.variables["objection_id"] == str(identifier)
    assert message.variables["against"] == "refusal"
    assert REASONS["reasons"] not in str(message)
    assert [e.against for e in bench.emitted(ObjectionFiled)] == ["refusal"]


def test_a_termination_can_be_objected_to_and_names_the_handler(bench: Bench) -> None:
    terminated(bench)
    assert "提出异议" in bench.client("applicant", who="applicant").get(PAGE).text
    objected(bench)
    (message,) = published(bench, "objection_filed")
    assert message.variables["against"] == "termination"
    assert message.variables["handler_id"] == str(person("handler"))


def test_a_grant_cannot_be_objected_to_nor_by_others_nor_twice(bench: Bench) -> None:
    client = bench.client("applicant", who="applicant")
    assert client.post(f"{API}/objections", json=REASONS).status_code == 409
    refused(bench)
    assert bench.client("reviewer").post(f"{API}/objections", json=REASONS).status_code == 403
    stranger = bench.client("applicant", who="stranger")
    assert stranger.post(f"{API}/objections", json=REASONS).status_code == 404
    assert client.post(f"{API}/objections", json={}).status_code == 422
    identifier = objected(bench)
    assert client.post(f"{API}/objections", json=REASONS).status_code == 409
    bench.deliver(decided(identifier, "maintain"))
    assert client.post(f"{API}/objections", json=REASONS).status_code == 409
    assert "提出异议</a>" not in client.get(PAGE).text


def test_a_granted_case_has_nothing_to_object_to(bench: Bench) -> None:
    client = granted(bench).client("applicant", who="applicant")
    assert client.post(f"{API}/objections", json=REASONS).status_code == 409
    assert client.get(f"{PAGE}/objections/new").status_code == 409


@pytest.mark.parametrize(("days", "later", "intime"), [(None, 4000, True), (15, 15, True), (15, 16, False)])
def test_the_period_to_object(days: int | None, later: int, intime: bool) -> None:
    decided_at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert rules.may_still_object(decided_at, decided_at + timedelta(days=later), CALENDAR, days) is intime


def test_where_a_period_is_set_a_late_objection_is_refused(tmp_path: Path) -> None:
    workflows = tmp_path / "workflows"
    (workflows / "policies").mkdir(parents=True)
    for file in (ROOT / "workflows" / "policies").iterdir():
        text = file.read_text(encoding="utf-8").replace("file_days: null", "file_days: 15")
        (workflows / "policies" / file.name).write_text(text, encoding="utf-8")
    bench = Bench(SERVICE, tmp_path, workflows_dir=workflows)
    bench.deliver(registered(), job_key=None)
    refused(bench)
    bench.clock.moment += timedelta(days=40)
    answer = bench.client("applicant", who="applicant").post(f"{API}/objections", json=REASONS)
    assert answer.status_code == 409
    assert "期限已过" in answer.get_json()["detail"]


def test_maintained_with_number_reasons_and_the_further_way(bench: Bench) -> None:
    identifier = objected(refused(bench))
    bench.twice(decided(identifier, "maintain"))
    assert [(e.against, e.outcome) for e in bench.emitted(ObjectionDecided)] == [("refusal", "maintained")]
    assert [a.outcome for a in bench.emitted(ObjectionRecorded)] == ["maintained"]
    assert row(bench, identifier).number == "示范援〔2026〕异字第0001号"
    page = bench.client("applicant", who="applicant").get(PAGE).text
    for words in ("维持原决定", "查明的事实", "示范援〔2026〕异字第0001号", "行政诉讼"):
        assert words in page


@pytest.mark.parametrize(
    ("result", "outcome", "events"), [("grant", "granted", 1), ("review_again", "review_again", 0)]
)
def test_ordered_against_a_refusal(bench: Bench, result: str, outcome: str, events: int) -> None:
    identifier = objected(refused(bench))
    bench.deliver(decided(identifier, result))
    bench.twice(RecordObjectionEffect(case_id=CASE, objection_id=identifier, effective=True))
    assert row(bench, identifier).outcome == outcome
    assert row(bench, identifier).effective is True
    assert len(bench.emitted(CaseGranted)) == events
    assert len(bench.emitted(ObjectionEffectRecorded)) == 1


def test_a_case_reviewed_again_has_a_second_decision_that_counts(bench: Bench) -> None:
    identifier = objected(refused(bench))
    bench.deliver(decided(identifier, "review_again"))
    now_in(bench, "UNDER_REVIEW")
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.deliver(decision(GRANT, at=START + timedelta(days=5)))
    body = bench.client("reviewer").get(API).get_json()
    assert body["decision"]["outcome"] == "granted"
    assert "给予法律援助" in bench.client("applicant", who="applicant").get(PAGE).text


def test_overturned_after_the_archive_is_said_and_changes_nothing(bench: Bench) -> None:
    terminated(bench)
    identifier = objected(bench)
    bench.deliver(SealRecord(case_id=CASE))
    bench.deliver(decided(identifier, "overturn", "review_termination_objection"))
    bench.deliver(RecordObjectionEffect(case_id=CASE, objection_id=identifier, effective=False))
    assert [a.outcome for a in bench.emitted(ObjectionRecorded)] == ["overturned"]
    bench.deliver(SealRecord(case_id=CASE))
    first, second = bench.emitted(RecordSealed)
    assert first.digest == second.digest
    assert "objection" in [i["kind"] for i in first.items]


def test_an_overturned_termination_that_could_not_be_resumed_is_explained(bench: Bench) -> None:
    terminated(bench)
    identifier = objected(bench)
    bench.deliver(decided(identifier, "overturn", "review_termination_objection"))
    bench.deliver(RecordObjectionEffect(case_id=CASE, objection_id=identifier, effective=False))
    assert "请重新申请法律援助" in bench.client("applicant", who="applicant").get(PAGE).text


def test_a_sealed_case_takes_no_objection(bench: Bench) -> None:
    terminated(bench)
    bench.deliver(SealRecord(case_id=CASE))
    client = bench.client("applicant", who="applicant")
    answer = client.post(f"{API}/objections", json=REASONS)
    assert answer.status_code == 409
    assert "请重新申请法律援助" in answer.get_json()["detail"]
    assert client.get(f"{PAGE}/objections/new").status_code == 409
    bench.deliver(NoteDeadline(case_id=CASE, mark="objection_breach", due=START))
    bench.deliver(SealRecord(case_id=CASE))
    assert len({a.digest for a in bench.emitted(RecordSealed)}) == 1


def test_the_form_page(bench: Bench) -> None:
    client = refused(bench).client("applicant", who="applicant")
    assert "不予法律援助的决定" in client.get(f"{PAGE}/objections/new").text
    assert client.post(f"{PAGE}/objections/new", data={"reasons": " "}).status_code == 422
    assert client.post(f"{PAGE}/objections/new", data=REASONS).headers["Location"] == PAGE
