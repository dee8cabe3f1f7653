"""What people do who look after others: invite, hand over the slip, look somebody up."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, expect

from tests.browser.persons import Answers, Somebody

CENTRE = "示范市法律援助中心（/demo-city/centre/）"
FIRM = "示范市虚构甲律师事务所（/demo-city/firm-a/）"
CHOSEN = "a sentence of my own"


def invite(person: Somebody, form: Answers) -> str:
    """Fill in the invitation; the code on the slip."""
    person.click("人员和角色")
    person.press("邀请人员")
    person.fill(form)
    person.press("邀请")
    return code_on(person, form["姓名"])


def code_on(person: Somebody, name: str) -> str:
    """The code on the slip of that name."""
    slip = person.page.get_by_role("region", name=f"{name}的通知单")
    return slip.get_by_role("definition").first.inner_text()


def join(newcomer: Somebody, code: str) -> None:
    """From the page to log in, with the code of the slip, to one's own account."""
    newcomer.click("用代码设置密码")
    newcomer.fill({"代码": code.lower()})
    newcomer.press("下一步")
    newcomer.fill({"设置密码": CHOSEN, "再填写一次密码": CHOSEN})
    newcomer.press("设好密码并登录")
    newcomer.reads("密码已设好，您已经登录。")


def open_person(person: Somebody, name: str) -> None:
    """Somebody's page, from the list of people."""
    person.click("人员和角色")
    person.click(name)
    expect(person.page.get_by_role("heading", level=1, name=name)).to_be_visible()


def row_of(person: Somebody, table: str, text: str) -> Locator:
    """The row of a table that holds the text."""
    return person.page.get_by_role("table", name=table).get_by_role("row").filter(has_text=text)


def click_until_sent_to_login(person: Somebody, link: str) -> None:
    """Their next click leads to the page to log in, as soon as the message is there."""
    until = time.monotonic() + 10
    heading = person.page.get_by_role("heading", level=1, name="登录", exact=True)
    while not heading.count():
        assert time.monotonic() < until, f"still logged in: {person.page.url}"
        person.page.get_by_role("link", name=link, exact=True).first.click()
        person.page.wait_for_load_state()
