"""Periods that run: warned of, breached, lapsed, and what happens then without anybody's doing."""

from datetime import timedelta

import pytest

from demo import answers, stories
from demo.drive import Drive
from tests.embedded import Embedded
from tests.journeys.looking import moment, states, task, titles
from tests.journeys.reached import case_at

A_MOMENT = timedelta(seconds=2)
WARNINGS = ["审查期限已过一半", "审查期限已过五分之四", "审查期限已过，仍未决定"]


def warned(drive: Drive) -> list[str]:
    """The warnings about the decision period that the approver got."""
    return [title.partition("，案号")[0] for title in titles(drive, "approver")]


@pytest.mark.clause("S0-7.4.3d")
def test_the_decision_period_warns_twice_and_records_the_breach(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    due = moment(task(drive, "reviewer", "examine_materials")["dueDate"])
    application = drive.actor("applicant").get(f"/intake/api/applications/{drive.case_id}")
    begun = moment(application["received_at"])
    for number, share in enumerate((0.5, 0.8, 1.0)):
        embedded.advance(begun + (due - begun) * share - A_MOMENT - embedded.clock.now())
        assert warned(drive) == WARNINGS[:number]
        embedded.advance(2 * A_MOMENT)
        assert warned(drive) == WARNINGS[: number + 1]
    stories.decide(drive, answers.GRANT)
    assert drive.state == "ASSIGNED"


@pytest.mark.clause("S0-7.4.3d")
def test_a_decision_in_time_is_not_warned_of(embedded: Embedded) -> None:
    drive = case_at(embedded, "refused")
    embedded.advance(timedelta(days=30))
    assert warned(drive) == []


@pytest.mark.clause("S0-7.4.3d")
def test_the_period_counts_anew_from_complete_materials(embedded: Embedded) -> None:
    drive = case_at(embedded, "applied")
    first = moment(task(drive, "reviewer", "examine_materials")["dueDate"])
    drive.work("reviewer", "examine_materials", answers.DEFECTIVE)
    drive.until_state("CORRECTION")
    embedded.advance(first - embedded.clock.now() + timedelta(hours=1))
    assert warned(drive) == []
    drive.correct()
    assert moment(task(drive, "reviewer", "examine_materials")["dueDate"]) > first + timedelta(days=5)


def test_a_response_that_does_not_come_lapses(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    first = stories.assigned_member(drive)
    drive.task("respond_to_assignment")
    embedded.advance(timedelta(hours=25))
    second = stories.assigned_member(drive, times=2)
    assert second != first
    drive.task("respond_to_assignment", times=2)
    drive.work(second, "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")
    assert states(drive).count("DISPATCHING") == 2


def test_a_response_in_the_last_minute_counts(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    due = moment(task(drive, stories.assigned_member(drive), "respond_to_assignment")["dueDate"])
    embedded.advance(due - embedded.clock.now() - timedelta(minutes=1))
    drive.work(drive.handler(), "respond_to_assignment", answers.ACCEPT)
    assert drive.state == "HANDLING"


@pytest.mark.clause("S0-7.4.5a", "S0-7.4.5b")
def test_contact_and_meeting_that_come_too_late_are_told(embedded: Embedded) -> None:
    drive = case_at(embedded, "handling")
    me = drive.handler()
    breaches = {"sign_agreement": "超过期限未签订协议", "hold_first_meeting": "超过期限未约见受援人"}
    for element, breach in breaches.items():
        due = moment(task(drive, me, element)["dueDate"])
        embedded.advance(due - embedded.clock.now() - A_MOMENT)
        assert not any(breach in title for title in titles(drive, me))
        embedded.advance(2 * A_MOMENT)
        assert any(breach in title for title in titles(drive, me))
    assert drive.state == "HANDLING"


@pytest.mark.clause("S0-7.4.9a", "S0-7.4.9b")
def test_closing_periods_of_thirty_days_are_watched(embedded: Embedded) -> None:
    drive = case_at(embedded, "completed")
    me = drive.handler()
    due = moment(task(drive, me, "submit_closing_file")["dueDate"])
    assert timedelta(days=29) < due - embedded.clock.now() < timedelta(days=40)
    embedded.advance(due - embedded.clock.now() + A_MOMENT)
    assert any("超过期限未提交结案材料" in title for title in titles(drive, me))
    stories.hand_in(drive)
    reviewed_by = moment(task(drive, "closing_reviewer", "review_closing_file")["dueDate"])
    embedded.advance(reviewed_by - embedded.clock.now() + A_MOMENT)
    assert any("超过期限未完成结案审查" in title for title in titles(drive, "closing_reviewer"))


@pytest.mark.clause("S0-7.3.5b")
def test_a_survey_nobody_answers_ends_with_the_default(embedded: Embedded) -> None:
    drive = case_at(embedded, "closed")
    drive.work("assessor", "assess_quality", answers.SHEET)
    drive.until("evaluation.case_closed")
    embedded.pause()
    embedded.advance(timedelta(days=30))
    drive.until_state("ARCHIVED")
