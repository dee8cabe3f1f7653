"""The administrator's day: people, lists, dormant accounts, sessions, programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from demo.drive import Drive
from services.demo import demo_people
from services.identity.models import Person
from tests.browser import working
from tests.browser.house import House
from tests.browser.looking_after import (
    CENTRE,
    CHOSEN,
    click_until_sent_to_login,
    code_on,
    invite,
    join,
    open_person,
    row_of,
)
from tests.browser.persons import Answers, Somebody

pytestmark = pytest.mark.browser
Staff = Callable[[str], Somebody]
NEW: Answers = {
    "姓名": "贾新来", "登录名": "newcomer", "手机号码": "13800000071", "所在机构": CENTRE,
    "角色": ["审查人员"],
}  # fmt: skip
HEADS = "姓名,登录名,手机号码,所在机构,角色"
LIST = f"""{HEADS}
贾表一,listed1,13800000081,示范市法律援助中心,受理人员、审查人员
贾表二,listed2,1380000,示范市法律援助中心,受理人员
贾表三,listed3,13800000083,没有的机构,总经理
"""


@pytest.mark.clause("S0-10.1.3")
def test_somebody_is_invited_joins_works_and_is_sent_away(
    staff: Staff, staff_at_login: Somebody, drive: Drive
) -> None:
    """The slip's code works once; a role with dates; an ended session counts with the next click."""
    administrator, newcomer = staff("administrator"), staff_at_login
    code = invite(administrator, NEW)
    join(newcomer, code)
    drive.apply()
    working.open_task(newcomer, drive.number, "审查申请材料")

    open_person(administrator, "贾新来")
    today = datetime.now(UTC).date()
    dates = {"开始日期": str(today + timedelta(days=9)), "结束日期": str(today + timedelta(days=8))}
    form = administrator.page.locator("form").filter(has=administrator.page.get_by_label("开始日期"))
    administrator.fill({"角色": "受理人员", "机构": CENTRE, **dates}, form)
    administrator.press("给予角色")
    administrator.reads("结束日期")
    expect(administrator.page.locator(".govuk-error-summary")).to_be_visible()
    administrator.fill({"结束日期": str(today + timedelta(days=20))})
    administrator.press("给予角色")
    administrator.reads("角色已保存。")
    expect(row_of(administrator, "角色", "受理人员")).to_contain_text("还没开始")

    administrator.press("退出", row_of(administrator, "现在的登录", "Chrom"))
    administrator.reads("这次登录已经退出。")
    click_until_sent_to_login(newcomer, "我的待办")
    newcomer.click("用代码设置密码")
    newcomer.fill({"代码": code})
    newcomer.press("下一步")
    expect(newcomer.page.locator(".govuk-error-summary")).to_be_visible()
    newcomer.log_in("newcomer", CHOSEN)


def test_a_list_is_checked_row_by_row(staff: Staff) -> None:
    """Every fault by row and column; the right rows alone; a second time nothing is new."""
    person = staff("administrator2")
    person.click("人员和角色")
    person.press("从表格导入")
    person.press("上传并预览")
    person.reads("请选择要导入的文件。")
    person.fill({"人员表格": [{"name": "人员.csv", "type": "text/csv", "content": LIST.encode()}]})
    person.press("上传并预览")
    person.reads("新邀请 1 人，已有、不变 0 人，有错 2 行。")
    faults = person.page.get_by_role("table", name="要改正的地方").get_by_role("row").all_inner_texts()
    assert [fault.split("\t")[:2] for fault in faults[1:]] == [
        ["3", "手机号码"], ["4", "所在机构"], ["4", "角色"],
    ]  # fmt: skip
    person.press("只邀请没有错的 1 人")
    assert len(code_on(person, "贾表一")) == len("7KQ2-9MXA-RT4H")

    person.press("返回人员名单")
    person.press("从表格导入")
    right = "\n".join(LIST.splitlines()[:2])
    person.fill({"人员表格": [{"name": "人员.csv", "type": "text/csv", "content": right.encode()}]})
    person.press("上传并预览")
    person.press("确认（没有新的人）")
    person.reads("名单里的人都已经有了，没有新增。")


@pytest.fixture
def asleep(house: House) -> str:
    """The login name of somebody whom nobody has seen for long."""
    person = next(p for p in demo_people()["people"] if p["login"] == "clerk3")
    engine = sa.create_engine(f"sqlite:///{house.folder}/identity.db")
    with engine.begin() as to:
        to.execute(
            sa.update(Person)
            .where(Person.id == person["id"])
            .values(sleeps_at=datetime(2020, 1, 1, tzinfo=UTC))
        )
    engine.dispose()
    return str(person["login"])


def test_a_dormant_account_is_woken(staff: Staff, staff_at_login: Somebody, asleep: str) -> None:
    """Who slept reads why nothing can be done, and goes on without logging in again."""
    sleeper = staff_at_login
    sleeper.log_in(asleep)
    sleeper.reads("账号已经休眠，暂时办不了业务")
    assert sleeper.page.get_by_role("link", name="我的待办").count() == 0
    administrator = staff("administrator")
    administrator.click("人员和角色")
    administrator.click("贾社区", row_of(administrator, "等待唤醒的人员", "贾社区"))
    administrator.press("唤醒账号")
    administrator.reads("账号已唤醒，本人不用重新登录。")
    sleeper.page.reload()
    sleeper.click("我的待办")
    expect(sleeper.page.get_by_role("heading", level=1, name="我的待办")).to_be_visible()


def test_a_program_gets_a_secret_that_is_shown_once_and_replaced(staff: Staff, house: House) -> None:
    """The old one counts as long as chosen, or ends at once."""
    person = staff("administrator")
    person.click("人员和角色")
    person.click("接口账号")
    person.press("添加接口账号")
    person.press("添加接口账号")
    expect(person.page.locator(".govuk-error-summary")).to_be_visible()
    person.fill(
        {
            "接口账号": "city-portal",
            "用途说明": "市级平台",
            "所属机构": "示范市（/demo-city/）",
            "可以做什么": ["查看公开事件"],
        }
    )
    person.press("添加接口账号")
    first = secret_on(person)
    assert token_status(house, first) == 200
    person.press("已经保存，返回")
    assert first not in person.page.content()
    person.reads("最近换取令牌")

    second = replaced(person, "一天后停用")
    assert [token_status(house, each) for each in (first, second)] == [200, 200]
    person.press("已经保存，返回")
    third = replaced(person, "马上停用")
    assert [token_status(house, each) for each in (first, second, third)] == [401, 401, 200]
    person.press("已经保存，返回")
    person.press("停用接口账号")
    person.reads("接口账号已停用，它手里的令牌也已失效。")
    assert token_status(house, third) == 401


def secret_on(person: Somebody) -> str:
    """The secret on the page that shows it once."""
    return person.page.get_by_role("definition").nth(1).inner_text()


def replaced(person: Somebody, overlap: str) -> str:
    """The secret that comes after the present one."""
    person.fill({"现在的密钥什么时候停用": overlap})
    person.press("生成新密钥")
    return secret_on(person)


def token_status(house: House, secret: str) -> int:
    """What the program is answered with this secret."""
    form = {"grant_type": "client_credentials", "client_id": "city-portal", "client_secret": secret}
    return httpx.post(f"{house.address}/identity/oauth/token", data=form).status_code
