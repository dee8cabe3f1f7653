"""A court asks for a lawyer (通知辩护): no review, dispatched at once, all are told, closed and archived."""

from datetime import timedelta
from typing import Any

import pytest

from demo import answers, stories
from demo.drive import Drive
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import refused_with, states, titles

LAWYERS = ("handler", "handler2")
BEFORE_HANDLING = ["REGISTERED", "DISPATCHING", "ASSIGNED", "ACCEPTED", "HANDLING"]
SHEET = {
    "items": [
        {"item": item, "points": points}
        for item, points in (("CONTACT", 15), ("EVIDENCE", 25), ("HEARING", 20), ("PAPERS", 15),
                             ("CLOSING_FILE", 10))
    ],
    "remark": "办案认真。",
}  # fmt: skip


def handled(drive: Drive) -> None:
    """Accepted by a lawyer, handled, the closing file conforms, the quality is assessed."""
    member = stories.assigned_member(drive)
    assert member in LAWYERS
    drive.work(member, "respond_to_assignment", answers.ACCEPT)
    stories.handle(drive)
    stories.hand_in(drive)
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.until_state("ASSESSING")
    drive.work("assessor", "assess_quality", SHEET)
    drive.until_state("ASSESSED")


def deliveries(drive: Drive, login: str, template: str) -> set[tuple[str, str, str]]:
    """To whom, how and how far a notice of the case got, as a person reads it."""
    told: list[dict[str, Any]] = drive.actor(login).get(f"/notify/api/cases/{drive.case_id}")["deliveries"]
    return {(t["relation"], t["channel"], t["state"]) for t in told if t["template"] == template}


def test_a_court_gives_notice_itself_and_reads_what_becomes_of_it(system: System) -> None:
    drive = system.drive()
    drive.give_notice("authority", authority_number=f"（2026）虚01刑初{system.name}号")
    handled(drive)
    rating = {"channel": "phone", **answers.RATING}
    drive.actor("clerk").post(f"/evaluation/api/cases/{drive.case_id}/survey/answers", rating)
    drive.until_state("ARCHIVED")
    assert states(drive)[:5] == BEFORE_HANDLING
    assert "刑字第" in drive.number
    heard = titles(drive, "authority")
    assert any("已经登记" in title for title in heard)
    assert any("请转告受援人：已为您确定承办人员" in title for title in heard)
    assert any("请转告受援人：案件已归档" in title for title in heard)
    stages = [event["data"]["stage"] for event in drive.named("workflow.stage_entered")]
    assert "review" not in stages


def test_an_authority_without_contacts_is_told_by_the_clerk_and_nobody_rates(embedded: Embedded) -> None:
    drive = embedded.drive()
    drive.give_notice("clerk", authority="OTHER", authority_name="虚构市人民检察院", stage="PROSECUTION")
    handled(drive)
    assert deliveries(drive, "clerk", "assigned") >= {("applicant", "pass_on", "waiting")}
    waiting = drive.actor("clerk").get("/notify/api/deliveries", channel="pass_on")["deliveries"]
    for each in waiting:
        drive.actor("clerk").post(
            f"/notify/api/deliveries/{each['id']}/result", {"result": "told_in_writing"}
        )
    assert deliveries(drive, "clerk", "assigned") >= {("applicant", "pass_on", "delivered")}
    embedded.advance(timedelta(days=16))
    drive.until_state("ARCHIVED")
    page = drive.actor("clerk").get(f"/notify/api/cases/{drive.case_id}")["deliveries"]
    assert all(each["state"] != "waiting" or each["channel"] == "sms" for each in page)


def test_the_same_notice_twice_and_the_next_stage(embedded: Embedded) -> None:
    drive = embedded.drive()
    drive.give_notice("clerk")
    first, number = drive.case_id, drive.number
    problem = refused_with(embedded.drive().give_notice, "authority")
    assert (problem["status"], problem["number"]) == (409, number)
    member = stories.assigned_member(drive)
    drive.work(member, "respond_to_assignment", answers.ACCEPT)
    following = embedded.drive()
    following.give_notice("authority", stage="SECOND_INSTANCE", earlier_number=number)
    seen = following.actor("authority").get(f"/intake/api/notices/{following.case_id}")
    assert seen["earlier_case_id"] == first
    assert stories.assigned_member(following) == member


@pytest.mark.parametrize("ground", ["LAL25_1", "LAL28"])
def test_every_ground_is_dispatched(embedded: Embedded, ground: str) -> None:
    drive = embedded.drive()
    drive.give_notice("clerk", ground=ground)
    assert stories.assigned_member(drive) in LAWYERS
