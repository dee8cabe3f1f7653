"""A handler reports that legal aid should end; a reviewer verifies it, an approver ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from demo import answers, stories
from demo.drive import Drive
from shared.clock import SHANGHAI
from tests.browser import working
from tests.browser.persons import Answers, Somebody
from tests.browser.test_case import open_case

pytestmark = pytest.mark.browser
GROUND = "受援人自行委托了其他代理人或者辩护人"
REPORT: Answers = {"情形": GROUND, "事实和理由": "受援人告诉我，已经自己委托了律师。"}


@pytest.fixture
def handled(drive: Drive) -> Drive:
    """A case that is granted, accepted and being handled."""
    drive.apply()
    stories.decide(drive, answers.GRANT)
    drive.work(stories.assigned_member(drive), "respond_to_assignment", answers.ACCEPT)
    drive.until_state("HANDLING")
    return drive


@pytest.mark.clause("S0-7.4.9c")
@pytest.mark.clause("S0-7.4.9c2")
def test_a_report_is_verified_and_ends_the_case(handled: Drive, staff: Callable[[str], Somebody]) -> None:
    handler = staff(handled.handler())
    open_case(handler, handled.number)
    handler.press("报告终止情形")
    handler.press("提交报告")
    handler.reads("请选择终止的情形")
    handler.fill(REPORT)
    handler.press("提交报告")
    handler.reads("正在核实，案件照常办理")

    verified: Answers = {
        "核实了哪些证据，结果怎样": "查看了委托合同。", "听取受援人的意见了吗？": "听取了",
        "听取的日期": datetime.now(SHANGHAI).date(), "怎样听取的": "电话", "受援人怎么说": "确实委托了律师。",
        "您的意见": "终止法律援助", "理由": "已经自行委托律师。",
    }  # fmt: skip
    working.work(staff("reviewer"), handled.number, "核实终止情形", verified)
    working.work(staff("approver"), handled.number, "审批终止意见", {"是否批准核实人员的意见？": "批准"})

    handler.waits_for("终止法律援助决定书")
    handler.click("终止法律援助决定书")
    handler.reads(GROUND)
    handler.reads("已经自行委托律师。")
    handler.look_in_every_mode()
    handled.until_state("TERMINATED")
