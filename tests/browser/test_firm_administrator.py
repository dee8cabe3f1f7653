"""The manager of a firm looks after the people of the firm, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from services.demo import demo_people
from tests.browser.looking_after import FIRM, invite, join, open_person, row_of
from tests.browser.persons import Answers, Somebody

pytestmark = pytest.mark.browser
NEW: Answers = {
    "姓名": "贾新律", "登录名": "new-lawyer", "手机号码": "13800000091", "所在机构": FIRM,
    "角色": ["承办人员"],
}  # fmt: skip
OF_THE_FIRM = {p["name"] for p in demo_people()["people"] if p["organisation"] == "/demo-city/firm-a/"}


def test_the_manager_adds_a_handler_to_the_own_firm(
    staff: Callable[[str], Somebody], staff_at_login: Somebody
) -> None:
    manager, newcomer = staff("firm_manager"), staff_at_login
    manager.click("人员和角色")
    rows = manager.page.get_by_role("table").get_by_role("row")
    shown = {row.split("\t")[0] for row in rows.all_inner_texts()[1:]}
    assert shown == OF_THE_FIRM
    assert manager.page.get_by_role("link", name="接口账号").count() == 0

    join(newcomer, invite(manager, NEW))
    newcomer.reads("承办人员")
    newcomer.click("我的待办")
    open_person(manager, "贾新律")
    expect(row_of(manager, "角色", "承办人员")).to_contain_text("示范市虚构甲律师事务所")


def test_the_manager_gives_no_other_roles_and_sees_nobody_else(staff: Callable[[str], Somebody]) -> None:
    """Neither by the page nor by changing what the page sends."""
    manager = staff("firm_manager")
    manager.click("人员和角色")
    manager.press("邀请人员")
    boxes = manager.page.get_by_role("group", name="角色")
    labels = boxes.locator("label").all_inner_texts()
    assert [label.strip() for label in labels] == ["承办机构负责人", "质量管理员", "承办人员"]
    places = manager.page.get_by_label("所在机构").locator("option").all_inner_texts()
    assert places == ["请选择", FIRM]
    changed = {**NEW, "登录名": "new-chief", "手机号码": "13800000092"}
    manager.fill(changed)
    boxes.locator("input:checked").evaluate("box => box.value = 'administrator'")
    manager.press("邀请")
    expect(manager.page.locator(".govuk-error-summary")).to_contain_text("角色")

    other = next(p["id"] for p in demo_people()["people"] if p["login"] == "handler2")
    list_of_people = manager.page.url
    for who in (other, uuid4()):
        answer = manager.page.goto(urljoin(list_of_people, f"/identity/people/{who}"))
        assert answer is not None
        assert answer.status == 404
