"""Who must not do a case stays away from it, and who is away has somebody who stands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from demo.drive import Drive
from services.demo import demo_people
from shared.clock import SHANGHAI
from tests.browser import working
from tests.browser.persons import Somebody
from tests.browser.test_case import open_case

pytestmark = pytest.mark.browser
Staff = Callable[[str], Somebody]
EXAMINE = "审查申请材料"
WHY = "申请人是我的表弟。"


def test_who_is_related_withdraws_and_the_supervisor_sees_why(drive: Drive, staff: Staff) -> None:
    """The task is somebody else's again; a mistaken withdrawal is lifted."""
    drive.apply()
    reviewer, approver = staff("reviewer"), staff("approver")
    working.open_task(reviewer, drive.number, EXAMINE)
    reviewer.click("和本案有利害关系？申请回避")
    reviewer.press("确认回避")
    reviewer.reads("请选择回避的理由。")
    reviewer.reads("请写明具体情况。")
    reviewer.page.get_by_role("group", name="回避的理由").get_by_role("radio").first.check()
    reviewer.fill({"具体情况": WHY})
    reviewer.press("确认回避")
    reviewer.press("返回待办")
    expect(reviewer.page.locator("#inbox")).not_to_contain_text(drive.number)

    approver.click("消息")
    approver.waits_for("回避")
    open_case(approver, drive.number)
    approver.waits_for("对本案回避")
    approver.click("回避情况和责令回避")
    approver.reads(WHY)
    approver.page.get_by_text("解除弄错的回避").click()
    approver.press("解除回避")
    approver.reads("请写明解除回避的理由")
    approver.fill({"解除的理由": "已经核实，不是亲属。"})
    approver.press("解除回避")
    approver.reads("已经解除回避，本人会收到通知。")
    working.task_of(reviewer, drive.number, EXAMINE)


@pytest.fixture
def colleague(drive: Drive) -> str:
    """The login name of a second reviewer, who could stand in for the first."""
    person = next(p for p in demo_people()["people"] if p["login"] == "archivist")
    role = {"role": "reviewer", "organisation": "/demo-city/centre/"}
    drive.actor("administrator").post(f"/identity/people/{person['id']}/roles", data=role)
    return str(person["login"])


def test_a_substitute_works_for_who_is_away_until_they_are_back(
    drive: Drive, colleague: str, staff: Staff
) -> None:
    """What is done is marked as done for the other, and ends with the absence."""
    drive.apply()
    reviewer, substitute = staff("reviewer"), staff(colleague)
    working.open_task(reviewer, drive.number, EXAMINE)
    reviewer.click("我的待办")
    reviewer.click("外出代办")
    reviewer.waits_for("贾归档")
    reviewer.press("设置")
    reviewer.reads("请选择代办人。")
    reviewer.reads("请填写结束日期。")
    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    reviewer.fill({"代办人": "贾归档", "结束日期": str(tomorrow)})
    reviewer.press("设置")
    reviewer.reads("外出代办已经设置。")

    row = working.task_of(substitute, drive.number, "代 贾审查 办理")
    substitute.click(EXAMINE, row)
    substitute.reads("您代 贾审查 办理")
    working.examined(substitute)
    substitute.press("提交")
    reviewer.click("我的待办")
    reviewer.reads("外出代办中")
    reviewer.page.get_by_text("代办人最近替您办了 1 项任务").click()
    reviewer.reads("由 贾归档 办结")

    working.open_task(reviewer, drive.number, "提出审查意见")
    working.task_of(substitute, drive.number, "代 贾审查 办理")
    reviewer.click("我的待办")
    reviewer.click("外出代办")
    reviewer.press("取消", reviewer.page.get_by_role("row").filter(has_text="代办中"))
    reviewer.reads("外出代办已经取消，待办任务和原来一样。")
    substitute.page.reload()
    expect(substitute.page.locator("#inbox")).to_contain_text("没有符合条件的任务")
