"""One case through all five stages, by clicking what a person sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from services.demo import demo_people
from shared.clock import SHANGHAI
from tests.browser import applying, working
from tests.browser.persons import Somebody

pytestmark = pytest.mark.browser
LOGINS = {person["name"]: person["login"] for person in demo_people()["people"]}


@pytest.fixture
def today() -> date:
    """The day on the system's calendar."""
    return datetime.now(SHANGHAI).date()


def test_a_case_goes_through_all_five_stages(
    citizen: Callable[[], Somebody], staff: Callable[[str], Somebody], today: date
) -> None:
    """An applicant without scripts and six members of staff, from the start page to the archive."""
    applicant = citizen()
    applying.register(applicant)
    number = applying.apply(applicant)
    applicant.waits_for("工作人员正在审查您的材料")
    read_receipt(applicant, number)

    reviewer = staff("reviewer")
    working.work(reviewer, number, "审查申请材料", working.examined)
    working.work(reviewer, number, "提出审查意见", working.GRANT)
    working.work(staff("approver"), number, "审批决定", working.APPROVE)
    handler = staff(assigned_to(reviewer, number))
    working.work(handler, number, "答复指派", working.ACCEPT)
    applicant.waits_for("承办人员正在办理您的案件")
    working.handle(handler, number, today)

    closing_reviewer = staff("closing_reviewer")
    working.work(closing_reviewer, number, "结案审查", working.CONFORMS)
    working.work(staff("assessor"), number, "评估案件质量", working.assessed)
    rate(applicant)
    applicant.waits_for("案件已归档，不再变动")
    read_messages(applicant)
    look_into_archive(closing_reviewer, number)


def read_receipt(applicant: Somebody, number: str) -> None:
    """The receipt names the case and every file; on paper it stands alone."""
    applicant.click("收到申请材料的凭证")
    applicant.reads(number)
    applicant.reads("特定人员的证明")
    applicant.page.emulate_media(media="print")
    expect(applicant.page.get_by_role("heading", name="法律援助申请材料接收凭证")).to_be_visible()
    expect(applicant.page.get_by_role("button", name="退出")).to_be_hidden()
    applicant.page.emulate_media(media="screen")
    applicant.click("返回办理进度")


def assigned_to(person: Somebody, number: str) -> str:
    """The login of the member that the case page names."""
    open_case(person, number)
    person.waits_for("第 1 次指派的说明")
    chosen = person.page.get_by_role("row").filter(has_text="选定").inner_text()
    return next(login for name, login in LOGINS.items() if name in chosen)


def open_case(person: Somebody, number: str) -> None:
    """From the register, by the number."""
    person.click("案件")
    person.fill({"案号": number})
    person.press("查找")
    person.click(number)


def read_parts(applicant: Somebody) -> None:
    """What every service tells the applicant, each with the way back."""
    parts = {
        "审查结果": "给予法律援助",
        "承办人员": "发给您的通知",
        "办理情况": "开庭",
        "结案和评分": "符合结案条件",
    }
    for link, words in parts.items():
        applicant.click(link)
        applicant.reads(words)
        applicant.click("返回办理进度")


def rate(applicant: Somebody) -> None:
    """Rate the service from the progress page."""
    applicant.waits_for("请您给这次服务评分")
    read_parts(applicant)
    applicant.press("评价本次服务")
    applicant.fill(working.RATING)
    applicant.press("提交评价")
    applicant.press("回到我的申请")
    applicant.click("查看进度")


def read_messages(applicant: Somebody) -> None:
    """The notices of the whole case, each with what it is about."""
    applicant.click("发给我的通知")
    for title in ("您的申请已经登记", "决定给予您法律援助", "已为您确定承办人员", "案件已归档"):
        applicant.reads(title)
    applicant.click("已为您确定承办人员")
    applicant.look_in_every_mode()
    applicant.reads("法律援助不收取任何费用")
    applicant.press("我知道了（标为已读）")


def look_into_archive(person: Somebody, number: str) -> None:
    """The archived case says so, and its list of documents is whole."""
    open_case(person, number)
    person.reads("案件已归档，不能再作任何修改")
    person.page.get_by_role("link", name="查看档案目录").wait_for()
    person.look_in_every_mode()
    person.click("查看档案目录")
    person.reads("校验通过")
