"""The letter to the authority: when, to whom, what it says, who reads it (S0-7.4.4f-letter)."""

from datetime import date
from uuid import UUID

import pytest

from services.dispatch.models import ChangeLetter
from shared.contracts.access import DataAccessed
from shared.contracts.dispatch import RecordSealed, SealRecord
from shared.contracts.handler_change import (
    IssueLetter,
    LetterDeliveryRecorded,
    LetterIssued,
    RecordChange,
    RecordLetterDelivery,
    SettleChange,
)
from shared.contracts.identity import PersonChanged
from tests.rig import CASE, Bench, person
from tests.services.dispatch.changing import asked, entered, handled, said, take
from tests.services.dispatch.conftest import registered
from tests.services.dispatch.test_handlers import rows

COURT = "/demo-city/court/"


def replaced(bench: Bench, authority: str | None = None, named: str | None = None) -> UUID:
    """A case whose handler was changed, with its letter written; the request."""
    bench.deliver(registered(authority=authority), job_key=None)
    for name, phone in (("律师二", "13800000032"), ("路人", "13900000000")):
        role = "handler" if name == "律师二" else "clerk"
        bench.deliver(
            PersonChanged(
                person_id=person(name), active=True, roles=[{"role": role, "organisation": "/"}],
                person={"name": name, "phone": phone},
            ),
            job_key=None,
        )  # fmt: skip
    handled(bench)
    change_id = asked(bench)
    decision = said("decide_change", "decider", bench, decision="approve", authority_name=named)
    bench.deliver(RecordChange(case_id=CASE, change_id=change_id, submissions=[decision]))
    bench.deliver(SettleChange(case_id=CASE, change_id=change_id, effected=True))
    entered(bench, "DISPATCHING")
    take(bench)
    bench.twice(IssueLetter(case_id=CASE, change_id=change_id))
    return change_id


def letter(bench: Bench) -> ChangeLetter:
    (found,) = rows(bench, ChangeLetter)
    return found


@pytest.mark.clause("S0-7.4.4f-letter")
@pytest.mark.parametrize(
    ("authority", "named", "delivery", "shown"),
    [
        (COURT, None, "in_app", "示范市虚构人民法院"),
        (None, "某区人民法院", "paper", "某区人民法院"),
        (None, None, "none", None),
    ],
)
def test_which_way_the_letter_goes(
    bench: Bench, authority: str | None, named: str | None, delivery: str, shown: str | None
) -> None:
    replaced(bench, authority, named)
    (answer,) = bench.emitted(LetterIssued)
    assert (answer.delivery, answer.organisation) == (delivery, authority)
    assert letter(bench).authority_name == shown


@pytest.mark.clause("S0-7.4.4f-letter")
def test_the_letter_names_the_new_handler_to_the_authority_alone(bench: Bench) -> None:
    change_id = replaced(bench, COURT)
    path = f"/dispatch/changes/{change_id}/letter"
    page = bench.client("authority", at=COURT, who="贾办案").get(path)
    assert page.status_code == 200
    for words in ("示范市虚构人民法院", "申请人甲", "律师一", "律师二", "firm-b", "13800000032"):
        assert words in page.text
    assert bench.client("dispatcher").get(path).status_code == 200
    assert bench.client("authority", at="/demo-city/other-court/").get(path).status_code == 404
    assert bench.client("applicant", who="申请人甲").get(path).status_code == 403
    looks = bench.emitted(DataAccessed)
    assert [(n.what, n.record_id) for n in looks] == [("dispatch.letter", change_id)] * 2


def test_without_a_known_number_the_letter_says_whom_to_ask(bench: Bench) -> None:
    handled(bench)
    change_id = asked(bench)
    decision = said("decide_change", "decider", bench, decision="approve", authority_name="法院")
    bench.deliver(RecordChange(case_id=CASE, change_id=change_id, submissions=[decision]))
    take(bench)
    bench.deliver(IssueLetter(case_id=CASE, change_id=change_id))
    assert letter(bench).content["phone"] == "请向本机构询问"


def test_how_it_was_delivered_is_kept(bench: Bench) -> None:
    change_id = replaced(bench, None, "某区人民法院")
    submission = said("deliver_letter", "clerk", bench, delivered_on="2026-09-25", note="邮寄")
    bench.twice(
        RecordLetterDelivery(case_id=CASE, change_id=change_id, delivery="paper", submissions=[submission])
    )
    found = letter(bench)
    assert (found.delivered_on, found.delivery_note) == (date(2026, 9, 25), "邮寄")
    assert found.delivered_by == person("clerk")
    assert len(bench.emitted(LetterDeliveryRecorded)) == 1


def test_in_the_account_it_is_delivered_at_once(bench: Bench) -> None:
    change_id = replaced(bench, COURT)
    bench.deliver(RecordLetterDelivery(case_id=CASE, change_id=change_id, delivery="in_app", submissions=[]))
    assert letter(bench).delivered_on == date(2026, 9, 24)
    page = bench.client("dispatcher").get(f"/dispatch/changes/{change_id}").text
    assert "站内通知" in page
    assert f"/dispatch/changes/{change_id}/letter" in page


def test_a_sealed_case_gets_no_letter_and_its_record_stands(bench: Bench) -> None:
    change_id = replaced(bench, None, "某区人民法院")
    bench.deliver(SealRecord(case_id=CASE))
    submission = said("deliver_letter", "clerk", bench, delivered_on="2026-09-25")
    bench.deliver(
        RecordLetterDelivery(case_id=CASE, change_id=change_id, delivery="paper", submissions=[submission])
    )
    bench.deliver(SealRecord(case_id=CASE))
    first, second = bench.emitted(RecordSealed)
    assert first == second
    assert {"change_request", "change_letter"} <= {item["kind"] for item in first.items}
