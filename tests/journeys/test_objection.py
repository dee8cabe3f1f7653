"""Doubt about a decision, and objection to it: the case stays as it is, or goes on as the bureau orders."""

from datetime import timedelta
from typing import Any

import pytest

from demo import answers, stories
from demo.drive import Drive
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import refused_with, states, titles
from tests.journeys.reached import case_at

REPORT = {"ground": "OTHER_AGENT", "facts": "受援人告诉我，已经自己委托了律师。"}
EXPLAINED: dict[str, Any] = {
    "result": "reached", "called_at": "14:30", "number_confirmed": True, "spoken_with": "申请人本人",
    "explained": "家庭人均收入超过了标准。", "still_doubts": "yes",
}  # fmt: skip
VERIFIED: dict[str, Any] = {
    "evidence": "查看了委托合同。", "heard": "heard", "heard_how": "phone", "heard_words": "确实委托了律师。",
    "proposal": "terminate", "reasons": "已经自行委托律师。",
}  # fmt: skip


def terminated(system: Embedded) -> Drive:
    """A case that was terminated while it was being handled."""
    drive = case_at(system, "handling")
    drive.actor(drive.handler()).post(f"/review/api/cases/{drive.case_id}/terminations", REPORT)
    verified = VERIFIED | {"heard_on": drive.today.isoformat()}
    drive.work("reviewer", "verify_termination", verified)
    drive.work("approver", "approve_termination", {"approved": "yes"})
    drive.until_state("TERMINATED")
    drive.until("review.aid_terminated")
    return drive


def objects(drive: Drive) -> None:
    """The applicant objects to the decision in force."""
    body = {"reasons": "事实不对，请重新看材料。"}
    drive.actor("applicant").post(f"{review(drive)}/objections", body)


def decides(drive: Drive, result: str, element: str = "review_objection") -> None:
    """The judicial bureau decides."""
    drive.work("bureau_reviewer", element, {"result": result, "reasons": "查明的事实和依据。"})
    drive.until("review.objection_decided")


def review(drive: Drive) -> str:
    """Where review tells of the case."""
    return f"/review/api/cases/{drive.case_id}"


def doubts(drive: Drive) -> None:
    """The applicant does not understand the refusal, and is called."""
    drive.actor("applicant").post(f"{review(drive)}/doubts", {"question": "我的收入怎么算的？"})
    drive.work("reviewer", "explain_by_phone", EXPLAINED | {"called_on": drive.today.isoformat()})


@pytest.mark.clause("S0-7.4.3c")
def test_a_refusal_is_explained_by_phone_and_maintained(embedded: Embedded) -> None:
    drive = case_at(embedded, "refused")
    doubts(drive)
    objects(drive)
    decides(drive, "maintain")
    drive.finish()
    embedded.pause()
    assert drive.state == "REFUSED"
    record = drive.actor("applicant").get(review(drive))
    assert record["doubts"][0]["answered_at"]
    assert record["objections"][0]["outcome"] == "maintained"
    told = titles(drive, "applicant")
    assert any("对您的疑问的解释" in title for title in told)
    assert any("维持原决定" in title for title in told)
    assert refused_with(objects, drive)["status"] == 409


@pytest.mark.clause("S0-7.4.3c")
def test_a_refusal_is_explained_overturned_and_the_case_dispatched(system: System) -> None:
    drive = case_at(system, "refused")
    doubts(drive)
    objects(drive)
    decides(drive, "grant")
    drive.until_state("ASSIGNED")
    assert states(drive)[-4:] == ["REFUSED", "GRANTED", "DISPATCHING", "ASSIGNED"]
    assert len(drive.named("review.case_granted")) == 1
    assert any("对您的疑问的解释" in title for title in titles(drive, "applicant"))


def test_a_refusal_is_reviewed_again_by_order_and_granted(embedded: Embedded) -> None:
    drive = case_at(embedded, "refused")
    objects(drive)
    decides(drive, "review_again")
    stories.decide(drive, answers.GRANT)
    drive.until_state("ASSIGNED")
    assert states(drive)[-5:] == ["REFUSED", "UNDER_REVIEW", "GRANTED", "DISPATCHING", "ASSIGNED"]


def test_an_overturned_termination_goes_on_with_a_new_dispatch(embedded: Embedded) -> None:
    drive = terminated(embedded)
    objects(drive)
    decides(drive, "overturn", "review_termination_objection")
    drive.assigned(2)
    drive.until_state("ASSIGNED")
    assert states(drive)[-5:] == ["HANDLING", "TERMINATING", "TERMINATED", "DISPATCHING", "ASSIGNED"]
    record = drive.actor("applicant").get(f"/review/api/cases/{drive.case_id}")
    assert record["objections"][0]["effective"] is True


def test_the_bureau_and_the_verifier_are_reminded_after_their_periods(embedded: Embedded) -> None:
    drive = case_at(embedded, "refused")
    objects(drive)
    drive.task("review_objection")
    here = review(drive)
    embedded.advance(timedelta(days=4))
    assert "objection_breach" not in marks(drive, here)
    embedded.advance(timedelta(days=12))
    assert "objection_breach" in marks(drive, here)
    assert any("异议超过期限仍未审查" in title for title in titles(drive, "bureau_reviewer"))


@pytest.mark.clause("S0-7.4.9c")
def test_who_reported_does_not_verify(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    reviewer = drive.actor("reviewer")
    reviewer.post(f"/review/api/cases/{drive.case_id}/terminations", REPORT)
    key = drive.task("verify_termination")
    claim = refused_with(reviewer.post, f"/v2/user-tasks/{key}/assignment", {"assignee": reviewer.id})
    assert claim["status"] == 403
    assert drive.state == "ASSIGNED"
    embedded.advance(timedelta(days=20))  # five working days around the holidays of October
    assert "termination_breach" in marks(drive, f"/review/api/cases/{drive.case_id}")


def marks(drive: Drive, path: str) -> list[str]:
    """The marks of periods that review holds."""
    return [mark["mark"] for mark in drive.actor("approver").get(path)["marks"]]
