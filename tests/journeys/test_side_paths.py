"""Paths that leave the main one and come back, or end early."""

import pytest

from demo import answers, stories
from tests.embedded import Embedded
from tests.journeys.looking import refused_with, states, titles
from tests.journeys.reached import case_at

CANNOT = {"response": "cannot", "reason": "另有开庭，时间冲突。"}
RESOLVED = {"action": "roster_updated", "explanation": "已与三家机构沟通，可以再次指派。"}


def test_nobody_available_is_for_a_person_to_resolve(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    asked = []
    for times in (1, 2, 3):
        asked.append(stories.assigned_member(drive, times))
        drive.work(asked[-1], "respond_to_assignment", CANNOT)
    assert sorted(asked) == ["handler", "handler2", "handler3"]
    drive.work("dispatcher", "resolve_nobody_available", RESOLVED)
    drive.work(stories.assigned_member(drive, 4), "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")


def test_the_firms_manager_answers_for_the_member(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    manager = {"handler": "firm_manager", "handler2": "firm_manager2", "handler3": "firm_manager3"}
    drive.work(manager[stories.assigned_member(drive)], "respond_to_assignment", answers.ACCEPT)
    assert drive.state == "HANDLING"


def test_the_manager_of_another_firm_cannot_answer(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    mine = {"handler": "firm_manager", "handler2": "firm_manager2", "handler3": "firm_manager3"}
    others = set(mine.values()) - {mine[stories.assigned_member(drive)]}
    key = drive.task("respond_to_assignment")
    for login in others:
        assert refused_with(drive.actor(login).get, f"/v2/user-tasks/{key}")["status"] == 404


def test_the_applicant_withdraws_during_the_review(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    key = drive.task("examine_materials")
    drive.withdraw()
    drive.until_state("WITHDRAWN")
    assert states(drive) == ["SUBMITTED", "REGISTERED", "UNDER_REVIEW", "WITHDRAWN"]
    refusal = refused_with(drive.actor("reviewer").post, f"/v2/user-tasks/{key}/completion",
                           {"variables": answers.EXAMINED})  # fmt: skip
    assert refusal["status"] == 409


def test_the_applicant_withdraws_instead_of_correcting(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    drive.work("reviewer", "examine_materials", answers.DEFECTIVE)
    drive.until_state("CORRECTION")
    drive.withdraw()
    drive.until_state("WITHDRAWN")


def test_nothing_is_withdrawn_after_the_grant(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    path = f"/intake/api/applications/{drive.case_id}/withdrawal"
    assert refused_with(drive.actor("applicant").post, path, {"reason": ""})["status"] == 409
    embedded.pause()
    drive.finish()
    assert drive.state == "ASSIGNED"


@pytest.mark.clause("S0-7.4.9b2")
def test_a_closing_file_sent_back_once(embedded: Embedded) -> None:
    drive = case_at(embedded, "closing review")
    drive.work("closing_reviewer", "review_closing_file", answers.WANTING)
    drive.until_state("CLOSING_CORRECTION")
    stories.hand_in(drive, "correct_closing_file")
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.until_passed("CLOSED")
    closed = ["CLOSING_REVIEW", "CLOSING_CORRECTION", "CLOSING_REVIEW", "CLOSED"]
    assert states(drive)[: states(drive).index("CLOSED") + 1][-4:] == closed
    assert any("结案材料需要补正" in title for title in titles(drive, drive.handler()))


@pytest.mark.clause("S0-7.3.3b")
def test_the_approver_sends_a_proposal_back(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    drive.work("reviewer", "examine_materials", answers.EXAMINED)
    drive.work("reviewer", "propose_decision", answers.GRANT)
    drive.work("approver", "approve_decision", answers.DISAPPROVE)
    drive.work("reviewer", "propose_decision", answers.GRANT)
    drive.work("approver", "approve_decision", answers.APPROVE)
    drive.until_state("ASSIGNED")
    assert len(drive.named("review.case_granted")) == 1
