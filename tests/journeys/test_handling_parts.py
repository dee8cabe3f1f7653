"""Handling in its parts, as often as needed; adjournment, witness window, stay (S0 7.4.6 to 7.4.8)."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from demo import answers, stories
from demo.drive import Drive
from demo.people_of import Refused
from shared.clock import SHANGHAI
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.entries import FILE_OF, entry
from tests.journeys.looking import moment, refused_with, states, task, titles
from tests.journeys.reached import case_at

A_MOMENT = timedelta(seconds=2)


def report(drive: Drive, me: str, kind: str, **changes: Any) -> None:
    """An entry of that kind, with its file."""

    def filled(key: str) -> dict[str, Any]:
        files = drive.upload(me, key, FILE_OF[kind]) if kind in FILE_OF else None
        return entry(kind, drive.today, files, **changes)

    drive.work(me, "report_progress", filled)


def record(drive: Drive, me: str) -> dict[str, Any]:
    """What handling's API tells."""
    return dict(drive.actor(me).get(f"/handling/api/cases/{drive.case_id}"))


@pytest.mark.clause("S0-7.3.4", "S0-7.4.5c", "S0-7.4.6a", "S0-7.4.6b", "S0-7.4.6b2", "S0-7.4.6c", "S0-7.4.6d")
@pytest.mark.clause("S0-7.4.7a", "S0-7.4.8a", "S0-7.4.8b", "S0-7.4.8c")
def test_all_parts_once_a_stay_and_an_adjournment(system: System) -> None:
    drive = case_at(system, "handling")
    me = drive.handler()
    until_known(drive, lambda: suspend(drive, me))
    drive.until_state("SUSPENDED")
    resume(drive, me)
    assert states(drive)[-3:] == ["HANDLING", "SUSPENDED", "HANDLING"]
    stories.contact(drive)
    kinds = ["adjourned", "investigation", "court_request", "evidence", "pleading", "hearing", "major_matter"]
    for kind in kinds:
        report(drive, me, kind)
    stories.report(drive, me, "decision_files", answers.completion)
    drive.task("submit_closing_file")
    told = [title.partition("，案号")[0] for title in titles(drive, "approver")]
    assert [t for t in told if t.startswith("承办人员")] == ["承办人员申请延期开庭", "承办人员报告重大事项"]
    kept = {row["kind"]: row["marks"] for row in record(drive, me)["progress"]}
    assert kept["hearing"] == ["file_not_read"]
    assert set(kept) == {*kinds, "judgment"} - {"adjourned"}


@pytest.mark.clause("S0-7.4.7a2", "S0-7.4.7a3", "S0-7.4.7b2")
def test_for_the_defendant_the_defence_comes_before_the_end(embedded: Embedded) -> None:
    drive = case_at(embedded, "handling")
    me = drive.handler()
    stories.contact(drive)
    report(drive, me, "file_reading")
    report(
        drive, me, "pleading", side="defendant", pleading="counterclaim", counterclaim_grounds="对方先违约"
    )
    stories.report(drive, me, "decision_files", answers.completion)
    assert drive.state == "HANDLING"
    report(drive, me, "pleading", side="defendant", pleading="defence", requested=None)
    stories.report(drive, me, "decision_files", answers.completion)
    drive.task("submit_closing_file")
    assert [row["marks"] for row in record(drive, me)["progress"]] == [[], [], [], []]


@pytest.mark.clause("S0-7.4.7b")
def test_the_handler_is_reminded_of_witnesses_seven_days_before_the_end(embedded: Embedded) -> None:
    drive = case_at(embedded, "handling")
    me = drive.handler()
    stories.contact(drive)
    last_day = drive.today + timedelta(days=20)
    for day in (last_day - timedelta(days=5), last_day):  # the second replaces the first
        report(drive, me, "evidence_deadline", evidence_deadline=day.isoformat(), witness_needed="unknown")
    morning = datetime.combine(last_day - timedelta(days=7), time(), SHANGHAI)
    reminders = "举证期限将满，请申请证人出庭"
    embedded.advance(morning - embedded.clock.now() - A_MOMENT)
    assert not any(title.startswith(reminders) for title in titles(drive, me))
    embedded.advance(2 * A_MOMENT)
    assert sum(title.startswith(reminders) for title in titles(drive, me)) == 1
    embedded.advance(timedelta(days=8))
    assert [mark["mark"] for mark in record(drive, me)["marks"]] == ["witness_breach"]
    report(drive, me, "witness", occurred_on=(last_day + timedelta(days=1)).isoformat())
    assert record(drive, me)["progress"][-1]["marks"] == ["witness_late"]
    stories.report(drive, me, "decision_files", answers.completion)
    drive.task("submit_closing_file")


def suspend(drive: Drive, me: str) -> Any:
    """The handler reports a stay."""
    fields = {"since": drive.today.isoformat(), "reason": "对方当事人死亡。", "document": "中止裁定书"}
    path = f"/handling/api/cases/{drive.case_id}/suspensions"
    return drive.actor(me).post(
        path, data=fields, files={"file": ("stay.pdf", answers.PDF, "application/pdf")}
    )


def resume(drive: Drive, me: str) -> None:
    """The handler takes the case up again."""

    def filled(key: str) -> dict[str, Any]:
        files = drive.upload(me, key, "files")
        return {"resumed_on": drive.today.isoformat(), "explanation": "继承人参加诉讼。", "files": files}

    drive.work(me, "resume_handling", filled)
    drive.until_state("HANDLING")


def until_known(drive: Drive, act: Callable[[], Any]) -> Any:
    """Handling hears of the acceptance a moment after the task is there."""
    for _ in range(100):
        try:
            return act()
        except Refused as refused:
            if refused.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT):
                raise
            drive.finish()
    raise AssertionError("handling never heard of the case")


def test_a_stay_stops_the_periods_until_it_ends(embedded: Embedded) -> None:
    drive = case_at(embedded, "handling")
    me = drive.handler()
    due = moment(task(drive, me, "sign_agreement")["dueDate"])
    suspend(drive, me)
    drive.until_state("SUSPENDED")
    assert refused_with(suspend, drive, me)["status"] == 409
    assert any("案件中止办理" in title for title in titles(drive, "applicant"))
    embedded.advance(timedelta(days=20))
    assert not any("超过期限" in title for title in titles(drive, me))
    resume(drive, me)
    moved = moment(task(drive, me, "sign_agreement")["dueDate"])
    assert moved - due >= timedelta(days=20)
    embedded.advance(moved - embedded.clock.now() - timedelta(hours=1))
    stories.contact(drive)
    assert record(drive, me)["agreements"][0]["on_time"] is True
    assert states(drive)[-3:] == ["HANDLING", "SUSPENDED", "HANDLING"]
