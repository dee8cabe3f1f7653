"""Without a mouse, with large text, with high contrast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.persons import PASSWORD, Somebody

pytestmark = pytest.mark.browser
Citizen = Callable[[], Somebody]


def focused(page: Page) -> str:
    """What a reader hears of the element that has the focus."""
    name: str = page.evaluate(
        "() => { const e = document.activeElement; return (e.labels?.[0] ?? e).textContent.trim() }"
    )
    return name


def test_a_person_logs_in_by_keyboard(staff_at_login: Somebody) -> None:
    """The skip link comes first; the fields follow each other; Enter hands the form in."""
    page = staff_at_login.page
    page.keyboard.press("Tab")
    assert focused(page) == "跳到主要内容"
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_in_viewport()
    page.keyboard.press("Enter")
    order = []
    for _ in range(4):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order == ["登录名", "密码", "显示", "登录"]

    page.get_by_label("登录名").focus()
    page.keyboard.type("reviewer")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_large_text_and_high_contrast_stay_chosen(citizen: Citizen) -> None:
    """Both are links without scripts, kept for the next pages, and can be taken back."""
    person = citizen()
    person.start()
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    usual = person.page.evaluate(size)
    person.click("大字版")
    assert person.page.locator("html[data-text=large]").count() == 1
    assert person.page.evaluate(size) == pytest.approx(1.375 * usual)
    person.click("高对比度")
    person.click("查看材料清单，下载参考模板")
    assert person.page.locator("html[data-text=large][data-contrast=high]").count() == 1
    person.click("标准字号")
    person.click("标准颜色")
    assert person.page.locator("html[data-text], html[data-contrast]").count() == 0
