"""Intake's commands and what it listens to, each delivered twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from flask.testing import FlaskClient

from services.intake.handlers import HANDLERS
from services.intake.models import Application, Correction, HistoryEntry
from shared.contracts.dispatch import ResponseLapsed, ResponseRecorded, TurnTaken
from shared.contracts.intake import (
    ApplicationClosed,
    ApplicationRegistered,
    CaseRegistered,
    CloseApplication,
    CorrectionOpened,
    OpenCorrection,
    RecordSealed,
    RegisterApplication,
    SealRecord,
)
from shared.contracts.submission import Submission
from shared.contracts.workflow import CaseStateChanged, StageEntered
from shared.messaging.contract import dump
from shared.messaging.envelope import Envelope
from tests.rig import CASE, CENTRE, START, Bench, person
from tests.services.intake.conftest import ANSWERS

BAD = {"material": "ECONOMIC", "complete": "no", "defect": "缺少签名", "remedy": "签名后重新上传"}
WORSE = {"material": "IDENTITY", "valid": "no", "defect": "证件过期", "remedy": "换新证件"}
DUE = START + timedelta(days=10)


def opened(case_id: UUID, *findings: dict[str, Any], notice: str = "notice 1") -> OpenCorrection:
    """A correction with these findings."""
    answers = {"materials": list(findings or (BAD, WORSE)), "conforms": "no"}
    examined = Submission(
        id=uuid5(case_id, "s"), element="examine_materials", by=person("reviewer"), at=START, answers=answers
    )
    return OpenCorrection(case_id=case_id, notice_id=uuid5(case_id, notice), due=DUE, submissions=[examined])


def row(bench: Bench, case_id: UUID) -> Application:
    with bench.runtime.reading() as session:
        return session.get_one(Application, case_id)


def history(bench: Bench, case_id: UUID) -> list[str]:
    with bench.runtime.reading() as session:
        lines = session.query(HistoryEntry).filter_by(case_id=case_id).order_by(HistoryEntry.at).all()
        return [f"{line.kind} {line.code}" for line in lines]


@pytest.mark.clause("S0-7.3.1c")
def test_registering_announces_the_case_record_and_its_number(bench: Bench, case_id: UUID) -> None:
    bench.twice(RegisterApplication(case_id=case_id))
    (record,) = bench.emitted(ApplicationRegistered)
    assert record.number == "示范援〔2026〕民字第0001号"
    assert (record.agency, record.matter, record.case_kind) == (CENTRE, "MAINTENANCE", "litigation")
    assert record.applicant == {
        "name": "示例甲某", "id_kind": "resident_identity_card", "id_number": "110101199003074450",
        "phone": "13800001234", "address": ANSWERS["address"],
        "representative": None,
    }  # fmt: skip
    assert record.opponents == {"names": ["示例乙某"]}
    assert {m["kind"] for m in record.materials} == {"IDENTITY", "ECONOMIC", "MATTER"}
    (event,) = bench.emitted(CaseRegistered)
    assert event.number == record.number


def test_file_names_that_may_hold_a_persons_name_are_not_announced(bench: Bench, case_id: UUID) -> None:
    bench.deliver(RegisterApplication(case_id=case_id))
    names = {m["name"] for m in bench.emitted(ApplicationRegistered)[0].materials}
    assert names == {"身份证明（1）", "经济状况证明材料（1）", "与申请事项有关的材料（1）"}


def test_a_second_registration_is_answered_alike_without_a_second_event(bench: Bench, case_id: UUID) -> None:
    for _ in range(2):
        bench.deliver(RegisterApplication(case_id=case_id))
    first, second = bench.emitted(ApplicationRegistered)
    assert first == second
    assert len(bench.emitted(CaseRegistered)) == 1


def test_a_command_about_an_unknown_case_waits(bench: Bench) -> None:
    assert bench.deliver(RegisterApplication(case_id=CASE)).ended == "retry"
    assert bench.deliver(SealRecord(case_id=CASE)).ended == "retry"


@pytest.mark.clause("S0-7.4.2d")
def test_a_correction_lists_every_defect(bench: Bench, case_id: UUID) -> None:
    bench.twice(opened(case_id))
    assert len(bench.emitted(CorrectionOpened)) == 1
    with bench.runtime.reading() as session:
        (correction,) = session.query(Correction).all()
        assert correction.due == DUE
        found = [(i.position, i.kind, i.defect, i.remedy) for i in correction.items]
    assert found == [(1, "ECONOMIC", "缺少签名", "签名后重新上传"), (2, "IDENTITY", "证件过期", "换新证件")]


def test_the_same_notice_opens_one_correction_and_a_new_one_ends_it(bench: Bench, case_id: UUID) -> None:
    for notice in ("notice 1", "notice 1", "notice 2"):
        bench.deliver(opened(case_id, notice=notice))
    with bench.runtime.reading() as session:
        ended = {c.notice_id: c.closed_at is not None for c in session.query(Correction)}
    assert ended == {uuid5(case_id, "notice 1"): True, uuid5(case_id, "notice 2"): False}
    assert len(bench.emitted(CorrectionOpened)) == 3


def test_closing_keeps_the_first_outcome_and_ends_the_correction(bench: Bench, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    bench.twice(CloseApplication(case_id=case_id, outcome="withdrawn_deemed"))
    bench.deliver(CloseApplication(case_id=case_id, outcome="refused"))
    assert [a.outcome for a in bench.emitted(ApplicationClosed)] == ["withdrawn_deemed", "withdrawn_deemed"]
    assert row(bench, case_id).closed_at == START
    with bench.runtime.reading() as session:
        assert session.query(Correction).one().closed_at == START


@pytest.mark.clause("S0-7.1b")
def test_sealing_lists_every_row_and_file_with_a_stable_digest(bench: Bench, case_id: UUID) -> None:
    bench.deliver(opened(case_id))
    bench.twice(SealRecord(case_id=case_id))
    bench.clock.moment = START + timedelta(days=1)
    bench.deliver(CaseStateChanged(case_id=case_id, before="CLOSED", after="ARCHIVED"), job_key=None)
    bench.deliver(SealRecord(case_id=case_id))
    first, again = bench.emitted(RecordSealed)
    assert (first.digest, first.items) == (again.digest, again.items)
    kinds = sorted(item["kind"] for item in first.items)
    assert kinds == sorted(
        ["consent", "application", "correction", *["correction_item"] * 2, *["material"] * 3, *["file"] * 3]
    )


def test_a_sealed_case_answers_later_commands_without_change(bench: Bench, case_id: UUID) -> None:
    bench.deliver(SealRecord(case_id=case_id))
    bench.deliver(opened(case_id))
    bench.deliver(CloseApplication(case_id=case_id, outcome="refused"))
    assert bench.emitted(CorrectionOpened)
    assert row(bench, case_id).closed_at is None
    with bench.runtime.reading() as session:
        assert session.query(Correction).count() == 0


@pytest.mark.clause("S0-7.4.2c")
def test_the_register_follows_states_and_stages(bench: Bench, case_id: UUID) -> None:
    bench.twice(CaseStateChanged(case_id=case_id, before=None, after="SUBMITTED"))
    bench.clock.moment += timedelta(minutes=1)
    bench.twice(StageEntered(case_id=case_id, stage="review"))
    bench.clock.moment += timedelta(minutes=1)
    bench.twice(CaseStateChanged(case_id=case_id, before="REGISTERED", after="UNDER_REVIEW"))
    found = row(bench, case_id)
    assert (found.state, found.stage) == ("UNDER_REVIEW", "review")
    assert history(bench, case_id) == ["act submitted", "stage review", "state UNDER_REVIEW"]


def test_an_older_state_that_arrives_late_does_not_come_back(bench: Bench, case_id: UUID) -> None:
    for sequence, state in ((4, "CORRECTION"), (3, "UNDER_REVIEW")):
        event = CaseStateChanged(case_id=case_id, before=None, after=state)
        cause = Envelope(
            id=uuid5(case_id, state), name=event.NAME, source="workflow", subject=str(case_id), cause=None,
            sequence=sequence, job_key=None, time=START, body=dump(event),
        )  # fmt: skip
        with bench.runtime.transaction(cause=cause) as work:
            HANDLERS[CaseStateChanged](event, work)
    assert row(bench, case_id).state == "CORRECTION"


def test_news_about_a_case_that_did_not_begin_here_is_passed_over(bench: Bench) -> None:
    bench.twice(CaseStateChanged(case_id=CASE, before=None, after="SUBMITTED"))
    bench.twice(StageEntered(case_id=CASE, stage="registration"))
    bench.twice(ResponseLapsed(case_id=CASE))
    assert history(bench, CASE) == []


def turn(case_id: UUID, name: str = "handler") -> TurnTaken:
    return TurnTaken(
        case_id=case_id, assignment_id=uuid5(case_id, name), handler_id=person(name),
        firm_id=person("firm a"), firm_path="/demo-city/firm-a/",
    )  # fmt: skip


@pytest.mark.parametrize(("response", "stays"), [("accepted", True), ("conflict", False), ("cannot", False)])
def test_the_register_knows_who_handles_the_case(
    bench: Bench, case_id: UUID, response: str, stays: bool
) -> None:
    bench.twice(turn(case_id))
    assert row(bench, case_id).firm_path == "/demo-city/firm-a/"
    bench.twice(ResponseRecorded(case_id=case_id, response=response))
    assert (row(bench, case_id).handler_id == person("handler")) is stays


def test_a_lapsed_turn_ends_the_handlers_sight_of_the_case(bench: Bench, case_id: UUID) -> None:
    bench.deliver(turn(case_id))
    bench.twice(ResponseLapsed(case_id=case_id))
    assert row(bench, case_id).handler_id is None
    bench.deliver(turn(case_id, "next handler"))
    assert row(bench, case_id).handler_id == person("next handler")


def test_personal_data_stay_sealed_on_disk(bench: Bench, case_id: UUID, applicant: FlaskClient) -> None:
    bench.deliver(RegisterApplication(case_id=case_id))
    bench.deliver(opened(case_id))
    stored = b"".join(p.read_bytes() for p in bench.settings.files_dir.parent.glob("intake.db*"))
    for text in ("示例甲某", "110101199003074450", "13800001234", "示例乙某", "缺少签名", "127.0.0.1"):
        assert text.encode() not in stored
        assert text.encode("unicode_escape") not in stored
