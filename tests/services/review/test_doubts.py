"""Doubt about a decision: asked by the applicant, explained by phone, on record."""

from uuid import UUID

import pytest

from shared.contracts.review import RecordSealed, SealRecord
from shared.contracts.review_remedies import ExplanationRecorded
from tests.rig import CASE, Bench
from tests.services.review.after_decision import API, PAGE, explained, granted, published, refused

QUESTION = {"question": "为什么说我的收入超过标准？"}


def asked(bench: Bench) -> UUID:
    answer = bench.client("applicant", who="applicant").post(f"{API}/doubts", json=QUESTION)
    assert answer.status_code == 201
    return UUID(answer.get_json()["id"])


@pytest.mark.clause("S0-7.4.3c")
def test_a_doubt_about_either_decision_asks_for_a_call(bench: Bench) -> None:
    identifier = asked(granted(bench))
    (message,) = published(bench, "decision_doubted")
    assert message.variables["doubt_id"] == str(identifier)
    assert QUESTION["question"] not in str(message)
    assert QUESTION["question"] in bench.client("reviewer").get(f"{PAGE}/panel").text


def test_without_a_decision_there_is_nothing_to_doubt(bench: Bench) -> None:
    client = bench.client("applicant", who="applicant")
    assert "对决定有疑问" not in client.get(PAGE).text
    assert client.post(f"{API}/doubts", json=QUESTION).status_code == 409


def test_only_the_applicant_asks_once_at_a_time_and_in_words(bench: Bench) -> None:
    client = refused(bench).client("applicant", who="applicant")
    assert bench.client("reviewer").post(f"{API}/doubts", json=QUESTION).status_code == 403
    assert bench.client("reviewer").get(f"{PAGE}/doubts/new").status_code == 403
    stranger = bench.client("applicant", who="stranger")
    assert stranger.post(f"{API}/doubts", json=QUESTION).status_code == 404
    assert stranger.get(f"{PAGE}/doubts/new").status_code == 404
    assert client.post(f"{API}/doubts", json={"question": ""}).status_code == 422
    asked(bench)
    assert client.post(f"{API}/doubts", json=QUESTION).status_code == 409
    assert "对决定有疑问" not in client.get(PAGE).text


@pytest.mark.clause("S0-7.4.3c")
def test_the_call_is_on_record_and_the_way_of_objection_stays_open(bench: Bench) -> None:
    identifier = asked(refused(bench))
    bench.twice(explained(identifier))
    assert [a.answered for a in bench.emitted(ExplanationRecorded)] == [True]
    page = bench.client("applicant", who="applicant").get(PAGE).text
    for words in ("收入超过了标准", "14:30", "提出异议", "对决定有疑问"):
        assert words in page


@pytest.mark.clause("S0-7.4.3c")
def test_nobody_answers_and_at_last_it_is_explained_in_writing(bench: Bench) -> None:
    identifier = asked(refused(bench))
    silent = {"spoken_with": None, "explained": None, "still_doubts": None}
    bench.deliver(explained(identifier, result="no_answer", **silent))
    assert "没有人接" in bench.client("applicant", who="applicant").get(PAGE).text
    bench.deliver(explained(identifier, result="given_up", **{**silent, "explained": "书面说明"}))
    assert [a.answered for a in bench.emitted(ExplanationRecorded)] == [False, True]
    assert "书面说明" in bench.client("applicant", who="applicant").get(PAGE).text


def test_the_form_page(bench: Bench) -> None:
    client = refused(bench).client("applicant", who="applicant")
    assert "打电话给您" in client.get(f"{PAGE}/doubts/new").text
    assert "请写明" in client.post(f"{PAGE}/doubts/new", data={"question": " "}).text
    answer = client.post(f"{PAGE}/doubts/new", data=QUESTION)
    assert answer.headers["Location"] == PAGE


def test_a_sealed_case_answers_no_more(bench: Bench) -> None:
    identifier = asked(granted(bench))
    bench.deliver(SealRecord(case_id=CASE))
    assert bench.client("applicant", who="applicant").post(f"{API}/doubts", json=QUESTION).status_code == 409
    assert bench.client("applicant", who="applicant").get(f"{PAGE}/doubts/new").status_code == 409
    bench.deliver(explained(identifier))
    bench.deliver(SealRecord(case_id=CASE))
    assert len({a.digest for a in bench.emitted(RecordSealed)}) == 1
