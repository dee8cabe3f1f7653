"""Stays and handovers: reported, on record, over; what the periods make of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.handling.models import Agreement, Case, Handover, Suspension
from shared.contracts.access import DataAccessed
from shared.contracts.handling import (
    HandoverRecorded,
    ProgressRejected,
    RecordHandover,
    RecordSealed,
    SealRecord,
)
from shared.contracts.handling_work import (
    RecordResumption,
    RecordSuspension,
    ResumptionRecorded,
    ResumptionRejected,
    SuspensionRecorded,
)
from shared.contracts.workflow import CaseStateChanged, PublishMessage
from tests.rig import CASE, START, Bench, person
from tests.services.handling.conftest import FILE, FIRM, LATER, agreement, opening, progress, stay, submission

PAGE = f"/handling/cases/{CASE}/suspensions/new"


@pytest.fixture
def handled(bench: Bench) -> Bench:
    bench.deliver(CaseStateChanged(case_id=CASE, before="ACCEPTED", after="HANDLING"), job_key=None)
    return bench


def the_stay(bench: Bench) -> Suspension:
    with bench.runtime.reading() as session:
        return session.scalars(sa.select(Suspension)).one()


def begun(bench: Bench) -> UUID:
    assert stay(bench).status_code == 201
    identifier = the_stay(bench).id
    bench.twice(RecordSuspension(case_id=CASE, suspension_id=identifier))
    return identifier


def resuming(identifier: UUID, day: str) -> RecordResumption:
    answers = {"resumed_on": day, "explanation": "继承人参加诉讼", "files": [str(FILE)]}
    return RecordResumption(
        case_id=CASE, suspension_id=identifier, submissions=[submission("resume_handling", answers)]
    )  # fmt: skip


def test_the_handler_reports_a_stay_and_the_process_is_told(handled: Bench) -> None:
    answer = stay(handled)
    (told,) = handled.emitted(PublishMessage)
    assert (told.name, told.variables) == ("suspension_reported", {"suspension_id": answer.get_json()["id"]})
    assert stay(handled).status_code == 409
    paper = handled.client("dispatcher").get(f"/handling/suspensions/{answer.get_json()['id']}/file")
    assert paper.data == b"%PDF-1.4 stay"
    assert handled.client("handler", at=FIRM, who="other").get(paper.request.path).status_code == 404
    assert [n.what for n in handled.emitted(DataAccessed)] == ["handling.suspension"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"since": "2026-09-25"}, "since"), ({"since": None}, "since"), ({"reason": " "}, "reason"),
        ({"document": ""}, "document"), ({"file": None}, "file"),
    ],
)  # fmt: skip
def test_a_report_without_its_parts_is_refused(handled: Bench, changes: dict[str, Any], field: str) -> None:
    answer = stay(handled, **changes)
    assert answer.status_code == 422
    assert field in answer.get_data(as_text=True)
    assert handled.emitted(PublishMessage) == []


def test_only_the_handler_and_only_while_handling(handled: Bench) -> None:
    assert handled.client("dispatcher").get(PAGE).status_code == 403
    assert handled.client("handler", at=FIRM, who="other").get(PAGE).status_code == 404
    assert handled.client().get(PAGE).status_code == 302
    mine = handled.client("handler", at=FIRM, who="handler")
    assert "报告中止" in mine.get(PAGE).text
    assert "报告中止办理" in mine.get(f"/handling/cases/{CASE}/panel").text
    handled.deliver(CaseStateChanged(case_id=CASE, before="HANDLING", after="COMPLETED"), job_key=None)
    assert mine.get(PAGE).status_code == 409
    assert "报告中止办理" not in mine.get(f"/handling/cases/{CASE}/panel").text
    handled.deliver(SealRecord(case_id=CASE))
    assert stay(handled).status_code == 409


def test_a_lapsed_report_does_not_stand_in_the_way(handled: Bench) -> None:
    stay(handled)
    handled.clock.moment += timedelta(hours=1)
    assert stay(handled).status_code == 409
    handled.clock.moment += timedelta(seconds=1)
    assert stay(handled).status_code == 201


def test_a_stay_begins_and_ends(handled: Bench) -> None:
    identifier = begun(handled)
    assert len(handled.emitted(SuspensionRecorded)) == 1
    handled.deliver(progress(completed="yes", completed_on="2026-10-20"))
    assert handled.emitted(ProgressRejected)[0].reason == "suspended"
    handled.twice(resuming(identifier, "2026-09-23"))
    assert len(handled.emitted(ResumptionRejected)) == 1
    handled.twice(resuming(identifier, "2026-10-20"))
    assert len(handled.emitted(ResumptionRecorded)) == 1
    assert str(the_stay(handled).resumed_on) == "2026-10-20"
    handled.deliver(SealRecord(case_id=CASE))
    kinds = [item["kind"] for item in handled.emitted(RecordSealed)[0].items]
    assert sorted(kinds) == ["file", "file", "suspension"]


@pytest.mark.clause("S0-7.4.5a")
@pytest.mark.parametrize(("signed", "on_time"), [("2026-10-08", True), ("2026-10-09", False)])
def test_the_periods_stand_still_during_a_stay(handled: Bench, signed: str, on_time: bool) -> None:
    identifier = begun(handled)  # on Thursday 24 September, the day of the assignment
    handled.clock.moment += timedelta(days=4)
    handled.deliver(resuming(identifier, "2026-09-28"))
    handled.deliver(agreement(contacted_on=signed, agreement_signed_on=signed))
    with handled.runtime.reading() as session:
        kept = session.scalars(sa.select(Agreement)).one()
    assert (kept.on_time, str(kept.due_at.date())) == (on_time, "2026-10-08")


def test_a_new_dispatch_ends_a_stay(handled: Bench) -> None:
    begun(handled)
    handled.deliver(opening())
    assert the_stay(handled).resumed_at == START


def test_an_older_state_that_comes_late_changes_nothing(handled: Bench) -> None:
    with handled.runtime.reading() as session:
        before = session.get_one(Case, CASE).state_sequence
    assert before > 0
    with handled.work() as work:
        work.session.get_one(Case, CASE).state_sequence = 10_000
    handled.deliver(CaseStateChanged(case_id=CASE, before=None, after="SUBMITTED"), job_key=None)
    with handled.runtime.reading() as session:
        assert session.get_one(Case, CASE).state == "HANDLING"


GIVEN = {
    "materials": [{"name": "起诉状", "copies": "原件一份"}], "case_status": "已立案", "deadlines": "无",
    "files": [str(FILE)], "signed": True,
}  # fmt: skip
TAKEN = {"received_from": "previous_handler", "all_received": "yes", "signed": True}


@pytest.mark.clause("S0-7.3.3b")
@pytest.mark.parametrize("handed_over", [True, False])
def test_a_handover_is_kept_signed_by_both_or_says_that_one_did_not(bench: Bench, handed_over: bool) -> None:
    at = LATER if handed_over else START - timedelta(days=1)  # one of an earlier change does not count
    submissions = [submission("hand_over_case", GIVEN, at), submission("receive_case", TAKEN)]
    command = RecordHandover(
        case_id=CASE, previous_handler_id=person("earlier"), submissions=submissions
    )  # fmt: skip
    bench.twice(command)
    with bench.runtime.reading() as session:
        row = session.scalars(sa.select(Handover)).one()
    assert (row.handed_over_by is not None, row.listed is not None) == (handed_over, handed_over)
    assert (row.received["received_from"], len(row.files)) == ("previous_handler", int(handed_over))
    assert len(bench.emitted(HandoverRecorded)) == 1
    words = "案件办到哪一步" if handed_over else "没有按期移交"
    assert words in bench.client("dispatcher").get(f"/handling/cases/{CASE}/panel").text
