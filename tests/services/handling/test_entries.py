"""The handler's log: every kind of entry kept with its details, each message also delivered twice."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.handling.models import EvidenceDeadline, Progress, Solution
from shared.contracts.handling import ProgressRecorded, ProgressRejected
from shared.contracts.handling_work import (
    RecordCourtRequest,
    RecordEvidenceDeadline,
    RecordEvidenceList,
    RecordFileReading,
    RecordHearing,
    RecordInvestigation,
    RecordMajorMatter,
    RecordNegotiation,
    RecordPleading,
    RecordSolution,
    RecordWitnessApplication,
    SolutionRecorded,
)
from shared.contracts.workflow import PublishMessage
from tests.rig import CASE, Bench
from tests.services.handling.conftest import FILE, LATER, entry, submission

ITEM = {"name": "欠条", "source": "受援人提供", "object": "借款事实", "purpose": "证明对方欠款"}
HEARING: dict[str, Any] = {
    "attendance": "throughout", "statement": "陈述", "questions": "问证人", "authenticity": "真实",
    "relevance": "关联", "legality": "合法", "probative_force": "证明力强", "debate": "辩论意见",
    "facts_unclear": "requested", "reopening": "申请恢复法庭调查",
}  # fmt: skip
TALK: dict[str, Any] = {
    "spoke_for": "recipient", "claims_put": "支付欠款", "opponent_reasons": "没有钱",
    "answer_given": "可以分期",
    "law_explained": "讲了合同法", "negotiation_result": "settled",
}  # fmt: skip


def kept(bench: Bench) -> list[Progress]:
    with bench.runtime.reading() as session:
        return list(session.scalars(sa.select(Progress).order_by(Progress.recorded_at)))


@pytest.mark.clause("S0-7.3.4")
@pytest.mark.parametrize(
    ("command", "kind", "details", "files"),
    [
        pytest.param(
            RecordFileReading, "file_reading", {"reading_place": "法院"}, {},
            marks=pytest.mark.clause("S0-7.4.6a"),
        ),
        pytest.param(
            RecordInvestigation, "investigation",
            {"asked": "witness", "asked_who": "证人", "consent": "yes", "conduct_confirmed": True},
            {"record_files": [str(FILE)]},
            marks=pytest.mark.clause("S0-7.4.6b", "S0-7.4.6d"),
        ),
        pytest.param(
            RecordCourtRequest, "court_request", {"court": "法院", "obstacle": "银行不给查"},
            {"request_files": [str(FILE)]}, marks=pytest.mark.clause("S0-7.4.6b2"),
        ),
        pytest.param(
            RecordEvidenceList, "evidence", {"evidence_items": [ITEM]}, {},
            marks=pytest.mark.clause("S0-7.4.6c"),
        ),
        pytest.param(
            RecordPleading, "pleading",
            {"side": "plaintiff", "pleading": "complaint", "requested": "yes", "handed_in_on": "2026-10-20",
             "evidence_handed_in": "yes"},
            {"pleading_files": [str(FILE)]}, marks=pytest.mark.clause("S0-7.4.7a"),
        ),
        pytest.param(
            RecordPleading, "pleading",
            {"side": "defendant", "pleading": "counterclaim", "requested": "yes",
             "counterclaim_grounds": "对方违约", "evidence_handed_in": "yes"},
            {"pleading_files": [str(FILE)]}, marks=pytest.mark.clause("S0-7.4.7a3"),
        ),
        pytest.param(
            RecordHearing, "hearing", HEARING, {},
            marks=pytest.mark.clause("S0-7.4.8b", "S0-7.4.8c", "S0-7.4.8d"),
        ),
        (RecordMajorMatter, "major_matter", {"matter": "many_people"}, {}),
        pytest.param(RecordNegotiation, "settlement", TALK, {}, marks=pytest.mark.clause("S0-8.1c")),
    ],
)  # fmt: skip
def test_an_entry_is_kept_with_what_its_kind_asks_for(
    bench: Bench, command: type, kind: str, details: dict[str, Any], files: dict[str, Any]
) -> None:
    element = "report_nonlitigation" if command is RecordNegotiation else "report_progress"
    bench.twice(entry(command, kind, element, **details, **files))
    (row,) = kept(bench)
    assert (row.kind, row.details) == (kind, details)
    assert [f["name"] for f in row.files] == ["协议.pdf"] * len(files)
    assert len(bench.emitted(ProgressRecorded)) == 1


@pytest.mark.clause("S0-7.4.7a2", "S0-7.4.7b2")
def test_the_defence_is_written_after_reading_the_file(bench: Bench) -> None:
    defence: dict[str, Any] = {"side": "defendant", "pleading": "defence", "pleading_files": [str(FILE)]}
    bench.deliver(entry(RecordPleading, "pleading", **defence))
    bench.deliver(entry(RecordFileReading, "file_reading", reading_place="法院"))
    bench.deliver(entry(RecordPleading, "pleading", **defence, summary="再答辩"))
    assert sorted(row.marks for row in kept(bench) if row.kind == "pleading") == [[], ["file_not_read"]]


@pytest.mark.clause("S0-7.4.7b2")
def test_without_a_defence_the_defendants_case_is_not_complete(bench: Bench) -> None:
    bench.deliver(entry(RecordPleading, "pleading", side="defendant", pleading="counterclaim"))
    done: dict[str, Any] = {"completed": "yes", "completed_on": "2026-10-20"}
    bench.twice(entry(RecordHearing, "hearing", **HEARING, **done))
    (rejected,) = bench.emitted(ProgressRejected)
    assert rejected.reason == "defence_missing"
    assert "答辩状" in rejected.remark
    assert len(kept(bench)) == 1


@pytest.mark.clause("S0-7.4.8a")
def test_an_adjournment_is_to_be_reported(bench: Bench) -> None:
    bench.twice(entry(RecordHearing, "hearing", attendance="adjourned", adjournment_reason="生病住院"))
    bench.deliver(entry(RecordHearing, "hearing", **HEARING))
    assert [answer.report for answer in bench.emitted(ProgressRecorded)] == ["adjournment", None]


@pytest.mark.clause("S0-7.4.7b")
@pytest.mark.parametrize(("needed", "messages"), [("yes", 1), ("unknown", 1), ("no", 0)])
def test_the_period_for_evidence_opens_the_window_for_witnesses(
    bench: Bench, needed: str, messages: int
) -> None:
    period: dict[str, Any] = {"evidence_deadline": "2026-11-20", "witness_needed": needed}
    bench.twice(entry(RecordEvidenceDeadline, "evidence_deadline", **period))
    with bench.runtime.reading() as session:
        deadline = session.scalars(sa.select(EvidenceDeadline)).one()
    told = bench.emitted(PublishMessage)
    assert len(told) == messages
    if told:
        assert (told[0].name, told[0].correlation_key) == ("evidence_deadline_set", str(CASE))
        assert told[0].variables["evidence_deadline_id"] == str(deadline.id)
        assert told[0].variables["witness_reminder_at"] == "2026-11-13T00:00:00+08:00"


@pytest.mark.clause("S0-7.4.7b")
def test_a_witness_application_needs_the_period_and_is_marked_when_late(bench: Bench) -> None:
    bench.deliver(entry(RecordWitnessApplication, "witness", witnesses="邻居"))
    assert bench.emitted(ProgressRejected)[0].reason == "deadline_missing"
    for hours, day in enumerate(("2026-10-19", "2026-10-20")):  # what was registered later counts
        period: dict[str, Any] = {
            "evidence_deadline": day,
            "witness_needed": "yes",
            "at": LATER + timedelta(hours=hours),
        }
        bench.deliver(entry(RecordEvidenceDeadline, "evidence_deadline", **period))
    bench.deliver(entry(RecordWitnessApplication, "witness", witnesses="邻居"))
    bench.deliver(entry(RecordWitnessApplication, "witness", witnesses="邻居", occurred_on="2026-10-21"))
    assert [row.marks for row in kept(bench) if row.kind == "witness"] == [[], ["witness_late"]]


@pytest.mark.clause("S0-8.1a")
def test_the_solution_is_kept_with_its_risks(bench: Bench) -> None:
    answers = {
        "agreed_on": "2026-10-09", "agreed_with": "recipient", "mode": "settlement", "opinion": "分期支付",
        "risks": "对方可能不履行", "risks_told": True, "files": [str(FILE)],
    }  # fmt: skip
    bench.twice(RecordSolution(case_id=CASE, submissions=[submission("propose_solution", answers)]))
    with bench.runtime.reading() as session:
        solution = session.scalars(sa.select(Solution)).one()
    assert (solution.opinion, solution.risks, solution.risks_told) == ("分期支付", "对方可能不履行", True)
    assert len(bench.emitted(SolutionRecorded)) == 1
