"""An applicant's acts through the API."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.intake.models import Application, Consent
from services.intake.notice import current_notice
from shared.contracts.workflow import PublishMessage
from tests.rig import START, Bench, person
from tests.services.intake.conftest import ANSWERS, API, body_of, draft, filled, pdf, submitted, upload


def put(client: FlaskClient, made: dict[str, Any], **changes: Any) -> Any:
    body = {"revision": made["revision"], "answers": {**ANSWERS, **changes}}
    return client.put(f"{API}/{made['id']}/answers", json=body)


@pytest.mark.clause("S0-7.3.1b")
def test_the_confirmation_is_kept_with_time_version_and_address(bench: Bench, applicant: FlaskClient) -> None:
    case_id = UUID(draft(applicant)["id"])
    with bench.runtime.reading() as session:
        consent = session.get_one(Consent, case_id)
    assert (consent.person_id, consent.confirmed_at) == (person("applicant"), START)
    assert (consent.notice_version, consent.address) == (current_notice().version, "127.0.0.1")
    assert consent.notice_sha256 == current_notice().sha256


def test_behind_the_proxy_both_addresses_are_kept(bench: Bench, applicant: FlaskClient) -> None:
    applicant.environ_base["REMOTE_ADDR"] = ""  # a socket file
    applicant.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.7"
    case_id = UUID(draft(applicant)["id"])
    with bench.runtime.reading() as session:
        assert session.get_one(Consent, case_id).address == "local socket, forwarded for 192.0.2.7"


@pytest.mark.clause("S0-7.3.1b")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"notice_version": "2026-01", "confirmed": False}, 422),
        ({"notice_version": "2026-01"}, 422),
        ({"notice_version": "1999-01", "confirmed": True}, 409),
        (["confirmed"], 400),
    ],
)
def test_without_confirmation_there_is_no_draft(
    applicant: FlaskClient, body: dict[str, Any], status: int
) -> None:
    answer = applicant.post(API, json=body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert applicant.get(API).json == []


@pytest.mark.clause("S0-4.1")
def test_a_submission_gets_its_number_at_once_and_starts_the_process(
    bench: Bench, applicant: FlaskClient
) -> None:
    answer = submitted(applicant)
    assert answer["number"] == "示范援〔2026〕民字第0001号"
    (message,) = bench.emitted(PublishMessage)
    assert (message.name, message.correlation_key) == ("application_submitted", answer["id"])
    assert message.variables == {
        "case_id": answer["id"], "agency": "/demo-city/centre/", "applicant_id": str(person("applicant")),
        "matter": "MAINTENANCE", "category": "NONE", "case_kind": "litigation",
        "received_at": "2026-09-24T02:00:00+00:00",
    }  # fmt: skip


def test_numbers_count_per_series(applicant: FlaskClient) -> None:
    numbers = [submitted(applicant, matter=m)["number"] for m in ("MAINTENANCE", "PENSION_RELIEF")]
    numbers.append(submitted(applicant, matter="STATE_COMPENSATION")["number"])
    counts = ["民字第0001号", "民字第0002号", "行字第0001号"]
    assert numbers == [f"示范援〔2026〕{count}" for count in counts]


MATTERS = {
    "STATE_COMPENSATION": "a", "SOCIAL_INSURANCE_OR_MINIMUM_LIVING": "b", "PENSION_RELIEF": "c",
    "MAINTENANCE": "d", "SERIOUS_BODILY_HARM": "e", "CHANGE_ADOPTION_GUARDIANSHIP": "f",
    "VICTIM_DIVORCE": "g", "CRIMINAL_SUSPECT": "h", "PUBLIC_PROSECUTION_VICTIM": "i",
    "PRIVATE_PROSECUTION_PARTY": "j", "OTHER_BY_STATE": "k",
}  # fmt: skip
MORE = {
    "CRIMINAL_SUSPECT": {"criminal_event": "coercive_measure", "criminal_event_on": "2026-09-24"},
    "PUBLIC_PROSECUTION_VICTIM": {"transferred_on": "2026-09-24"},
    "OTHER_BY_STATE": {"state_rule": "示例规定"},
}


@pytest.mark.parametrize(
    "matter", [pytest.param(m, marks=pytest.mark.clause(f"S0-4.1{x}")) for m, x in MATTERS.items()]
)
def test_every_matter_of_the_standard_can_be_applied_for(applicant: FlaskClient, matter: str) -> None:
    answer = put(applicant, draft(applicant), matter=matter, **MORE.get(matter, {}))
    assert answer.status_code == 200
    assert body_of(answer)["answers"]["matter"] == matter


CATEGORIES = {
    "RURAL_FIVE_GUARANTEE": "a", "STATE_SUPPORTED_IN_WELFARE_INSTITUTION": "b",
    "SEVERELY_DISABLED_NO_FIXED_INCOME": "c", "MINIMUM_LIVING_ALLOWANCE": "d",
    "UNION_HARDSHIP_CERT": "e", "LIVES_ON_PENSION": "f", "OTHER_BY_LAW": "g",
}  # fmt: skip
PROOF = {"UNION_HARDSHIP_CERT": {"union_level": "county"}, "OTHER_BY_LAW": {"category_rule": "示例条例"}}


@pytest.mark.parametrize(
    "category", [pytest.param(c, marks=pytest.mark.clause(f"S0-4.2{x}")) for c, x in CATEGORIES.items()]
)
def test_every_category_of_the_standard_is_asked_for_its_proof(applicant: FlaskClient, category: str) -> None:
    ready = filled(applicant, category=category, **PROOF.get(category, {}))
    url = f"{API}/{ready['id']}/submission"
    refused = applicant.post(url, json={"revision": ready["revision"]})
    assert (refused.status_code, list(body_of(refused)["fields"])) == (422, ["CATEGORY_PROOF"])
    upload(applicant, ready["id"], "CATEGORY_PROOF")
    accepted = applicant.post(url, json={"revision": ready["revision"] + 1})
    assert accepted.status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", "110101199003074451"), ("id_number", ""), ("phone", "12800001234"),
        ("matter", "SOMETHING"), ("agency", "/elsewhere/"), ("no_agent", False), ("hardship", False),
        ("facts", "短"), ("opponents", [{"name": ""}]), ("unknown_field", "x"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_named_at_its_field_and_changes_nothing(
    applicant: FlaskClient, field: str, value: Any
) -> None:
    made = draft(applicant)
    answer = put(applicant, made, **{field: value})
    assert answer.status_code == 422
    assert field in body_of(answer)["fields"]
    assert body_of(applicant.get(f"{API}/{made['id']}"))["answers"] == {}


@pytest.mark.parametrize(
    ("kind", "number", "accepted"),
    [
        ("hmt_residence_permit", "810000199408230021", True),
        ("hmt_residence_permit", "810000199408230022", False),
        ("resident_identity_card", "１１０１０１１９９００３０７４４５０", True),
        ("resident_identity_card", "810000199408230021", False),
        ("passport", "e12345678", True), ("passport", "?", False), ("other", "村委会证明", True),
    ],
)  # fmt: skip
def test_id_numbers_are_checked_by_their_kind(
    applicant: FlaskClient, kind: str, number: str, accepted: bool
) -> None:
    answer = put(applicant, draft(applicant), id_kind=kind, id_number=number)
    assert answer.status_code == (200 if accepted else 422)


@pytest.mark.clause("S0-4.1h")
@pytest.mark.parametrize(("day", "status"), [("2026-09-24", 200), ("2026-09-25", 422)])
def test_a_suspect_can_apply_from_the_day_itself(applicant: FlaskClient, day: str, status: int) -> None:
    event = {"criminal_event": "coercive_measure", "criminal_event_on": day}
    answer = put(applicant, draft(applicant), matter="CRIMINAL_SUSPECT", **event)
    assert answer.status_code == status
    neither = put(applicant, draft(applicant), matter="CRIMINAL_SUSPECT", criminal_event="neither")
    assert (neither.status_code, list(body_of(neither)["fields"])) == (422, ["criminal_event"])


@pytest.mark.clause("S0-4.1i")
@pytest.mark.parametrize(("day", "status"), [("2026-09-24", 200), ("2026-09-25", 422), (None, 422)])
def test_a_victim_can_apply_from_the_transfer_on(
    applicant: FlaskClient, day: str | None, status: int
) -> None:
    changes = {"matter": "PUBLIC_PROSECUTION_VICTIM", "transferred_on": day}
    assert put(applicant, draft(applicant), **changes).status_code == status


@pytest.mark.clause("S0-7.4.2a")
def test_without_the_required_materials_nothing_is_submitted(bench: Bench, applicant: FlaskClient) -> None:
    made = draft(applicant)
    ready = body_of(put(applicant, made))
    answer = applicant.post(f"{API}/{made['id']}/submission", json={"revision": ready["revision"]})
    assert (answer.status_code, set(body_of(answer)["fields"])) == (422, {"IDENTITY", "ECONOMIC", "MATTER"})
    assert bench.emitted() == []
    listed = body_of(applicant.get(f"{API}/{made['id']}/materials"))
    assert [m["code"] for m in listed["wanted"]] == ["IDENTITY", "CONTACT", "ECONOMIC", "MATTER", "OTHER"]


def test_what_was_changed_elsewhere_is_not_submitted(applicant: FlaskClient) -> None:
    ready = filled(applicant)
    url = f"{API}/{ready['id']}"
    stale = {"revision": ready["revision"] - 1}
    assert applicant.post(f"{url}/submission", json=stale).status_code == 409
    assert applicant.put(f"{url}/answers", json={**stale, "answers": ANSWERS}).status_code == 409
    assert applicant.post(f"{url}/submission", json={"revision": ready["revision"]}).status_code == 200


def test_a_submitted_application_is_not_edited(applicant: FlaskClient, case_id: UUID) -> None:
    url = f"{API}/{case_id}"
    material = body_of(applicant.get(url))["materials"][0]["id"]
    revision = body_of(applicant.get(url))["revision"]
    body = {"revision": revision, "answers": ANSWERS}
    assert applicant.put(f"{url}/answers", json=body).status_code == 409
    assert applicant.post(f"{url}/submission", json={"revision": revision}).status_code == 409
    assert applicant.delete(f"{url}/materials/{material}").status_code == 409
    files = {"kind": "OTHER", "file": pdf()}
    assert applicant.post(f"{url}/materials", data=files).status_code == 409


@pytest.mark.parametrize(("late", "status"), [(timedelta(0), 200), (timedelta(seconds=1), 409)])
def test_a_confirmation_counts_until_the_end_of_its_last_day(
    bench: Bench, applicant: FlaskClient, late: timedelta, status: int
) -> None:
    ready = filled(applicant)
    with bench.runtime.reading() as session:
        bench.clock.moment = session.get_one(Application, UUID(ready["id"])).confirm_by + late
    answer = applicant.post(f"{API}/{ready['id']}/submission", json={"revision": ready["revision"]})
    assert answer.status_code == status
