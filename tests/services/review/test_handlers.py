"""What review does when told, each message also delivered twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.review.app import SERVICE
from services.review.models import Case, DeadlineMark, Decision, Finding, Notice
from shared.contracts.dispatch import CaseAccepted
from shared.contracts.review import (
    CaseGranted,
    CaseRefused,
    DecisionRecorded,
    DecisionRejected,
    FindingsRecorded,
    FindingsRejected,
    NoteDeadline,
    RecordDecision,
    RecordFindings,
    RecordSealed,
    SealRecord,
)
from tests.rig import CASE, START, Bench, person
from tests.services.review.conftest import BAD, GOOD, GRANT, REFUSE, submission


def findings(*rows: dict[str, str], conforms: str, by: str = "reviewer", **more: str) -> RecordFindings:
    answers = {"materials": list(rows), "conforms": conforms, **more}
    return RecordFindings(case_id=CASE, submissions=[submission("examine_materials", answers, by)])


def decision(
    proposal: dict[str, Any],
    *,
    proposer: str = "reviewer",
    approver: str = "approver",
    at: datetime = START,
) -> RecordDecision:
    return RecordDecision(
        case_id=CASE,
        received_at=START,
        submissions=[
            submission("propose_decision", proposal, proposer),
            submission("approve_decision", {"approved": "yes"}, approver, at),
        ],
    )


def count(bench: Bench, model: type) -> int:
    with bench.runtime.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_command_before_the_registration_comes_again(tmp_path: object) -> None:
    bench = Bench(SERVICE, tmp_path)  # type: ignore[arg-type]
    assert bench.deliver(findings(GOOD, conforms="yes")).ended == "retry"
    assert bench.emitted() == []


@pytest.mark.clause("S0-7.3.2a", "S0-7.3.2b")
def test_good_materials_conform(bench: Bench) -> None:
    bench.twice(findings(GOOD, conforms="yes"))
    answer = bench.emitted(FindingsRecorded)[0]
    assert (answer.conforms, answer.notice_id, answer.defect_count) == (True, None, 0)
    assert count(bench, Finding) == 1


@pytest.mark.clause("S0-7.4.2d", "S0-7.4.2d2")
def test_one_notice_lists_every_defect_at_once(bench: Bench) -> None:
    bench.twice(findings(GOOD, BAD, {**BAD, "material": "MATTER"}, conforms="no"))
    answer = bench.emitted(FindingsRecorded)[0]
    assert (answer.conforms, answer.defect_count) == (False, 2)
    assert count(bench, Notice) == 1
    assert answer.notice_id is not None


@pytest.mark.clause("S0-7.4.2d")
def test_a_second_notice_needs_a_supervisors_reason(bench: Bench) -> None:
    bench.deliver(findings(BAD, conforms="no"))
    bench.deliver(findings(BAD, conforms="no"))
    rejected = bench.emitted(FindingsRejected)
    assert [r.reason for r in rejected] == ["second_notice"]
    assert count(bench, Notice) == 1
    bench.deliver(findings(BAD, conforms="no", supervisor_reason="负责人同意"))
    assert count(bench, Notice) == 2


@pytest.mark.clause("S0-7.4.3a2")
def test_granted_by_two_persons(bench: Bench) -> None:
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.twice(decision(GRANT))
    assert [a.outcome for a in bench.emitted(DecisionRecorded)] == ["granted"]
    assert len(bench.emitted(CaseGranted)) == 1
    assert count(bench, Decision) == 1


@pytest.mark.clause("S0-7.4.3b2")
def test_refused_with_the_unmet_condition(bench: Bench) -> None:
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.twice(decision(REFUSE))
    assert [e.grounds for e in bench.emitted(CaseRefused)] == [["MEANS_NOT_MET"]]


@pytest.mark.parametrize(
    ("rows", "conforms", "proposal", "approver", "reason"),
    [
        ((BAD,), "no", GRANT, "approver", "findings_not_conforming"),
        ((GOOD,), "yes", {**GRANT, "means_result": "not_meets"}, "approver", "grant_against_findings"),
        ((GOOD,), "yes", {**REFUSE, "means_result": "meets"}, "approver", "refusal_against_findings"),
        ((GOOD,), "yes", GRANT, "reviewer", "same_person"),
    ],
)
def test_a_decision_against_the_findings_is_rejected(
    bench: Bench, rows: tuple[dict[str, str], ...], conforms: str, proposal: dict[str, Any], approver: str,
    reason: str,
) -> None:  # fmt: skip
    bench.deliver(findings(*rows, conforms=conforms))
    bench.deliver(decision(proposal, approver=approver))
    rejected = bench.emitted(DecisionRejected)
    assert [r.reason for r in rejected] == [reason]
    assert rejected[0].remark
    assert count(bench, Decision) == 0


@pytest.mark.clause("S0-7.4.3d")
@pytest.mark.parametrize(("seconds", "on_time"), [(0, True), (1, False)])
def test_the_decision_knows_whether_it_was_on_time(bench: Bench, seconds: int, on_time: bool) -> None:
    due = datetime(2026, 10, 8, 15, 59, 59, tzinfo=UTC)  # 7 days from 24 September, rolled over the holiday
    bench.deliver(findings(GOOD, conforms="yes"))
    bench.deliver(decision(GRANT, at=due + timedelta(seconds=seconds)))
    with bench.runtime.reading() as session:
        kept = session.scalars(sa.select(Decision)).one()
    assert (kept.due_at, kept.on_time) == (due, on_time)


@pytest.mark.clause("S0-7.4.3d")
def test_marks_of_the_deadline_are_kept(bench: Bench) -> None:
    for mark in ("warn_50", "warn_80", "breach"):
        bench.twice(NoteDeadline(case_id=CASE, mark=mark, due=START))
    assert count(bench, DeadlineMark) == 3


def test_the_handler_is_remembered(bench: Bench) -> None:
    bench.deliver(CaseAccepted(case_id=CASE, handler_id=person("handler")), job_key=None)
    with bench.runtime.reading() as session:
        assert session.get(Case, CASE).handler_id == person("handler")  # type: ignore[union-attr]


@pytest.mark.clause("S0-7.1b")
def test_a_sealed_record_says_the_same_again_and_notices_a_change(bench: Bench) -> None:
    bench.deliver(findings(GOOD, BAD, conforms="no"))
    bench.deliver(SealRecord(case_id=CASE))
    bench.deliver(SealRecord(case_id=CASE))
    first, second = bench.emitted(RecordSealed)
    assert first.digest == second.digest
    assert [i["kind"] for i in first.items] == ["finding", "finding", "notice"]
    with bench.work() as work:
        work.session.execute(sa.update(Finding).values(defect="改过"))
    bench.deliver(SealRecord(case_id=CASE))
    assert bench.emitted(RecordSealed)[2].digest != first.digest


def test_personal_words_are_not_readable_in_the_file(bench: Bench, tmp_path: object) -> None:
    bench.deliver(findings(BAD, conforms="no"))
    raw = b"".join(p.read_bytes() for p in bench.settings.keys_dir.parent.glob("review.db*"))
    assert "缺少签名".encode() not in raw
