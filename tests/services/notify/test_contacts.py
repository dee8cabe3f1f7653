"""Whom notify knows, and what news of people does."""

from pathlib import Path

import sqlalchemy as sa

from services.notify.app import SERVICE
from services.notify.models import Case, Contact, ContactRole, Delivery
from shared.contracts.dispatch import CaseAccepted, TurnTaken
from shared.contracts.evaluation import CaseArchived
from tests.rig import CASE, CENTRE, Bench, person
from tests.services.notify.conftest import (
    FIRM,
    HANDLER,
    UNSIGNED,
    accept,
    correction,
    notice,
    registered,
    rows,
    someone,
)


def test_a_person_is_kept_with_roles_and_changes_wholly(bench: Bench) -> None:
    bench.twice(someone("clerk", "clerk"))
    bench.twice(someone("clerk", "reviewer", at="/demo-city/", phone=None, active=False, shown="新名"))
    (contact,) = rows(bench, Contact, person_id=person("clerk"))
    assert (contact.name, contact.phone, contact.active) == ("新名", None, False)
    (role,) = rows(bench, ContactRole, person_id=person("clerk"))
    assert (role.role, role.organisation) == ("reviewer", "/demo-city/")


def test_news_that_was_overtaken_changes_nothing(bench: Bench) -> None:
    late = bench.deliver(someone("clerk", "clerk", shown="旧名"), attempt=1)
    bench.deliver(someone("clerk", "clerk", shown="新名"))
    with bench.work() as work:
        work.session.execute(sa.delete(Contact).where(Contact.person_id == person("clerk")))
        newer = Contact(person_id=person("clerk"), name="新名", phone=None, active=True, sequence=10_000)
        work.session.add(newer)
    assert late.ended == "ack"
    bench.deliver(someone("clerk", "clerk", shown="旧名"))
    (contact,) = rows(bench, Contact, person_id=person("clerk"))
    assert contact.name == "新名"


def test_names_and_phones_are_not_readable_in_the_database(bench: Bench, tmp_path: Path) -> None:
    bench.deliver(someone("clerk", "clerk", phone="13912345678", shown="贾受理"))
    bench.deliver(correction(UNSIGNED))
    content = b"".join(file.read_bytes() for file in tmp_path.glob("notify.db*"))
    assert b"stored_event" in content
    for secret in ("13912345678", "贾受理", "贾求援", "138 0013 8000", "缺少签名"):
        assert secret.encode() not in content


def test_a_notice_before_the_registration_comes_again(tmp_path: Path) -> None:
    bench = Bench(SERVICE, tmp_path)
    assert bench.deliver(notice("granted", channels="decision")).ended == "retry"
    assert bench.deliver(CaseAccepted(case_id=CASE, handler_id=HANDLER), job_key=None).ended == "retry"
    assert bench.emitted() == []


def test_the_firm_that_was_asked_counts_once_its_member_accepts(bench: Bench) -> None:
    other = TurnTaken(
        case_id=CASE, assignment_id=person("t0"), handler_id=person("h0"), firm_id=person("f0"),
        firm_path="/demo-city/firm-b/",
    )  # fmt: skip
    bench.twice(other)
    (case,) = rows(bench, Case)
    assert (case.handler_id, case.firm_path) == (None, None)
    accept(bench)
    bench.deliver(registered(), job_key=None)
    (case,) = rows(bench, Case)
    assert (case.handler_id, case.firm_path, case.agency) == (HANDLER, FIRM, CENTRE)


def test_the_archive_seals_the_case_and_gives_up_open_calls(bench: Bench) -> None:
    bench.deliver(correction(UNSIGNED))
    archived = CaseArchived(case_id=CASE, archive_number="2026-1", manifest_sha256="0" * 64)
    bench.twice(archived)
    (case,) = rows(bench, Case)
    assert case.sealed_at == bench.clock.now()
    (call,) = rows(bench, Delivery, channel="phone")
    assert (call.state, call.result) == ("failed", "case_archived")
    (text,) = rows(bench, Delivery, channel="sms")
    assert text.state == "waiting"
