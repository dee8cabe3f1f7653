"""The main paths from application to their end, through the real HTTP API, in both ways to run it."""

from datetime import timedelta

import pytest

from demo import answers, stories
from demo.__main__ import EXPECTED
from demo.drive import ordered
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import states


@pytest.mark.clause("S0-7.1", "S0-7.1b", "S0-7.1c", "S0-7.2", "S0-7.4.4a", "S0-7.4.9b2")
def test_granted_to_archived(embedded: Embedded) -> None:
    """On the full stack `make demo` drives and compares the same: test_kill_stack.py."""
    drive = embedded.drive()
    stories.granted(drive)
    assert ordered(drive.events) == EXPECTED.read_text(encoding="utf-8").splitlines()


@pytest.mark.clause("S0-7.4.3b2")
def test_refused_with_the_unmet_condition(system: System) -> None:
    drive = system.drive()
    stories.refused(drive)
    assert states(drive) == ["SUBMITTED", "REGISTERED", "UNDER_REVIEW", "REFUSED"]
    assert drive.named("review.case_refused")[0]["data"]["grounds"] == answers.REFUSE["grounds"]


@pytest.mark.clause("S0-7.4.2d")
def test_corrected_once(system: System) -> None:
    drive = system.drive()
    stories.corrected(drive)
    assert states(drive)[2:5] == ["UNDER_REVIEW", "CORRECTION", "UNDER_REVIEW"]
    assert drive.state == "ASSIGNED"
    notices = drive.actor("applicant").get(f"/intake/api/applications/{drive.case_id}/corrections")
    assert [item["defect"] for item in notices[0]["items"]] == ["说明表没有签名", "协议已过期"]
    assert len(notices) == 1


@pytest.mark.clause("S0-7.4.2d3")
def test_never_corrected(system: System) -> None:
    drive = system.drive()
    stories.never_corrected(drive, later=lambda: system.advance(timedelta(days=30)))
    assert states(drive)[-2:] == ["CORRECTION", "WITHDRAWN_DEEMED"]


@pytest.mark.clause("S0-7.4.4c")
def test_the_first_handler_has_a_conflict(system: System) -> None:
    drive = system.drive()
    stories.conflicted(drive)
    first, second = (event["data"]["handler_id"] for event in drive.named("dispatch.case_assigned"))
    assert first != second
    assert [event["data"]["handler_id"] for event in drive.named("dispatch.case_accepted")] == [second]
    twice = ["DISPATCHING", "ASSIGNED"] * 2
    assert states(drive)[-6:] == [*twice, "ACCEPTED", "HANDLING"]
