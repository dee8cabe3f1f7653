"""The quality of a closed case is assessed, and once more by an expert where the grade asks for it."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from demo import answers
from demo.drive import Drive
from demo.people_of import Actor
from shared.policy import load_policy
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import refused_with, states, titles
from tests.journeys.reached import case_at
from tests.rig import ROOT

FULL_MARKS = {"CONTACT": 15, "EVIDENCE": 25, "HEARING": 30, "PAPERS": 20, "CLOSING_FILE": 10}


def sheet(**points: float) -> dict[str, Any]:
    """A score sheet with full marks but where said otherwise."""
    rows = [{"item": item, "points": most} for item, most in (FULL_MARKS | points).items()]
    return {"items": rows, "remark": "办案认真，文书完整。"}


def rate_and_archive(drive: Drive) -> None:
    """The recipient rates; what waited for both is archived."""
    survey = f"/evaluation/api/cases/{drive.case_id}/survey"
    drive.actor("applicant").post(survey, answers.RATING)
    drive.until_state("ARCHIVED")


def made_assessor(system: Embedded, drive: Drive, login: str) -> Actor:
    """The person, whom the administrator has made an assessor of the centre, logged in anew."""
    role = {"role": "assessor", "organisation": "/demo-city/centre/"}
    drive.actor("administrator").post(f"/identity/people/{drive.actor(login).id}/roles", data=role)
    system.pause()
    return Actor(system.http, login)


def assessment(drive: Drive, login: str) -> dict[str, Any]:
    """The assessment as a person reads it."""
    found: dict[str, Any] = drive.actor(login).get(f"/evaluation/api/cases/{drive.case_id}/assessment")
    return found


@pytest.mark.clause("S1-四(三)1a")
@pytest.mark.clause("S1-四(三)2-B")
def test_a_closed_case_is_assessed_while_the_recipient_rates(system: System) -> None:
    drive = case_at(system, "closed")
    drive.until_state("ASSESSING")
    drive.work("assessor", "assess_quality", sheet(HEARING=30.01))
    drive.work("assessor", "assess_quality", sheet(HEARING=17.5))
    drive.until_state("ASSESSED")
    rate_and_archive(drive)
    assert states(drive)[-4:] == ["CLOSED", "ASSESSING", "ASSESSED", "ARCHIVED"]
    (told,) = drive.named("evaluation.case_assessed")
    assert (told["data"]["grade"], told["data"]["rechecked"]) == ("good", False)
    assert [s["score"] for s in assessment(drive, drive.handler())["sheets"]] == ["87.5"]
    assert any("质量评估结果" in title for title in titles(drive, drive.handler()))
    path = f"/evaluation/api/cases/{drive.case_id}/assessment"
    assert refused_with(drive.actor("applicant").get, path)["status"] == 403


@pytest.mark.clause("S1-四(三)1d")
def test_an_unqualified_case_is_looked_at_again_by_an_expert(embedded: Embedded) -> None:
    """Late, and meanwhile the recipient's period to rate has passed."""
    drive = case_at(embedded, "closed")
    drive.work("assessor", "assess_quality", sheet(HEARING=0, EVIDENCE=14.99))
    key = drive.task("recheck_quality")
    assert refused_with(drive.actor("assessor").get, f"/v2/user-tasks/{key}")["status"] == 404
    assert drive.named("evaluation.case_assessed") == []
    embedded.advance(timedelta(days=20))
    assert "超过期限未完成专家复核" in " ".join(titles(drive, "expert"))
    drive.work("expert", "recheck_quality", sheet(HEARING=0, EVIDENCE=15))
    drive.until_state("ARCHIVED")
    (told,) = drive.named("evaluation.case_assessed")
    assert (told["data"]["grade"], told["data"]["rechecked"]) == ("qualified", True)
    assert [s["grade"] for s in assessment(drive, "archivist")["sheets"]] == ["unqualified", "qualified"]


def test_nobody_of_the_handlers_firm_assesses(embedded: Embedded) -> None:
    """Even where the centre has made the firm's manager or the handler an assessor."""
    drive = case_at(embedded, "closed")
    key = drive.task("assess_quality")
    manager = {"handler": "firm_manager", "handler2": "firm_manager2", "handler3": "firm_manager3"}
    kept_away = {drive.handler(): "separateFromPersons", manager[drive.handler()]: "separateFromFirm"}
    for login, rule in kept_away.items():
        me = made_assessor(embedded, drive, login)
        refusal = refused_with(me.post, f"/v2/user-tasks/{key}/assignment", {"assignee": me.id})
        assert (refusal["status"], refusal["rule"]) == (403, rule)
        assert "不能" in refusal["detail"]
    drive.work("assessor", "assess_quality", sheet())
    drive.until_state("ASSESSED")


def test_a_case_that_is_not_drawn_goes_straight_to_the_archive(embedded: Embedded, tmp_path: Path) -> None:
    drive = case_at(embedded, "closing review")
    policies = copytree(ROOT / "workflows" / "policies", tmp_path / "policies")
    (policies / "here.yaml").write_text("title: 某地\nquality:\n  assess_percent: 0\n", encoding="utf-8")
    for runtime in embedded.system.runtimes.values():
        runtime.policy = load_policy(policies, "here")
    drive.work("closing_reviewer", "review_closing_file", answers.CONFORMS)
    drive.until_state("CLOSED")
    rate_and_archive(drive)
    assert states(drive)[-2:] == ["CLOSED", "ARCHIVED"]
    assert not assessment(drive, "archivist")["drawn"]
