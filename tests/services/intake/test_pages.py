"""An applicant's pages, filled in as a browser without scripts would."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.intake.models import Application, DiscardedFile
from services.intake.notice import current_notice
from tests.rig import Bench
from tests.services.intake.conftest import ANSWERS, REQUIRED, filled, pdf, submitted

STEPS: dict[str, dict[str, Any]] = {
    "applicant": {n: ANSWERS[n] for n in ("name", "id_kind", "id_number", "phone", "address", "capacity")},
    "matter": {n: ANSWERS[n] for n in ("agency", "matter", "case_kind", "category")},
    "facts": {
        "facts": ANSWERS["facts"], "request": ANSWERS["request"], "opponents-rows": "1",
        "opponents-0-name": "示例乙某", "opponents-0-contact": "",
    },
    "declaration": {"hardship": "true", "no_agent": "true", "truthful": "true"},
}  # fmt: skip


def begun(client: FlaskClient) -> str:
    """Confirm the notice on its page; the address of the draft."""
    form = {"notice_version": current_notice().version, "confirmed": "true"}
    answer = client.post("/intake/apply", data=form)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def revision(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', client.get(page).text)
    assert found
    return found[1]


def fill(client: FlaskClient, here: str, key: str, **changes: str) -> Any:
    page = f"{here}/steps/{key}"
    return client.post(page, data={**STEPS[key], "revision": revision(client, page), **changes})


@pytest.mark.clause("S0-7.4.2b")
def test_the_start_page_tells_everyone_what_legal_aid_is(bench: Bench) -> None:
    page = bench.client().get("/").text
    for text in ("请求国家赔偿", "农村“五保”对象", "/intake/materials", "0000-12348", "不收取任何费用"):
        assert text in page
    assert bench.client().get("/intake/").status_code == 200


@pytest.mark.clause("S0-7.4.2a")
def test_materials_and_sample_papers_are_public(bench: Bench) -> None:
    public = bench.client()
    assert "特定人员的证明" not in public.get("/intake/materials").text
    listed = public.get("/intake/materials?matter=MAINTENANCE&category=LIVES_ON_PENSION").text
    assert "特定人员的证明" in listed
    for code in re.findall(r'href="/intake/papers/(\w+)"', listed):
        assert public.get(f"/intake/papers/{code}").status_code == 200
        file = public.get(f"/intake/papers/{code}.docx")
        assert file.data.startswith(b"PK")
        assert file.headers["Content-Disposition"].startswith("attachment")
    assert public.get("/intake/papers/NOTHING").status_code == 404
    assert "您的权利" in public.get(f"/intake/notices/{current_notice().version}").text


def test_the_public_logs_in_first_and_staff_do_not_apply(bench: Bench) -> None:
    answer = bench.client().get("/intake/apply")
    assert answer.headers["Location"] == "/identity/login?next=%2Fintake%2Fapply"
    assert bench.client("reviewer").get("/intake/apply").status_code == 403


@pytest.mark.clause("S0-7.3.1b")
def test_without_the_tick_the_notice_comes_back_with_a_message(applicant: FlaskClient) -> None:
    answer = applicant.post("/intake/apply", data={"notice_version": current_notice().version})
    assert answer.status_code == 422
    assert "有问题需要您处理" in answer.text
    assert applicant.post("/intake/apply", data={"confirmed": "true"}).status_code == 409
    assert "未提交的申请" not in applicant.get("/intake/").text


def test_from_the_notice_to_the_number(applicant: FlaskClient, bench: Bench) -> None:
    here = begun(applicant)
    addresses = [fill(applicant, here, key).headers["Location"] for key in STEPS]
    assert addresses == [f"{here}/steps/matter", f"{here}/steps/facts", f"{here}/steps/declaration", here]
    for kind in REQUIRED:
        files = {"file": [pdf(kind), pdf(kind + " 2")]}
        assert applicant.post(f"{here}/materials/{kind}", data=files).status_code == 303
    assert "已上传 2 个" in applicant.get(here).text
    page = applicant.get(f"{here}/check").text
    assert "示例甲某" in page
    answer = applicant.post(f"{here}/check", data={"revision": revision(applicant, f"{here}/check")})
    assert answer.headers["Location"] == here
    assert "案号：示范援〔2026〕民字第0001号" in applicant.get(here).text
    assert "示范援〔2026〕民字第0001号" in applicant.get("/intake/").text


def test_a_wrong_field_is_named_and_what_was_typed_stays(applicant: FlaskClient) -> None:
    here = begun(applicant)
    answer = fill(applicant, here, "applicant", id_number="110101199003074451")
    assert answer.status_code == 422
    assert "身份证号码不正确" in answer.text
    assert 'value="110101199003074451"' in answer.text
    assert 'value="示例甲某"' not in applicant.get(f"{here}/steps/applicant").text


def test_an_unfinished_step_is_kept_for_later_without_what_is_wrong(applicant: FlaskClient) -> None:
    here = begun(applicant)
    answer = fill(applicant, here, "applicant", phone="12", address="", later="1")
    assert answer.headers["Location"] == here
    page = applicant.get(f"{here}/steps/applicant").text
    assert 'value="示例甲某"' in page
    assert 'value="12"' not in page
    assert "applicant" not in read(applicant, here)["steps_done"]


def read(client: FlaskClient, here: str) -> dict[str, Any]:
    runtime = client.application.extensions["fayuan"]
    with runtime.reading() as session:
        draft = session.get_one(Application, UUID(here.rpartition("/")[2]))
        return {"steps_done": draft.steps_done, "answers": draft.answers}


def test_another_row_for_opponents_needs_no_script(applicant: FlaskClient) -> None:
    here = begun(applicant)
    answer = fill(applicant, here, "facts", _add="opponents")
    assert answer.status_code == 200
    assert 'name="opponents-1-name"' in answer.text
    assert read(applicant, here)["answers"] == {}


def test_a_step_saved_in_another_window_is_not_overwritten(applicant: FlaskClient) -> None:
    here = begun(applicant)
    old = revision(applicant, f"{here}/steps/applicant")
    assert fill(applicant, here, "applicant").status_code == 303
    answer = applicant.post(f"{here}/steps/applicant", data={**STEPS["applicant"], "revision": old})
    assert answer.status_code == 409
    assert "内容已被他人更新" in answer.text


def test_what_is_missing_is_listed_before_submission(applicant: FlaskClient) -> None:
    here = begun(applicant)
    fill(applicant, here, "applicant")
    page = applicant.get(f"{here}/check").text
    for text in ("“申请什么”还没有填写完整", "还没有上传：身份证明", "还没有上传：经济状况证明材料"):
        assert text in page
    assert "“谁需要法律援助”还没有填写完整" not in page
    answer = applicant.post(f"{here}/check", data={"revision": "2"})
    assert answer.status_code == 422
    assert "还没有上传：身份证明" in answer.text


def test_a_refused_file_is_explained_and_an_uploaded_one_can_be_taken_back(
    applicant: FlaskClient, bench: Bench
) -> None:
    here = begun(applicant)
    page = f"{here}/materials/IDENTITY"
    for files in ({}, {"file": (io.BytesIO(b"#!/bin/sh"), "card.jpg")}):
        answer = applicant.post(page, data=files)
        assert answer.status_code == 422
        assert "有问题需要您处理" in answer.text
    applicant.post(page, data={"file": pdf()})
    removal = re.search(r'action="(\S+/removal)"', applicant.get(page).text)
    assert removal
    assert applicant.post(removal[1]).status_code == 303
    assert "已经上传" not in applicant.get(page).text
    assert applicant.post(removal[1]).status_code == 404
    with bench.runtime.reading() as session:
        assert session.query(DiscardedFile).count() == 1
    assert applicant.get(f"{here}/materials/CONTACT").status_code == 422


def test_the_check_page_warns_of_a_case_already_open(applicant: FlaskClient, bench: Bench) -> None:
    first = submitted(applicant)
    again = filled(applicant)
    assert first["number"] in applicant.get(f"/intake/applications/{again['id']}/check").text
    other = bench.client("applicant", at="/", who="relative")
    page = other.get(f"/intake/applications/{filled(other)['id']}/check").text
    assert "系统里已有一件同一个人、同一事项的申请正在办理" in page
    assert first["number"] not in page


def links(page: str) -> set[str]:
    """Addresses of intake that a page leads to."""
    return set(re.findall(r'(?:href|action)="(/intake/[^"#?]*)', page))


def test_every_link_of_every_page_leads_somewhere(applicant: FlaskClient) -> None:
    here = filled(applicant)["id"]
    waiting, seen = {"/", f"/intake/applications/{here}"}, set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = applicant.get(address, buffered=True)
        assert answer.status_code in (200, 302) or (
            address.endswith("/removal") and answer.status_code == 405
        )
        if answer.mimetype == "text/html":
            waiting |= links(answer.text) - seen
    assert len(seen) > 20
