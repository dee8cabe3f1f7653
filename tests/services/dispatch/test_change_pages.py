"""The pages of a change of handler, and who reads what of it."""

from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from shared.contracts.access import DataAccessed
from tests.rig import CASE, Bench
from tests.services.dispatch.changing import BREACH, decide, handled

FORM = f"/dispatch/cases/{CASE}/changes/new"
PANEL = f"/dispatch/cases/{CASE}/panel"
PDF = b"%PDF-1.4\n%%EOF\n"


def handed_in(bench: Bench) -> str:
    """The recipient hands in a request with a file; the address of its page."""
    files = {"files": [(BytesIO(PDF), "照片/记录.pdf")]}
    answer = bench.client("applicant", who="申请人甲").post(FORM, data={**BREACH, **files})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_the_button_stands_where_it_can_be_used(bench: Bench) -> None:
    assert FORM not in bench.client("applicant", who="申请人甲").get(PANEL).text
    handled(bench)
    assert FORM in bench.client("applicant", who="申请人甲").get(PANEL).text
    assert FORM in bench.client("handler", at="/demo-city/firm-a/", who="律师一").get(PANEL).text
    assert FORM not in bench.client("reviewer").get(PANEL).text
    handed_in(bench)
    assert FORM not in bench.client("applicant", who="申请人甲").get(PANEL).text
    assert "等待决定" in bench.client("applicant", who="申请人甲").get(PANEL).text


def test_the_form_offers_what_the_person_may_choose(bench: Bench) -> None:
    handled(bench)
    page = bench.client("applicant", who="申请人甲").get(FORM).text
    assert "没有依法履行职责" in page
    assert "利益冲突" not in page
    assert bench.client("reviewer").get(FORM).status_code == 403
    assert bench.client("applicant", who="路人").get(FORM).status_code == 404
    assert bench.client().get(FORM).status_code == 302


@pytest.mark.parametrize("missing", ["ground", "statement", "evidence"])
def test_what_is_missing_is_said_and_what_was_typed_kept(bench: Bench, missing: str) -> None:
    handled(bench)
    typed = {name: text for name, text in BREACH.items() if name != missing}
    answer = bench.client("applicant", who="申请人甲").post(FORM, data=typed)
    assert answer.status_code == 422
    assert f"#f-{missing}" in answer.text
    assert missing == "statement" or "没有联系过我" in answer.text


def test_who_reads_the_words_and_the_evidence(bench: Bench) -> None:
    handled(bench)
    page = handed_in(bench)
    asking, deciding = bench.client("applicant", who="申请人甲"), bench.client("dispatcher")
    accused = bench.client("handler", at="/demo-city/firm-a/", who="律师一")
    for client in (asking, deciding):
        text = client.get(page).text
        assert "没有联系过我" in text
        assert "记录.pdf" in text
        assert "照片" not in text
    assert "没有联系过我" not in accused.get(page).text
    assert bench.client("applicant", who="路人").get(page).status_code == 404
    file = evidence(deciding, page)
    assert deciding.get(file).data == PDF
    assert "attachment" in deciding.get(file).headers["Content-Disposition"]
    assert accused.get(file).status_code == 404
    assert {n.what for n in bench.emitted(DataAccessed)} == {"dispatch.evidence"}


def evidence(client: FlaskClient, page: str) -> str:
    """The address of the evidence on the page."""
    text = client.get(page).text
    begin = text.index(f"{page}/files/")
    return text[begin : text.index('"', begin)]


def test_the_outcome_is_read_by_who_asked_and_who_was_changed(bench: Bench) -> None:
    handled(bench)
    page = handed_in(bench)
    change_id = page.rpartition("/")[2]
    decide(bench, UUID(change_id), "approve")
    asking = bench.client("applicant", who="申请人甲")
    left = bench.client("handler", at="/demo-city/firm-a/", who="律师一")
    assert "同意更换" in asking.get(page).text
    assert "同意更换" in left.get(page).text
    assert left.get(PANEL).status_code == 404
    assert asking.get(f"/dispatch/api/changes/{change_id}").get_json()["state"] == "approved"
