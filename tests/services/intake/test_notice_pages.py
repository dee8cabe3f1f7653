"""The page on which a notice is entered, and who sees its case."""

import io
import re
from typing import Any

from tests.rig import Bench
from tests.services.intake.conftest import PDF, body_of, submitted
from tests.services.intake.notices import NOTICE, NOTICES, clerk_of, court_of, entered

PAGE = "/intake/notices/new"


def typed(**changes: Any) -> dict[str, Any]:
    """The page as a browser without scripts posts it."""
    year, month, day = NOTICE["hearing_on"].split("-")
    plain = {name: value for name, value in NOTICE.items() if isinstance(value, str) and name != "hearing_on"}
    return {
        **plain, "hearing_on-year": year, "hearing_on-month": month, "hearing_on-day": day,
        "opponents-rows": "1", "opponents-0-name": "示例丁某",
        "letters-upload": (io.BytesIO(PDF), "公函.pdf"), **changes,
    }  # fmt: skip


def test_a_clerk_enters_a_notice_on_the_page(bench: Bench) -> None:
    clerk = clerk_of(bench)
    empty = clerk.get(PAGE).text
    assert "没有列出的办案机关" in empty
    answer = clerk.post(PAGE, data=typed())
    assert answer.status_code == 303
    case = clerk.get(answer.headers["Location"]).text
    for text in (
        "示范援〔2026〕刑字第0001号",
        "示范市虚构人民法院",
        "可能被判处无期徒刑",
        "一审",
        "2026年10月20日",
    ):
        assert text in case
    assert "示例丙某" not in case  # masked for who did not ask for it with a purpose


def test_files_survive_when_the_rest_is_corrected(bench: Bench) -> None:
    court = court_of(bench)
    answer = court.post(PAGE, data=typed(charge=""))
    assert answer.status_code == 422
    assert "公函.pdf" in answer.text
    assert "哪一天收到公函" not in answer.text
    kept = re.search(r'name="letters" value="([0-9a-f-]{36})"', answer.text)
    assert kept
    again = court.post(PAGE, data=typed(letters=kept[1], **{"letters-upload": (io.BytesIO(b""), "")}))
    assert again.status_code == 303


def test_a_file_that_is_none_is_refused_at_its_field(bench: Bench) -> None:
    answer = clerk_of(bench).post(PAGE, data=typed(**{"letters-upload": (io.BytesIO(b"MZ..."), "公函.exe")}))
    assert answer.status_code == 422
    assert 'href="#f-letters' in answer.text


def test_another_row_is_asked_for_without_entering(bench: Bench) -> None:
    answer = clerk_of(bench).post(PAGE, data={"_add": "opponents", "opponents-rows": "1"})
    assert answer.status_code == 200
    assert "opponents-1-name" in answer.text


def test_the_same_notice_keeps_what_was_typed_and_names_the_case(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    answer = clerk_of(bench).post(PAGE, data=typed())
    assert answer.status_code == 409
    assert made["number"] in answer.text
    assert "虚构的罪名" in answer.text


def test_the_authority_reads_its_own_cases_in_full_and_no_others(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    applied = submitted(bench.client("applicant", at="/", who="applicant"))
    court = court_of(bench)
    register = court.get("/intake/cases").text
    assert made["number"] in register
    assert applied["number"] not in register
    assert "示例丙某" in court.get(f"/intake/cases/{made['id']}").text
    page = court.get(f"/intake/cases/{made['id']}").text
    assert [f"/{name}/cases/{made['id']}/panel" in page for name in ("dispatch", "notify", "workflow")] == [
        True, True, False,
    ]  # fmt: skip
    letter = re.search(r"/intake/files/[0-9a-f-]{36}", court.get(f"/intake/cases/{made['id']}").text)
    assert letter
    assert court.get(letter[0]).status_code == 200
    assert body_of(court.get(f"{NOTICES}/{made['id']}"))["ground"] == "LAL25_4"
    assert court.get(f"/intake/cases/{applied['id']}").status_code == 404
    assert clerk_of(bench).get(f"{NOTICES}/{applied['id']}").status_code == 404


def test_another_authority_does_not_see_the_case(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    other = bench.client("authority", at="/demo-city/police/", who="police")
    assert other.get(f"/intake/cases/{made['id']}").status_code == 404
    assert made["number"] not in other.get("/intake/cases").text
    assert other.get(f"{NOTICES}/{made['id']}").status_code == 404


def test_the_register_finds_notices_by_their_matter(bench: Bench) -> None:
    made = entered(clerk_of(bench))
    submitted(bench.client("applicant", at="/", who="applicant"))
    found = clerk_of(bench).get("/intake/cases?matter=CRIMINAL_NOTICE").text
    assert found.count('data-head="案号"') == 1
    assert made["number"] in found


def test_citizens_are_not_offered_notices(bench: Bench) -> None:
    assert "CRIMINAL_NOTICE" not in bench.client().get("/intake/materials").text
    assert "通知代理" not in bench.client().get("/").text
