"""A case without a court: solution, negotiation, drafting, evidence, done (S0 clause 8)."""

from typing import Any

import pytest

from demo import answers, stories
from demo.drive import Drive
from tests.journeys.conftest import System
from tests.journeys.entries import FILE_OF, entry
from tests.journeys.test_handling_parts import record

SOLUTION = {
    "agreed_with": "recipient", "mode": "settlement", "opinion": "先和子女协商，谈不成再起诉。",
    "risks": "对方可能反悔，需要办理司法确认。", "risks_told": True,
}  # fmt: skip


def report(drive: Drive, me: str, kind: str, **changes: Any) -> None:
    """An entry of that kind, with its file."""

    def filled(key: str) -> dict[str, Any]:
        files = drive.upload(me, key, FILE_OF[kind]) if kind in FILE_OF else None
        return entry(kind, drive.today, files, **changes)

    drive.work(me, "report_nonlitigation", filled)


@pytest.mark.clause("S0-8.1a", "S0-8.1b", "S0-8.1c", "S0-8.2")
def test_a_settlement_out_of_court(system: System) -> None:
    drive = system.drive()
    drive.apply(case_kind="non_litigation")
    stories.decide(drive, answers.GRANT)
    me = stories.assigned_member(drive)
    drive.work(me, "respond_to_assignment", answers.ACCEPT)
    stories.contact(drive)
    today = drive.today.isoformat()
    drive.work(
        me, "propose_solution",
        lambda key: {**SOLUTION, "agreed_on": today, "files": drive.upload(me, key, "files")},
    )  # fmt: skip
    for kind in ("negotiation", "evidence", "drafting"):
        report(drive, me, kind)
    drive.work(
        me, "report_nonlitigation",
        lambda key: entry(
            "negotiation", drive.today, kind="settlement", negotiation_result="settled", completed="yes",
            completed_on=today, decision_files=drive.upload(me, key, "decision_files"), next_stage="no",
        ),
    )  # fmt: skip
    stories.hand_in(drive)
    drive.until_state("CLOSING_REVIEW")
    kept = record(drive, me)
    assert [row["kind"] for row in kept["progress"]] == ["negotiation", "evidence", "drafting", "settlement"]
    assert [row["risks_told"] for row in kept["solutions"]] == [True]
    assert {event["data"]["element"] for event in drive.named("workflow.task_created")}.isdisjoint(
        {"report_progress"}
    )
