"""Notices: who is told what over which channel, each command also delivered twice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.notify.app import SERVICE
from services.notify.models import Case, Delivery, Letter, Notice
from services.notify.rules import representative_of
from shared.contracts.notify import NoticeSent
from tests.rig import CASE, CENTRE, START, Bench, person
from tests.services.notify.conftest import (
    APPLICANT,
    EXPIRED,
    GOOD,
    HANDLER,
    NUMBER,
    UNSIGNED,
    assigned,
    correction,
    deliveries,
    notice,
    registered,
    rows,
    someone,
    submission,
    the_letter,
    the_notice,
    tick,
)

REFUSAL = {"outcome": "refuse", "means_result": "not_meets", "grounds": ["MATTER_NOT_IN_SCOPE"],
           "reasons": "收入超过标准"}  # fmt: skip


@pytest.mark.clause("S0-7.4.2d2")
def test_a_correction_goes_out_in_the_same_step_and_every_attempt_is_on_record(bench: Bench) -> None:
    bench.twice(correction(GOOD, UNSIGNED))
    (answer,) = bench.emitted(NoticeSent)[:1]
    assert (answer.case_id, answer.delivered_at) == (CASE, START)
    assert answer.notice_id == the_notice(bench).id
    states = {channel: (d.state, d.result) for (_, channel, _), d in deliveries(bench).items()}
    assert states == {
        "in_app": ("delivered", "in_mailbox"), "sms": ("waiting", None), "phone": ("waiting", None),
    }  # fmt: skip
    assert all(d.created_at == d.due_at == START for d in deliveries(bench).values())
    assert tick(bench) == 1
    assert deliveries(bench)[APPLICANT, "sms", 1].state == "sent"


@pytest.mark.clause("S0-7.4.2d")
def test_the_correction_text_lists_all_defects_and_the_last_day(bench: Bench) -> None:
    bench.deliver(correction(GOOD, UNSIGNED, EXPIRED))
    letter = the_letter(bench)
    assert letter.title == "请在2026年10月15日（含当天）之前补正申请材料，共 2 项"
    for text in ("缺少签名", "签名后重新上传", "身份证过期", "换领新证后上传", "经济状况证明材料", NUMBER):
        assert text in letter.body
    assert "视为您撤回申请" in letter.body
    assert "2项" in letter.short
    assert "缺少签名" not in letter.short
    assert letter.link == f"/intake/applications/{CASE}/correction"


@pytest.mark.clause("S0-7.4.3a")
def test_a_grant_is_told_in_the_mailbox_and_by_text_message(bench: Bench) -> None:
    bench.twice(notice("granted", channels="decision"))
    assert "决定给予您法律援助" in the_letter(bench).body
    tick(bench)
    found = {c: (d.state, d.result) for (_, c, _), d in deliveries(bench).items()}
    assert found == {"in_app": ("delivered", "in_mailbox"), "sms": ("sent", "recorded")}


@pytest.mark.clause("S0-7.4.3b")
def test_a_refusal_is_told_with_reasons_and_remedies(bench: Bench) -> None:
    refusal = notice("refused", channels="decision", submissions=[submission("propose_decision", REFUSAL)])
    bench.twice(refusal)
    letter = the_letter(bench)
    for text in (
        "申请事项不属于法律援助的范围",
        "不符合经济困难的条件",
        "收入超过标准",
        "提出异议",
        "行政复议",
    ):
        assert text in letter.body
    assert "收入超过标准" not in letter.short
    assert {channel for _, channel, _ in deliveries(bench)} == {"in_app", "sms"}


@pytest.mark.clause("S0-7.4.4d", "S0-7.4.4d2")
def test_both_parties_learn_of_the_assignment_over_several_channels(bench: Bench) -> None:
    bench.twice(assigned())
    found = deliveries(bench)
    assert set(found) == {(who, c, 1) for who in (APPLICANT, HANDLER) for c in ("in_app", "sms", "phone")}
    to_applicant, to_handler = the_letter(bench), the_letter(bench, HANDLER)
    for text in (to_applicant.body, to_applicant.short):
        assert "贾承办" in text
        assert "13800000031" in text
    assert NUMBER in to_handler.body
    assert "贾求援" not in to_handler.body
    assert to_handler.link == f"/intake/cases/{CASE}"


@pytest.mark.clause("S0-7.3.5b")
def test_the_recipient_is_invited_to_rate(bench: Bench) -> None:
    bench.twice(notice("survey", about={"due": "2026-10-09T23:59:59+08:00"}))
    letter = the_letter(bench)
    assert letter.link == f"/evaluation/cases/{CASE}/survey"
    assert "2026年10月9日" in letter.body


@pytest.mark.parametrize(
    ("organisation", "told"),
    [(CENTRE, {"here", "above", "both"}), ("/demo-city/", {"above"}), ("/other/", set())],
)
def test_roles_reach_everyone_active_at_the_organisation_or_above(
    bench: Bench, organisation: str, told: set[str]
) -> None:
    bench.deliver(someone("here", "reviewer"))
    bench.deliver(someone("above", "approver", at="/demo-city/"))
    bench.deliver(someone("below", "reviewer", at=f"{CENTRE}station/"))
    bench.deliver(someone("gone", "reviewer", active=False))
    bench.deliver(someone("clerk", "clerk"))
    both = someone("both", "reviewer")
    second = {"role": "approver", "organisation": CENTRE}
    bench.deliver(type(both)(**{**vars(both), "roles": [*both.roles, second]}))
    reminder = notice(
        "review_deadline", recipients=[], roles=["reviewer", "approver"], organisation=organisation,
        about={"mark": "warn_50", "due": "2026-10-09T23:59:59+08:00"},
    )  # fmt: skip
    bench.twice(reminder)
    assert {letter.recipient_id for letter in rows(bench, Letter)} == {person(name) for name in told}
    assert bench.emitted(NoticeSent)[0].delivered_at == (START if told else None)


def test_somebody_named_who_also_holds_the_role_is_told_once(bench: Bench) -> None:
    bench.deliver(someone("handler", "dispatcher"))
    bench.deliver(
        notice(
            "handling_deadline", recipients=[HANDLER, HANDLER], roles=["dispatcher"], organisation=CENTRE,
            about={"mark": "meeting_breach", "due": "2026-10-09T23:59:59+08:00"},
        )
    )  # fmt: skip
    assert "在“我的待办”里登记" in the_letter(bench, HANDLER).body


@pytest.mark.clause("S0-7.4.2d2")
def test_nothing_delivered_starts_no_period(bench: Bench) -> None:
    bench.deliver(someone("applicant", "applicant", at="/public/", active=False))
    bench.deliver(registered(phone=None), job_key=None)
    bench.deliver(someone("applicant", "applicant", at="/public/", phone=None, active=False))
    bench.twice(correction(UNSIGNED))
    assert bench.emitted(NoticeSent)[0].delivered_at is None
    assert the_letter(bench).shown_at is None
    found = {c: (d.state, d.result) for (_, c, _), d in deliveries(bench).items()}
    assert found == {
        "in_app": ("failed", "account_closed"), "sms": ("failed", "no_phone"),
        "phone": ("failed", "no_phone"),
    }  # fmt: skip


def test_the_phone_given_for_the_case_comes_before_that_of_the_account(bench: Bench) -> None:
    bench.deliver(someone("applicant", "applicant", at="/public/", phone="12345", shown="账号名"))
    bench.deliver(notice("granted", channels="decision"))
    assert deliveries(bench)[APPLICANT, "sms", 1].state == "waiting"
    assert the_letter(bench).body.startswith("贾求援")
    bench.deliver(registered(phone=None), job_key=None)
    bench.deliver(notice("withdrawn"))
    failed = [d for d in rows(bench, Delivery) if d.state == "failed"]
    assert [(d.channel, d.result) for d in failed] == [("sms", "bad_number")]


@pytest.mark.parametrize("recipient", [person("nobody"), UUID(int=9)])
def test_somebody_unknown_is_waited_for(bench: Bench, recipient: UUID) -> None:
    assert bench.deliver(notice("withdrawn", recipients=[recipient])).ended == "retry"
    assert rows(bench, Notice) == []


@pytest.mark.parametrize(
    "fields",
    [{"template": "unheard_of"}, {"template": "survey"}, {"channels": "unheard_of"}, {"template": "../app"}],
)
def test_a_faulty_diagram_sends_nothing(bench: Bench, fields: dict[str, Any]) -> None:
    handed = bench.deliver(notice(**{"template": "granted", **fields}), attempt=8)
    assert handed.ended == "bury"
    assert rows(bench, Letter) == []
    assert bench.emitted(NoticeSent) == []


def test_a_sealed_case_can_still_be_told_that_it_was_archived(bench: Bench) -> None:
    with bench.work() as work:
        work.session.get(Case, CASE).sealed_at = START
    bench.clock.moment += timedelta(days=1)
    bench.deliver(notice("archived", about={"archive_number": "2026-0001"}))
    assert "2026-0001" in the_letter(bench).body


def test_another_case_of_the_same_person_is_another_letter(tmp_path: Path) -> None:
    bench = Bench(SERVICE, tmp_path)
    for case_id in (CASE, UUID(int=4)):
        bench.deliver(registered(case_id=case_id), job_key=None)
        bench.deliver(notice("withdrawn", case_id=case_id))
    assert {letter.case_id for letter in rows(bench, Letter)} == {CASE, UUID(int=4)}


@pytest.mark.clause("S0-7.4.4f")
@pytest.mark.parametrize(
    ("phone", "told"),
    [("13800138009", {"sms", "phone"}), (None, set()), ("138 0013 8000", set())],
)
def test_the_guardian_or_relative_who_applied_is_told_too(
    bench: Bench, phone: str | None, told: set[str]
) -> None:
    event = registered()
    represented = {**event.applicant, "representative": {"name": "贾父亲", "phone": phone}}
    bench.deliver(replace(event, applicant=represented), job_key=None)
    about = {"handler_id": str(HANDLER)}
    bench.deliver(
        notice(
            "handler_changed", recipients=[APPLICANT], channels="assignment", about=about, representative=True
        )
    )
    theirs = [row for row in rows(bench, Delivery) if row.recipient_id == representative_of(CASE)]
    assert {row.channel for row in theirs} == told
    letters = [row for row in rows(bench, Letter) if row.recipient_id == representative_of(CASE)]
    assert all("请转告受援人" in letter.short and letter.shown_at is None for letter in letters)
    bench.deliver(notice("handler_changed", recipients=[APPLICANT], about=about))
    after = [row for row in rows(bench, Delivery) if row.recipient_id == representative_of(CASE)]
    assert len(after) == len(theirs)
