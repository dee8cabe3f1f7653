"""The case register, the case page and the files: who sees what."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.intake.queries import PAGE_SIZE
from shared.contracts.access import DataAccessed
from shared.contracts.intake import SealRecord
from shared.contracts.workflow import CaseStateChanged
from shared.web.access_log import UNMASKED
from tests.rig import CASE, CENTRE, Bench, person
from tests.services.intake.conftest import API, body_of, draft, pdf, submitted, upload
from tests.services.intake.test_handlers import opened, turn

FIRM = "/demo-city/firm-a/"


def rows(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"/intake/cases{query}")
    assert page.status_code == 200
    return re.findall(r'href="/intake/cases/([0-9a-f-]{36})"', page.text)


def test_the_register_shows_the_own_agencys_cases_masked(bench: Bench, case_id: UUID) -> None:
    page = bench.client("clerk").get("/intake/cases").text
    assert "示***" in page
    assert "示例甲某" not in page
    assert rows(bench.client("clerk")) == [str(case_id)]
    assert rows(bench.client("clerk", at="/demo-city/")) == [str(case_id)]
    assert rows(bench.client("clerk", at="/demo-city/centre/branch/")) == []
    assert rows(bench.client("clerk", at="/other-city/")) == []


def test_drafts_are_not_in_the_register(bench: Bench, applicant: FlaskClient) -> None:
    made = draft(applicant)
    assert rows(bench.client("clerk")) == []
    assert bench.client("clerk").get(f"/intake/cases/{made['id']}").status_code == 404


def test_the_register_is_searched_by_number_state_and_matter(bench: Bench, applicant: FlaskClient) -> None:
    first, second = submitted(applicant)["id"], submitted(applicant, matter="STATE_COMPENSATION")["id"]
    bench.deliver(CaseStateChanged(case_id=UUID(second), before="SUBMITTED", after="REGISTERED"))
    clerk = bench.client("clerk")
    assert rows(clerk) == [second, first]
    assert rows(clerk, "?number=民字") == [first]
    assert rows(clerk, "?number=%25") == []
    assert rows(clerk, "?state=REGISTERED") == [second]
    assert rows(clerk, "?matter=MAINTENANCE") == [first]
    assert rows(clerk, "?matter=MAINTENANCE&state=REGISTERED") == []
    assert "没有找到案件" in clerk.get("/intake/cases?number=无").text


def test_the_register_goes_on_from_page_to_page(bench: Bench, applicant: FlaskClient) -> None:
    made = [submitted(applicant)["id"] for _ in range(PAGE_SIZE + 1)][::-1]
    clerk = bench.client("clerk")
    assert rows(clerk) == made[:PAGE_SIZE]
    following = re.search(r'href="/intake/cases(\?[^"]*before=[^"]+)"', clerk.get("/intake/cases").text)
    assert following
    rest = following[1].replace("&amp;", "&")
    assert rows(clerk, rest) == made[PAGE_SIZE:]
    assert "下一页" not in clerk.get(f"/intake/cases{rest}").text


def test_handlers_and_their_firm_see_their_own_cases_only(bench: Bench, case_id: UUID) -> None:
    people = [bench.client("handler", at=FIRM, who="handler"), bench.client("firm_manager", at=FIRM)]
    page = f"/intake/cases/{case_id}"
    assert [rows(p) for p in people] == [[], []]
    assert [p.get(page).status_code for p in people] == [404, 404]
    bench.deliver(turn(case_id), job_key=None)
    assert [rows(p) for p in people] == [[str(case_id)], [str(case_id)]]
    assert ["示例甲某" in p.get(page).text for p in people] == [True, False]
    other = bench.client("firm_manager", at="/demo-city/firm-b/")
    assert rows(other) == []
    assert other.get(page).status_code == 404


def test_the_case_page_has_a_place_for_every_service(bench: Bench, case_id: UUID) -> None:
    page = bench.client("reviewer").get(f"/intake/cases/{case_id}").text
    for name in ("review", "dispatch", "handling", "evaluation", "notify", "workflow"):
        assert f'hx-get="/{name}/cases/{case_id}/panel"' in page
        assert f'href="/{name}/cases/{case_id}"' in page
    for masked in ("示***", "1101**********4450", "138****1234", "示范市示范镇****"):
        assert masked in page
    for hidden in ("示例甲某", "110101199003074450", "13800001234"):
        assert hidden not in page


def test_the_panel_is_a_part_of_a_page(bench: Bench, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    panel = bench.client("reviewer").get(f"/intake/cases/{case_id}/panel").text
    assert "<html" not in panel
    assert "<h2" in panel
    assert "缺少签名" in panel
    assert (
        bench.client("reviewer", at="/other-city/").get(f"/intake/cases/{case_id}/panel").status_code == 404
    )
    assert bench.client("applicant", who="applicant").get(f"/intake/cases/{case_id}/panel").status_code == 200


def test_strangers_and_the_public_see_no_case(bench: Bench, case_id: UUID) -> None:
    assert bench.client("applicant", at="/", who="other").get("/intake/cases").status_code == 403
    assert bench.client("applicant", at="/", who="other").get(f"/intake/cases/{case_id}").status_code == 404
    assert bench.client("reviewer").get(f"/intake/cases/{CASE}").status_code == 404
    assert bench.client().get("/intake/cases").headers["Location"].startswith("/identity/login?next=")


@pytest.mark.clause("S0-10.1.1")
def test_looking_at_the_full_data_needs_a_purpose_and_is_recorded(bench: Bench, case_id: UUID) -> None:
    page = f"/intake/cases/{case_id}/disclosure"
    reviewer = bench.client("reviewer", who="reviewer")
    for wrong in ({"purpose": ""}, {"purpose": "because"}, {"purpose": "other", "note": " "}):
        refused = reviewer.post(page, data=wrong)
        assert (refused.status_code, "110101199003074450" in refused.text) == (422, False)
        assert "govuk-error-message" in refused.text
    answer = reviewer.post(page, data={"purpose": "other", "note": "核对身份证"})
    assert "110101199003074450" in answer.text
    assert "110101199003074450" not in reviewer.get(f"/intake/cases/{case_id}").text  # for that page only
    right = {"purpose": "contact"}
    assert bench.client("handler", at=FIRM).post(page, data=right).status_code == 403
    assert bench.client("reviewer", at="/other-city/").post(page, data=right).status_code == 404
    (noted,) = bench.emitted(DataAccessed)
    assert (noted.person_id, noted.case_id, noted.act) == (person("reviewer"), case_id, UNMASKED)
    assert (noted.purpose, noted.note, noted.organisation) == ("other", {"text": "核对身份证"}, CENTRE)
    assert "110101199003074450" not in str(noted)


def file_of(client: FlaskClient, case_id: UUID) -> str:
    return f"/intake/files/{body_of(client.get(f'{API}/{case_id}'))['materials'][0]['id']}"


def test_a_file_is_given_to_be_saved(bench: Bench, applicant: FlaskClient, case_id: UUID) -> None:
    answer = applicant.get(file_of(applicant, case_id), buffered=True)
    assert [n.what for n in bench.emitted(DataAccessed)] == ["intake.material"]
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "示例" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.mimetype == "application/pdf"


def test_files_are_for_the_applicant_the_agency_and_the_handler(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    file = file_of(applicant, case_id)
    assert bench.client("reviewer").get(file, buffered=True).status_code == 200
    assert bench.client("reviewer", at="/other-city/").get(file, buffered=True).status_code == 404
    assert bench.client("administrator").get(file, buffered=True).status_code == 403
    assert bench.client("applicant", at="/", who="other").get(file, buffered=True).status_code == 404
    assert bench.client().get(file, buffered=True).status_code == 302
    handler = bench.client("handler", at=FIRM, who="handler")
    assert handler.get(file, buffered=True).status_code == 404
    bench.deliver(turn(case_id), job_key=None)
    assert handler.get(file, buffered=True).status_code == 200
    assert bench.client("firm_manager", at=FIRM).get(file, buffered=True).status_code == 403


def test_a_drafts_files_are_the_applicants_alone(bench: Bench, applicant: FlaskClient) -> None:
    file = upload(applicant, draft(applicant)["id"], "IDENTITY")
    assert applicant.get(f"/intake/files/{file['id']}", buffered=True).status_code == 200
    assert bench.client("clerk").get(f"/intake/files/{file['id']}").status_code == 404


def test_a_correction_in_the_making_is_not_shown_to_staff(
    bench: Bench, applicant: FlaskClient, case_id: UUID
) -> None:
    bench.deliver(opened(case_id))
    item = body_of(applicant.get(f"{API}/{case_id}/corrections"))[0]["items"][0]["id"]
    body = {"item": item, "file": pdf("new")}
    added = body_of(applicant.post(f"{API}/{case_id}/correction/files", data=body))[0]["id"]
    assert bench.client("reviewer").get(f"/intake/files/{added}").status_code == 404
    assert added not in bench.client("reviewer").get(f"/intake/cases/{case_id}").text


def test_a_sealed_case_says_so(bench: Bench, case_id: UUID) -> None:
    bench.deliver(SealRecord(case_id=case_id))
    assert "案件已归档" in bench.client("archivist").get(f"/intake/cases/{case_id}").text
