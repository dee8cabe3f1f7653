"""A handler works a case out of court: solution, negotiation, settlement, in the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from demo import answers, stories
from demo.drive import Drive
from shared.clock import SHANGHAI
from tests.browser.applying import PDF
from tests.browser.persons import Answers, Somebody
from tests.browser.test_case import open_case
from tests.browser.working import work

pytestmark = pytest.mark.browser
SOLUTION: Answers = {
    "和谁商量的": "受援人本人", "打算怎样办理": "组织和解", "代理意见或者解决方案": "先和子女协商给付数额。",
    "法律风险和后果": "对方可能反悔，需要时再起诉。", "已把上面的法律风险和后果告诉受援人": True,
    "意见或者方案文件": [PDF],
}  # fmt: skip
SETTLED: Answers = {
    "办理事项": "组织和解", "办理情况": "双方签了和解协议。", "由谁向对方表达诉求": "受援人本人",
    "表达的诉求、处理意见和理由": "每月给付一千元。", "对方的辩解和理由": "收入不多。",
    "对错误或者不当意见的答复": "列出对方的收入。", "向对方释法明理的情况": "讲了赡养义务。",
    "结果": "达成和解", "事情已经办结吗？": "是", "结束事情的文件": [PDF],
    "受援人还需要下一阶段（诉讼、执行等）的法律援助吗？": "否",
}  # fmt: skip


@pytest.fixture
def contacted(drive: Drive) -> Drive:
    """A case out of court after agreement and first meeting."""
    drive.apply(case_kind="non_litigation")
    stories.decide(drive, answers.GRANT)
    drive.work(stories.assigned_member(drive), "respond_to_assignment", answers.ACCEPT)
    stories.contact(drive)
    return drive


@pytest.fixture
def today() -> date:
    """The day on the system's calendar."""
    return datetime.now(SHANGHAI).date()


@pytest.mark.clause("S0-8.1a", "S0-8.1b", "S0-8.1c")
def test_a_settlement_is_worked_out_and_recorded(
    contacted: Drive, staff: Callable[[str], Somebody], today: date
) -> None:
    handler = staff(contacted.handler())
    work(handler, contacted.number, "商定方案并告知风险", {"商量的日期": today, **SOLUTION})
    work(handler, contacted.number, "记录非诉讼办理", {"办理日期": today, **SETTLED, "办结日期": today})
    contacted.task("submit_closing_file")
    open_case(handler, contacted.number)
    handler.waits_for("向对方释法明理的情况")
    handler.look_in_every_mode()
    handler.click("办理记录（可以打印）")
    handler.reads("商定方案、告知风险")
    handler.reads("达成和解")
    handler.page.emulate_media(media="print")
    handler.reads("组织和解")
