"""What an applicant does, click by click."""

from __future__ import annotations

from itertools import count

from demo import answers
from tests.browser.persons import Somebody

_PHONES = count(13900000001)
PASSWORD = "a-long-made-up-password"
PDF = {"name": "证明.pdf", "type": "application/pdf", "content": answers.PDF}
WHO = {
    "需要法律援助的人的姓名": answers.APPLICATION["name"], "证件种类": "居民身份证",
    "证件号码": answers.APPLICATION["id_number"], "手机号码": answers.APPLICATION["phone"],
    "能收到信件的地址": answers.APPLICATION["address"], "谁在填写这份申请": "本人",
}  # fmt: skip
WHAT = {
    "向哪个法律援助机构申请": "示范市法律援助中心", "申请法律援助的事项": "请求给付赡养费、抚养费、扶养费",
    "需要哪种帮助": "打官司（起诉、应诉、辩护、仲裁）",
    "需要法律援助的人是不是下面的人员": "正在享受最低生活保障待遇的人员",
}  # fmt: skip
HAPPENED = {
    "事情的经过": answers.APPLICATION["facts"], "您的要求": answers.APPLICATION["request"],
    "对方姓名或者单位名称": "贾对方",
}  # fmt: skip
DECLARED = {
    "本人因经济困难，没有能力请律师": True, "本人没有委托代理人或者辩护人": True,
    "本人填写的内容和提交的材料都是真实的，愿意承担不真实的法律责任": True,
}  # fmt: skip
STEPS = (WHO, WHAT, HAPPENED, DECLARED)
MATERIALS = ("身份证明", "经济状况证明材料", "与申请事项有关的材料", "特定人员的证明")


def register(person: Somebody, name: str = "贾求援") -> None:
    """An account of one's own, from the start page."""
    person.start()
    person.click("注册")
    phone = str(next(_PHONES))
    person.fill({"姓名": name, "手机号码": phone, "设置密码": PASSWORD, "再填写一次密码": PASSWORD})
    person.press("注册")
    person.reads("请用手机号码和刚才设置的密码登录")
    person.fill({"登录名": phone, "密码": PASSWORD})
    person.press("登录")


def confirm(person: Somebody) -> None:
    """Read and confirm the notice."""
    person.start()
    person.press("开始申请")
    person.fill({"我已阅读并确认": True})
    person.press("确认，开始填写")


def fill_in(person: Somebody) -> None:
    """All steps, one after the other."""
    person.click("谁需要法律援助")
    for step in STEPS:
        person.fill(step)
        person.press("保存并继续")


def upload(person: Somebody) -> None:
    """One file of each wanted group."""
    for material in MATERIALS:
        person.click(material)
        person.fill({"选择文件": [PDF]})
        person.press("上传")
        person.press("这一类传好了")


def apply(person: Somebody) -> str:
    """The whole application; the case number."""
    confirm(person)
    fill_in(person)
    upload(person)
    person.press("核对申请")
    person.press("提交申请")
    return person.page.locator(".govuk-panel__body").inner_text().partition("：")[2].strip()
