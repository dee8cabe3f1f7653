"""What people do wrong: every page says what, where and how to go on, and nothing is lost or changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo.drive import Drive
from tests.browser import applying, working
from tests.browser.persons import Somebody

pytestmark = pytest.mark.browser
Citizen = Callable[[], Somebody]
Staff = Callable[[str], Somebody]
TOO_MUCH = ("合同.pdf", b"%PDF-1.4" + bytes(21 * 1024 * 1024))
DISGUISED = ("照片.jpg", b"MZ this is a program")


def problems(page: Page) -> list[str]:
    """What the summary at the top of the page lists."""
    return page.locator(".govuk-error-summary__list li").all_inner_texts()


def message_at(page: Page, label: str) -> str:
    """What is read with the field of that label: its hint and the message."""
    described = page.get_by_label(label).first.get_attribute("aria-describedby") or ""
    return " ".join(page.locator(f"#{name}").inner_text() for name in described.split())


def test_an_application_with_mistakes(citizen: Citizen, tmp_path: Path) -> None:
    """Consent, number, missing answers, files: each is told at its place; the rest stays as typed."""
    person = citizen()
    applying.register(person)
    person.press("开始申请")
    person.press("确认，开始填写")
    assert problems(person.page) == ["请先阅读告知书，并勾选“我已阅读并确认”。"]

    person.fill({"我已阅读并确认": True})
    person.press("确认，开始填写")
    person.click("谁需要法律援助")
    person.fill({**applying.WHO, "证件号码": "110101199003078031", "手机号码": ""})
    person.press("保存并继续")
    assert [text.partition("：")[0] for text in problems(person.page)] == ["证件号码", "手机号码"]
    person.look_in_every_mode()
    assert "身份证" in message_at(person.page, "证件号码")
    assert person.page.get_by_label("能收到信件的地址").input_value() == applying.WHO["能收到信件的地址"]

    person.click("返回申请")
    for name, content in (TOO_MUCH, DISGUISED):
        file = tmp_path / name
        file.write_bytes(content)
        refuse_file(person, file)
    person.press("核对申请")
    assert "还没有上传：身份证明" in problems(person.page)
    assert person.page.get_by_role("button", name="提交申请").count() == 0


def refuse_file(person: Somebody, file: Path) -> None:
    """The page of the material refuses the file and keeps none."""
    person.click("身份证明")
    person.fill({"选择文件": file})
    person.press("上传")
    assert len(problems(person.page)) == 1
    assert problems(person.page)[0] in message_at(person.page, "选择文件")
    assert person.page.get_by_role("heading", name="已经上传").count() == 0
    person.press("这一类传好了")


def test_a_correction_round_and_two_tabs(citizen: Citizen, staff: Staff, drive: Drive) -> None:
    """All defects in one notice, put right at once; forms handed in too late or by two people."""
    drive.apply()
    number = drive.number
    applicant, reviewer = citizen(), staff("reviewer")
    applicant.log_in("applicant")
    applicant.click(number)
    working.open_task(reviewer, number, "审查申请材料")
    hand_in_too_little(reviewer)
    second = reviewer.in_second_tab()
    working.defective(reviewer)
    reviewer.press("提交")
    expect(reviewer.page.get_by_role("heading", level=1, name="已记录")).to_be_visible()
    hand_in_too_late(second)

    correct(applicant)
    working.work(reviewer, number, "审查申请材料", working.examined)
    drive.task("propose_decision")


def hand_in_too_little(person: Somebody) -> None:
    """A required answer is missing: the summary leads to it, and has the focus."""
    person.press("提交")
    expect(person.page.locator(".govuk-error-summary")).to_be_focused()
    asked = "全部材料是否齐全并符合法定形式？"
    assert f"{asked}：请选择此项" in problems(person.page)
    person.page.get_by_role("link", name=asked).press("Enter")
    expect(person.page.get_by_role("group", name=asked).get_by_label("是", exact=True)).to_be_focused()


def hand_in_too_late(person: Somebody) -> None:
    """The same task in a second tab: refused, with everything typed still there to read."""
    working.examined(person)
    person.press("提交")
    expect(person.page.get_by_role("alert")).to_contain_text("没有提交成功")
    expect(person.page.get_by_role("heading", name="您填写的内容")).to_be_visible()


def correct(applicant: Somebody) -> None:
    """The notice lists both defects; too little is refused; then one file and one explanation."""
    applicant.waits_for("需要您补正材料")
    applicant.reads(re.compile(r"\d{4}年\d{1,2}月\d{1,2}日"))
    applicant.press("查看需要补正的内容")
    for words in ("共 2 项", "说明表没有签名", "请提供有效的协议"):
        applicant.reads(words)
    applicant.press("全部补齐，提交")
    assert len(problems(applicant.page)) == 2

    applicant.click("上传或者删除文件")
    applicant.fill({"选择文件": [applying.PDF]})
    applicant.press("上传")
    applicant.press("这一项传好了")
    applicant.page.get_by_label("没有文件可以上传的，写明情况").nth(1).fill("新的协议还在邮寄。")
    applicant.press("全部补齐，提交")
    applicant.waits_for("工作人员正在审查您的材料")
