"""Reports of a ground for termination: who may report when, what two persons decide, what came of it."""

from uuid import UUID

import pytest

from services.review.models import Termination
from shared.contracts.access import DataAccessed
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.review import RecordSealed, SealRecord
from shared.contracts.review_remedies import (
    AidTerminated,
    RecordTerminationEffect,
    TerminationEffectRecorded,
    TerminationRecorded,
    TerminationRejected,
)
from tests.rig import CASE, Bench, person
from tests.services.review.after_decision import (
    API,
    FIRM,
    PAGE,
    REPORT,
    granted,
    now_in,
    published,
    reported,
    terminated,
    verified,
)
from tests.services.review.conftest import registered

GROUNDS = [
    "INCOME_CHANGED", "OTHER_AGENT", "REQUESTED", "ILLEGAL_ACTS", "CONCEALED_OR_FALSE", "OBTAINED_BY_FRAUD",
    "CASE_ENDED", "MATERIALS_NOT_SUPPLIED", "OTHER_BY_LAW",
]  # fmt: skip
COURT = "/demo-city/court/"


def row(bench: Bench, identifier: UUID) -> Termination:
    with bench.runtime.reading() as session:
        return session.get_one(Termination, identifier)


@pytest.mark.clause("S0-7.4.9c1")
@pytest.mark.clause("S0-7.4.9c2")
@pytest.mark.clause("S0-7.4.9c3")
@pytest.mark.clause("S0-7.4.9c4")
@pytest.mark.clause("S0-7.4.9c5")
@pytest.mark.clause("S0-7.4.9c6")
@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_can_be_reported_and_starts_a_verification(bench: Bench, ground: str) -> None:
    client = granted(bench).client("handler", at=FIRM, who="handler")
    assert client.post(f"{API}/terminations", json={**REPORT, "ground": ground}).status_code == 201
    (message,) = published(bench, "termination_reported")
    assert message.variables["ground"] == ground
    assert message.variables["reported_by"] == str(person("handler"))
    assert message.variables["firm_path"] == FIRM
    assert REPORT["facts"] not in str(message)


@pytest.mark.clause("S0-7.4.9c3")
def test_a_request_without_reasons_and_an_unknown_ground_are_refused(bench: Bench) -> None:
    client = granted(bench).client("applicant", who="applicant")
    answer = client.post(f"{API}/terminations", json={"ground": "REQUESTED", "facts": ""})
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["facts"])
    answer = client.post(f"{API}/terminations", json={"ground": "BORED", "facts": "x"})
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["ground"])
    assert client.post(f"{API}/terminations", json=[]).status_code == 400


@pytest.mark.clause("S0-7.4.9c")
@pytest.mark.parametrize(
    ("who", "roles", "at", "relation"),
    [
        ("applicant", ("applicant",), "/", "applicant"),
        ("handler", ("handler",), FIRM, "handler"),
        ("clerk", ("clerk",), "/demo-city/centre/", "agency"),
        ("judge", ("authority",), COURT, "authority"),
    ],
)
def test_everybody_concerned_may_report(
    bench: Bench, who: str, roles: tuple[str, ...], at: str, relation: str
) -> None:
    known = ApplicationRegistered(**{**vars(registered()), "authority": COURT})
    bench.deliver(known, job_key=None)
    granted(bench)
    client = bench.client(*roles, at=at, who=who)
    identifier = client.post(f"{API}/terminations", json=REPORT).get_json()["id"]
    assert row(bench, UUID(identifier)).reported_as == relation
    page = client.get(f"{PAGE}/terminations").text
    assert "正在核实，案件照常办理" in page
    assert REPORT["facts"] in page
    assert [r["id"] for r in client.get(f"{API}/terminations").get_json()] == [identifier]


def test_strangers_and_the_court_of_another_case_find_nothing(bench: Bench) -> None:
    granted(bench)
    for client in (bench.client("handler", at=FIRM, who="x"), bench.client("authority", at=COURT, who="y")):
        assert client.post(f"{API}/terminations", json=REPORT).status_code == 404
        assert client.get(f"{PAGE}/terminations/new").status_code == 404
    assert bench.client().post(f"{API}/terminations", json=REPORT).status_code == 401


def test_the_court_reads_its_own_report_but_not_the_review(bench: Bench) -> None:
    bench.deliver(ApplicationRegistered(**{**vars(registered()), "authority": COURT}), job_key=None)
    reported(granted(bench))
    judge = bench.client("authority", at=COURT, who="judge")
    assert judge.get(f"{API}/terminations").get_json() == []
    assert judge.get(f"{PAGE}/panel").status_code == 403


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("UNDER_REVIEW", 409), ("GRANTED", 201), ("DISPATCHING", 201), ("SUSPENDED", 201),
        ("CLOSING_CORRECTION", 201), ("CLOSED", 409), ("TERMINATING", 409), ("REFUSED", 409),
    ],
)  # fmt: skip
def test_only_a_running_case_can_be_reported(bench: Bench, state: str, status: int) -> None:
    now_in(granted(bench), state)
    client = bench.client("reviewer")
    offered = "报告终止情形" in client.get(f"{PAGE}/panel").text
    assert client.post(f"{API}/terminations", json=REPORT).status_code == status
    assert offered == (status == 201)


def test_before_any_state_is_known_the_decision_says_it(bench: Bench) -> None:
    assert bench.client("reviewer").post(f"{API}/terminations", json=REPORT).status_code == 409


def test_a_late_announcement_of_a_state_changes_nothing(bench: Bench) -> None:
    granted(bench)
    envelope = bench._delivered
    bench._delivered = 0
    now_in(bench, "CLOSED")
    bench._delivered = envelope
    assert bench.client("reviewer").post(f"{API}/terminations", json=REPORT).status_code == 201


def test_one_report_at_a_time(bench: Bench) -> None:
    identifier = reported(granted(bench))
    assert bench.client("reviewer").post(f"{API}/terminations", json=REPORT).status_code == 409
    bench.deliver(verified(identifier, proposal="keep"))
    assert bench.client("reviewer").post(f"{API}/terminations", json=REPORT).status_code == 201


@pytest.mark.clause("S0-7.4.9c")
def test_a_confirmed_report_becomes_a_numbered_decision(bench: Bench) -> None:
    identifier = reported(granted(bench))
    bench.twice(verified(identifier))
    (answer,) = bench.emitted(TerminationRecorded)
    assert (answer.outcome, answer.terminated_on.isoformat()) == ("terminate", "2026-09-24")
    kept = row(bench, identifier)
    assert kept.number == "示范援〔2026〕终字第0001号"
    assert kept.verification is not None
    assert kept.verification["heard_words"] == "我自己请了律师"
    bench.twice(RecordTerminationEffect(case_id=CASE, termination_id=identifier, effective=True))
    assert [e.ground for e in bench.emitted(AidTerminated)] == ["OTHER_AGENT"]
    assert len(bench.emitted(TerminationEffectRecorded)) == 1
    assert bench.emitted(TerminationRejected) == []


@pytest.mark.clause("S0-7.4.9c")
def test_a_report_that_is_not_confirmed_leaves_the_case_and_stays_on_record(bench: Bench) -> None:
    identifier = reported(granted(bench))
    bench.twice(verified(identifier, proposal="keep", reasons="没有委托他人"))
    assert [e.reason for e in bench.emitted(TerminationRejected)] == ["kept"]
    assert row(bench, identifier).number is None
    page = bench.client("handler", at=FIRM, who="handler").get(PAGE).text
    assert "核实后不终止，案件继续办理" in page
    assert "没有委托他人" in page
    assert bench.client("reviewer").get(f"{PAGE}/terminations/{identifier}/paper").status_code == 404


def test_a_case_closed_meanwhile_is_not_terminated(bench: Bench) -> None:
    identifier = reported(granted(bench))
    bench.deliver(verified(identifier))
    bench.deliver(RecordTerminationEffect(case_id=CASE, termination_id=identifier, effective=False))
    assert [e.reason for e in bench.emitted(TerminationRejected)] == ["too_late"]
    assert bench.emitted(AidTerminated) == []
    client = bench.client("reviewer")
    assert "没有终止" in client.get(PAGE).text
    assert client.get(f"{PAGE}/terminations/{identifier}/paper").status_code == 404


@pytest.mark.clause("S0-7.4.9c")
def test_the_paper_states_ground_reasons_and_remedy(bench: Bench) -> None:
    identifier = terminated(bench)
    paper = f"{PAGE}/terminations/{identifier}/paper"
    text = bench.client("applicant", who="applicant").get(paper).text
    for words in ("终止法律援助决定书", "示范援〔2026〕终字第0001号", "自行委托了其他代理人", "已委托他人",
                  "2026年9月24日", "提出异议", "行政复议"):  # fmt: skip
        assert words in text
    assert REPORT["facts"] not in text
    assert bench.client("applicant", who="stranger").get(paper).status_code == 404
    assert [n.record_id for n in bench.emitted(DataAccessed)] == [identifier]


def test_the_court_and_the_firm_read_the_decision_but_not_the_words(bench: Bench) -> None:
    bench.deliver(ApplicationRegistered(**{**vars(registered()), "authority": COURT}), job_key=None)
    identifier = terminated(bench)
    manager = bench.client("firm_manager", at=FIRM, who="manager")
    for client in (bench.client("authority", at=COURT, who="judge"), manager):
        assert client.get(f"{PAGE}/terminations/{identifier}/paper").status_code == 200
        assert "终止法律援助决定书" in client.get(f"{PAGE}/terminations").text
    judge = bench.client("authority", at=COURT, who="judge")
    assert REPORT["facts"] not in judge.get(f"{PAGE}/terminations").text


def test_the_recipient_reads_the_result_but_not_the_reporters_words(bench: Bench) -> None:
    terminated(bench)
    page = bench.client("applicant", who="applicant").get(PAGE).text
    assert "终止法律援助决定书" in page
    assert REPORT["facts"] not in page
    assert "看了委托合同" not in page
    assert "看了委托合同" in bench.client("reviewer").get(PAGE).text


def test_the_form_shows_what_is_missing_and_leads_to_the_list(bench: Bench) -> None:
    client = granted(bench).client("applicant", who="applicant")
    assert "受援人有正当理由请求终止" in client.get(f"{PAGE}/terminations/new").text
    answer = client.post(f"{PAGE}/terminations/new", data={"ground": "REQUESTED", "facts": " "})
    assert answer.status_code == 422
    assert "请写明事实和理由" in answer.text
    answer = client.post(f"{PAGE}/terminations/new", data=REPORT)
    assert answer.headers["Location"].endswith("/terminations")
    assert client.get(f"{PAGE}/terminations/new").status_code == 409


@pytest.mark.clause("S0-7.1b")
def test_a_sealed_case_takes_no_report_and_no_decision_on_one(bench: Bench) -> None:
    identifier = reported(granted(bench))
    bench.deliver(SealRecord(case_id=CASE))
    client = bench.client("reviewer")
    assert client.post(f"{API}/terminations", json=REPORT).status_code == 409
    assert client.get(f"{PAGE}/terminations/new").status_code == 409
    bench.deliver(verified(identifier))
    bench.deliver(RecordTerminationEffect(case_id=CASE, termination_id=identifier, effective=False))
    assert [a.outcome for a in bench.emitted(TerminationRecorded)] == ["sealed"]
    bench.deliver(SealRecord(case_id=CASE))
    first, second = bench.emitted(RecordSealed)
    assert first.digest == second.digest
    assert "termination" in [i["kind"] for i in first.items]
