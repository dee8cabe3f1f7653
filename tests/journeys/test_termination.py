"""Legal aid is terminated wherever a running case stands; a report that is not verified changes nothing."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest

from demo import answers, stories
from demo.drive import Drive
from demo.people_of import Refused
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import refused_with, states, titles
from tests.journeys.reached import case_at

REPORT = {"ground": "OTHER_AGENT", "facts": "受援人已经自己委托了律师。"}
APPROVED = {"approved": "yes"}
NEVER_ENTERED = {"CLOSED", "ASSESSING", "ASSESSED"}


def verified(today: date, proposal: str) -> dict[str, Any]:
    """What the verification found out."""
    return {
        "evidence": "查看了受援人与律师签订的委托合同。", "heard": "heard", "heard_on": today.isoformat(),
        "heard_how": "phone", "heard_words": "情况属实，没有意见。", "proposal": proposal,
        "reasons": "委托合同可以证明。" if proposal == "terminate" else "委托合同已经解除。",
    }  # fmt: skip


def report(drive: Drive, login: str) -> None:
    """Somebody concerned reports a ground."""
    drive.actor(login).post(f"/review/api/cases/{drive.case_id}/terminations", REPORT)


def decide(drive: Drive, proposal: str) -> None:
    """The report is verified by one person and approved by another."""
    drive.work("reviewer", "verify_termination", verified(drive.today, proposal))
    drive.work("approver", "approve_termination", APPROVED)


def dispatching(system: System) -> Drive:
    """Everybody has a conflict: the case waits for the dispatcher."""
    drive = case_at(system, "granted")
    for times in (1, 2, 3):
        drive.work(stories.assigned_member(drive, times), "respond_to_assignment", answers.CONFLICT)
    drive.until_state("DISPATCHING")
    drive.task("resolve_nobody_available")
    return drive


def handling(system: System) -> Drive:
    """The handler has accepted and done nothing yet."""
    return case_at(system, "handling")


def suspended(system: System) -> Drive:
    """The court stays the trial."""
    drive = handling(system)
    drive.actor(drive.handler()).post(
        f"/handling/api/cases/{drive.case_id}/suspensions",
        data={"since": drive.today.isoformat(), "reason": "等待另案结果。", "document": "裁定书"},
        files={"file": ("裁定书.pdf", answers.PDF, "application/pdf")},
    )
    drive.until_state("SUSPENDED")
    return drive


def in_closing_review(system: System) -> Drive:
    """The closing file waits for its review."""
    return case_at(system, "closing review")


def unfinished(drive: Drive) -> dict[str, str]:
    """Element -> key of every human task that nobody completed."""
    done = {event["data"]["task"] for event in drive.named("workflow.task_completed")}
    created = [event["data"] for event in drive.named("workflow.task_created")]
    return {data["element"]: data["task"] for data in created if data["task"] not in done}


def refuses(drive: Drive, login: str, key: str) -> bool:
    """Whether the task can no longer be completed, because it is over."""
    try:
        drive.actor(login).post(f"/v2/user-tasks/{key}/completion", {"variables": {}})
    except Refused as refusal:
        return refusal.status == HTTPStatus.CONFLICT
    return False


def file_of_what_was_done(drive: Drive) -> None:
    """The handler hands in what was done; it is sent back once."""
    stories.hand_in(drive)
    drive.work("closing_reviewer", "review_closing_file", answers.WANTING)
    stories.hand_in(drive, "correct_closing_file")
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)


@pytest.mark.clause("S0-7.4.9c")
@pytest.mark.clause("S0-7.4.9c2")
def test_terminated_while_handled(system: System) -> None:
    drive = handling(system)
    me, first_steps = drive.handler(), ("sign_agreement", "hold_first_meeting")
    before = {element: drive.task(element) for element in first_steps}
    report(drive, me)
    decide(drive, "terminate")
    drive.until_state("TERMINATED")
    assert all(refuses(drive, me, key) for key in before.values())
    file_of_what_was_done(drive)
    drive.until_state("ARCHIVED")
    assert states(drive)[-4:] == ["HANDLING", "TERMINATING", "TERMINATED", "ARCHIVED"]
    assert any("终止" in title for title in titles(drive, "applicant"))
    assert any("终止" in title for title in titles(drive, me))
    assert refused_with(report, drive, me)["status"] == HTTPStatus.CONFLICT


@pytest.mark.clause("S0-7.4.9c3")
@pytest.mark.clause("S0-7.4.9c6")
@pytest.mark.parametrize(
    ("reach", "state", "reporter"),
    [
        (dispatching, "DISPATCHING", "applicant"),
        (suspended, "SUSPENDED", "applicant"),
        (in_closing_review, "CLOSING_REVIEW", "closing_reviewer"),
    ],
)
def test_terminated_wherever_the_case_stands(
    embedded: Embedded, reach: Callable[[System], Drive], state: str, reporter: str
) -> None:
    drive = reach(embedded)
    open_before = unfinished(drive)
    report(drive, reporter)
    decide(drive, "terminate")
    drive.until_passed("TERMINATED")
    assert f"{state} TERMINATING TERMINATED" in " ".join(states(drive))
    worker = {"resolve_nobody_available": "dispatcher", "review_closing_file": "closing_reviewer"}
    for element, key in open_before.items():
        assert refuses(drive, worker.get(element) or drive.handler(), key), element
    if state != "DISPATCHING":
        file_of_what_was_done(drive)
    drive.until_state("ARCHIVED")
    assert not NEVER_ENTERED & set(states(drive))
    assert drive.named("evaluation.case_archived")


def test_a_report_that_is_not_verified_leaves_the_case_as_it_was(embedded: Embedded) -> None:
    drive = handling(embedded)
    before = unfinished(drive)
    report(drive, "applicant")
    assert refused_with(report, drive, drive.handler())["status"] == HTTPStatus.CONFLICT
    decide(drive, "keep")
    drive.until("review.termination_rejected")
    drive.finish()
    assert (drive.state, unfinished(drive)) == ("HANDLING", before)
    assert any("没有终止" in title for title in titles(drive, "applicant"))
    stories.handle(drive)
    drive.until_state("COMPLETED")


def test_a_termination_that_comes_too_late_changes_nothing(embedded: Embedded) -> None:
    drive = in_closing_review(embedded)
    report(drive, "applicant")
    drive.work("reviewer", "verify_termination", verified(drive.today, "terminate"))
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.until_passed("CLOSED")
    drive.work("approver", "approve_termination", APPROVED)
    drive.until("review.termination_rejected")
    assert "TERMINATING" not in states(drive)
    drive.work("assessor", "assess_quality", answers.SHEET)
    drive.rate()
    drive.until_state("ARCHIVED")
