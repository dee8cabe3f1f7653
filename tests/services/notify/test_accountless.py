"""A recipient without an account: told by the authority's contacts, by a clerk, or by phone; never nobody."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.notify.app import SERVICE
from services.notify.models import Delivery, Letter, Notice
from shared.contracts.evaluation import CaseArchived
from shared.contracts.intake import ApplicationRegistered
from shared.contracts.notify import NoticeSent
from tests.rig import CASE, CENTRE, START, Bench, person
from tests.services.notify.conftest import APPLICANT, HANDLER, accept, assigned, notice, rows, someone, tick

COURT = "/demo-city/court/"
CONTACT = person("court")
FIRM = "/demo-city/firm-a/"


def noticed(authority: str | None = COURT, phone: str | None = None) -> ApplicationRegistered:
    """The registration of a criminal notice case."""
    return ApplicationRegistered(
        case_id=CASE, number="示范援〔2026〕刑字第0001号", agency=CENTRE, applicant_id=APPLICANT,
        matter="CRIMINAL_NOTICE", category="LAL25_4", case_kind="criminal_notice", received_at=START,
        materials=[], applicant={"name": "示例丙某", "phone": phone}, opponents={"names": []},
        facts={"text": ""}, authority=authority,
    )  # fmt: skip


@pytest.fixture
def empty(tmp_path: Path) -> Bench:
    bench = Bench(SERVICE, tmp_path)
    bench.deliver(someone("handler", "handler", at=FIRM, phone="13800000031", shown="贾承办"), job_key=None)
    return bench


@pytest.fixture
def with_contact(empty: Bench) -> Bench:
    empty.deliver(someone("court", "authority", at=COURT, phone="13800000044", shown="贾办案"), job_key=None)
    empty.deliver(noticed(), job_key=None)
    return empty


@pytest.fixture
def without_contact(empty: Bench) -> Bench:
    empty.deliver(noticed(authority=None), job_key=None)
    return empty


def ways(bench: Bench) -> set[tuple[Any, str, str]]:
    """Who is reached how, and how far it got."""
    return {(d.recipient_id, d.channel, d.state) for d in rows(bench, Delivery)}


def told(client: FlaskClient) -> list[dict[str, Any]]:
    """The deliveries of the case as somebody reads them."""
    body: Any = client.get(f"/notify/api/cases/{CASE}").json
    return list(body["deliveries"])


def clerk(bench: Bench) -> FlaskClient:
    return bench.client("clerk", who="clerk")


def test_the_authoritys_contact_is_asked_to_tell_the_recipient(with_contact: Bench) -> None:
    with_contact.twice(notice("archived", about={"archive_number": "2026-0001"}))
    assert ways(with_contact) == {(CONTACT, "in_app", "delivered"), (CONTACT, "sms", "waiting")}
    (letter,) = rows(with_contact, Letter)
    assert letter.title == "请转告受援人：案件已归档，案号 示范援〔2026〕刑字第0001号"
    assert "请向本人转告" in letter.body
    assert "示例丙某，您好" in letter.body
    assert letter.link == f"/intake/cases/{CASE}"
    assert letter.short.startswith("【法援在线】请转告受援人：")
    assert with_contact.emitted(NoticeSent)[0].delivered_at == START


@pytest.mark.clause("S0-7.4.4d")
def test_the_assignment_goes_to_the_contact_by_every_way_and_to_the_handler(with_contact: Bench) -> None:
    accept(with_contact)
    with_contact.deliver(assigned())
    assert {(who, channel) for who, channel, _ in ways(with_contact)} == {
        (who, channel) for who in (CONTACT, HANDLER) for channel in ("in_app", "sms", "phone")
    }
    handler_letter = rows(with_contact, Letter, recipient_id=HANDLER)[0]
    assert "转告" not in handler_letter.title
    assert handler_letter.body.startswith("贾承办，您好")


def test_a_recipient_with_a_phone_is_told_directly_too(empty: Bench) -> None:
    empty.deliver(someone("court", "authority", at=COURT, shown="贾办案"), job_key=None)
    empty.deliver(noticed(phone="13800009999"), job_key=None)
    empty.deliver(notice("archived", about={"archive_number": "2026-0001"}))
    assert (APPLICANT, "sms", "waiting") in ways(empty)
    assert (APPLICANT, "in_app", "delivered") not in ways(empty)
    assert rows(empty, Letter, recipient_id=APPLICANT)[0].shown_at is None


@pytest.mark.parametrize("elsewhere", ["/demo-city/police/", "/demo-city/court/branch/"])
def test_contacts_of_others_are_not_asked(empty: Bench, elsewhere: str) -> None:
    empty.deliver(someone("police", "authority", at=elsewhere), job_key=None)
    empty.deliver(someone("gone", "authority", at=COURT, active=False), job_key=None)
    empty.deliver(noticed(), job_key=None)
    empty.deliver(notice("archived", about={"archive_number": "2026-0001"}))
    assert ways(empty) == {(APPLICANT, "pass_on", "waiting")}


class TestWithoutContact:
    @pytest.fixture
    def bench(self, without_contact: Bench) -> Bench:
        without_contact.deliver(notice("archived", about={"archive_number": "2026-0001"}))
        return without_contact

    def test_a_clerk_passes_it_on_and_says_how(self, bench: Bench) -> None:
        assert ways(bench) == {(APPLICANT, "pass_on", "waiting")}
        assert bench.emitted(NoticeSent)[0].delivered_at is None
        listed = clerk(bench).get("/notify/deliveries?channel=pass_on").text
        assert "要转告的通知" in listed
        (delivery,) = rows(bench, Delivery)
        page = f"/notify/deliveries/{delivery.id}"
        assert "示例丙某" not in clerk(bench).get(page).text
        assert "示例丙某，您好" in clerk(bench).post(f"{page}/disclosure").text
        answer = clerk(bench).post(
            f"{page}/result", data={"result": "told_in_writing", "remark": "寄到看守所"}
        )
        assert answer.status_code == 303
        assert ways(bench) == {(APPLICANT, "pass_on", "delivered")}
        assert rows(bench, Notice)[0].delivered_at == START

    def test_what_could_not_be_passed_on_is_tried_again(self, bench: Bench) -> None:
        (delivery,) = rows(bench, Delivery)
        address = f"/notify/api/deliveries/{delivery.id}/result"
        assert clerk(bench).post(address, json={"result": "reached"}).status_code == 422
        assert clerk(bench).post(address, json={"result": "not_told"}).status_code == 204
        assert {(d.attempt, d.state) for d in rows(bench, Delivery)} == {(1, "failed"), (2, "waiting")}

    def test_the_archive_ends_what_nobody_passed_on(self, bench: Bench) -> None:
        archived = CaseArchived(case_id=CASE, archive_number="2026-0001", manifest_sha256="0" * 64)
        bench.deliver(archived, job_key=None)
        assert rows(bench, Delivery)[0].result == "case_archived"
        bench.deliver(notice("archived", about={"archive_number": "2026-0001"}))
        assert {d.result for d in rows(bench, Delivery)} == {"case_archived"}
        assert tick(bench) == 0


def test_the_contact_sees_what_was_told_to_them_and_the_recipient(with_contact: Bench) -> None:
    with_contact.deliver(someone("reviewer", "reviewer", shown="贾审查"), job_key=None)
    accept(with_contact)
    with_contact.deliver(assigned())
    court = with_contact.client("authority", at=COURT, who=CONTACT)
    seen = told(court)
    assert {row["relation"] for row in seen} == {"authority"}
    staff = told(clerk(with_contact))
    assert {row["relation"] for row in staff} == {"authority", "handler"}
    other = with_contact.client("authority", at="/demo-city/police/", who="police")
    assert other.get(f"/notify/cases/{CASE}").status_code == 404
