"""Another handler for a running case: asked for, decided, dispatched anew, handed over (S0-7.4.4f)."""

from typing import Any

import pytest

from demo import answers, stories
from demo.drive import Drive
from tests.embedded import Embedded
from tests.journeys.conftest import System
from tests.journeys.looking import moment, refused_with, states, task, titles
from tests.journeys.reached import case_at

BREACH = {"ground": "DUTY_BREACH", "statement": "三个星期没有联系过我。", "evidence": "通话记录见附件。"}
DISAGREEMENT = {"ground": "DISAGREEMENT", "statement": "对是否起诉意见不同。"}
APPROVED = {
    "hearing": "电话听取了双方的意见。", "decision": "approve", "authority_name": "示范市虚构人民法院",
}  # fmt: skip
REJECTED = {"hearing": "电话听取了双方的意见。", "decision": "reject", "reasons": "意见可以再沟通。"}
DELIVERED = {"note": "当面送达，立案庭签收。"}


def handled(system: System) -> Drive:
    """A case that somebody handles."""
    drive = case_at(system, "handling")
    dispatch = f"/dispatch/api/cases/{drive.case_id}"
    system_waits(drive, lambda: drive.actor("dispatcher").get(dispatch)["state"] == "HANDLING")
    return drive


def ask(drive: Drive, login: str, body: dict[str, str], **files: Any) -> str:
    """Ask for another handler; the id of the request."""
    path = f"/dispatch/api/cases/{drive.case_id}/changes"
    options = {"data": body, "files": files} if files else {"json": body}
    return str(drive.actor(login).call("POST", path, **options)["id"])


def change(drive: Drive, login: str, change_id: str) -> dict[str, Any]:
    found: dict[str, Any] = drive.actor(login).get(f"/dispatch/api/changes/{change_id}")
    return found


@pytest.mark.clause("S0-7.4.4f", "S0-7.4.4f1", "S0-7.4.4f-letter", "S0-7.4.4f-handover")
def test_a_recipient_with_evidence_gets_another_handler(system: System) -> None:
    drive = handled(system)
    old, first_due = drive.handler(), moment(task(drive, drive.handler(), "sign_agreement")["dueDate"])
    evidence = ("record.pdf", answers.PDF, "application/pdf")
    change_id = ask(drive, "applicant", BREACH, files=evidence)
    again = refused_with(ask, drive, "applicant", BREACH)
    assert again["status"] == 409
    drive.work("dispatcher", "decide_change", APPROVED)
    new = stories.assigned_member(drive, times=2)
    assert new != old
    drive.work(new, "respond_to_assignment", answers.ACCEPT)
    drive.until("dispatch.handler_changed")
    anew = drive.actor(new).get(f"/v2/user-tasks/{drive.task('sign_agreement', times=2)}")
    assert moment(anew["dueDate"]) >= first_due
    drive.until_state("HANDLING")
    assert states(drive)[-4:] == ["DISPATCHING", "ASSIGNED", "ACCEPTED", "HANDLING"]
    assert "您的案件换了承办人员" in titles(drive, "applicant")
    system_waits(drive, lambda: any("同意更换承办人员" in title for title in titles(drive, old)))
    hand_over(drive, old, new)
    drive.work("clerk", "deliver_letter", {"delivered_on": drive.today.isoformat(), **DELIVERED})
    system_waits(drive, lambda: change(drive, "applicant", change_id)["state"] == "effected")


def hand_over(drive: Drive, old: str, new: str) -> None:
    """The list signed by both."""

    def handing(key: str) -> dict[str, Any]:
        return {
            "materials": [{"name": "委托协议", "copies": "1"}], "case_status": "正在准备起诉。",
            "deadlines": "没有", "files": drive.upload(old, key, "files"), "signed": True,
        }  # fmt: skip

    drive.work(old, "hand_over_case", handing)
    drive.work(
        new, "receive_case", {"received_from": "previous_handler", "all_received": "yes", "signed": True}
    )


@pytest.mark.clause("S0-7.4.4f2")
def test_a_disagreement_is_approved_by_a_second_person_or_not(embedded: Embedded) -> None:
    drive = handled(embedded)
    old = drive.handler()
    first = ask(drive, "applicant", DISAGREEMENT)
    drive.work("dispatcher", "decide_change", REJECTED)
    drive.until_state("HANDLING")
    system_waits(drive, lambda: change(drive, "applicant", first)["state"] == "rejected")
    system_waits(drive, lambda: any("不同意更换" in title for title in titles(drive, "applicant")))
    ask(drive, "applicant", DISAGREEMENT)
    drive.work("dispatcher", "decide_change", {**APPROVED, "authority_name": None})
    drive.work("approver", "approve_change", answers.APPROVE)
    assert stories.assigned_member(drive, times=2) != old
    drive.until_state("ASSIGNED")


def system_waits(drive: Drive, holds: Any) -> None:
    """Look again until it holds."""
    for _ in range(200):
        if holds():
            return
        drive.finish()
    raise AssertionError("it did not come to hold")


@pytest.mark.clause("S0-7.4.4f")
def test_a_request_that_nobody_decides_is_reported(embedded: Embedded) -> None:
    drive = handled(embedded)
    change_id = ask(drive, drive.handler(), {"ground": "CONFLICT", "statement": "对方是我的亲戚。"})
    due = moment(task(drive, "dispatcher", "decide_change")["dueDate"])
    embedded.clock.moment = due + Embedded.AN_ACT
    embedded.pause()
    assert any("逾期没有决定" in title for title in titles(drive, "dispatcher"))
    assert change(drive, "dispatcher", change_id)["state"] == "requested"


@pytest.mark.clause("S0-7.4.4d", "S0-7.4.4e")
def test_the_recipient_is_told_once_the_firm_has_settled_who_it_is(embedded: Embedded) -> None:
    drive = case_at(embedded, "granted")
    member = stories.assigned_member(drive)
    drive.task("respond_to_assignment")
    assert "已为您确定承办人员" not in titles(drive, "applicant")
    drive.work(member.replace("handler", "firm_manager"), "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")
    assert "已为您确定承办人员" in titles(drive, "applicant")
    assert any("您已接受指派" in title for title in titles(drive, member))
