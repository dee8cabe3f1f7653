"""What the staff do: find the task of a case in the inbox, claim it, fill in its form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Locator, expect

from demo import answers
from tests.browser.applying import PDF
from tests.browser.persons import Answers, Somebody

_GOOD = {"材料齐全吗？": "是", "符合法定形式吗？": "是", "材料真实吗？": "是", "材料现在有效吗？": "是"}
GROUPS = ("身份证明", "经济状况证明材料", "与申请事项有关的材料", "特定人员的证明")


def task_of(person: Somebody, number: str, task: str) -> Locator:
    """The row of that task in the inbox, looked up by the case number, waiting until it comes."""
    person.click("我的待办")
    person.fill({"案号": number})
    person.press("筛选")
    person.waits_for(task, within=person.page.locator("#inbox"))
    return person.page.get_by_role("row").filter(has_text=task)


def open_task(person: Somebody, number: str, task: str) -> None:
    """Open the task's page, claiming the task when it is nobody's."""
    row = task_of(person, number, task)
    if row.get_by_role("button", name="认领").count():
        person.press("认领", row)
    else:
        person.click("办理", row)
    expect(person.page.get_by_role("heading", level=1, name=task)).to_be_visible()


def work(person: Somebody, number: str, task: str, form: Answers | Callable[[Somebody], Any]) -> None:
    """Do the task from the inbox to the page that says it is recorded."""
    open_task(person, number, task)
    if callable(form):
        form(person)
    else:
        person.fill(form)
    person.press("提交")
    expect(person.page.get_by_role("heading", level=1, name="已记录")).to_be_visible()


def examined(person: Somebody) -> None:
    """All materials are good."""
    _examine(person, {})


def defective(person: Somebody) -> None:
    """Two of the materials have a defect."""
    unsigned = {"材料齐全吗？": "否", "有什么问题": "说明表没有签名", "怎样补正": "签名后重新上传"}
    expired = {"材料现在有效吗？": "否", "有什么问题": "协议已过期", "怎样补正": "请提供有效的协议"}
    _examine(person, {"经济状况证明材料": unsigned, "与申请事项有关的材料": expired})


def _examine(person: Somebody, faults: dict[str, Answers]) -> None:
    rows = person.page.get_by_role("group", name=re.compile(r"^第 \d+ 项$"))
    expect(rows).to_have_count(len(GROUPS))
    for place in range(len(GROUPS)):
        chosen = rows.nth(place).get_by_label("材料", exact=True).locator("option:checked").inner_text()
        fault = next((answers for group, answers in faults.items() if chosen.startswith(group)), {})
        person.fill({**_GOOD, **fault}, rows.nth(place))
    person.fill({"全部材料是否齐全并符合法定形式？": "否" if faults else "是"})


def assessed(person: Somebody) -> None:
    """Every item of the score sheet gets its points."""
    rows = person.page.get_by_role("group", name=re.compile(r"^第 \d+ 项$"))
    expect(rows).to_have_count(len(answers.SHEET["items"]))
    for place, row in enumerate(answers.SHEET["items"]):
        person.fill({"得分": str(row["points"])}, rows.nth(place))
    person.fill({"评估意见": answers.SHEET["remark"]})


GRANT: Answers = {
    "审查意见": "给予法律援助", "经济困难审查结果": "免予审查经济状况",
    "符合的条件": ["申请事项属于法律援助的范围", "申请人属于应当提供法律援助的人员"],
    "理由说明": answers.GRANT["reasons"],
}  # fmt: skip
APPROVE: Answers = {"是否批准审查意见？": "批准"}
ACCEPT: Answers = {"您的答复": "接受指派"}
CONFORMS: Answers = {"符合结案条件吗？": "符合，予以结案"}
PROGRESS: Answers = {
    "办理事项": "起诉、答辩等文书", "办理情况": "起草起诉状并提交法院。",
    "受援人在案件中的地位": "原告、申请人",
    "文书种类": "起诉状", "是受援人请求代写的吗？": "是", "相应的证据一并提交了吗？": "是", "文书文件": [PDF],
    "案件已经办结吗？": "否",
}  # fmt: skip
RATING: Answers = {
    "使用本平台的体验": "满意", "工作人员的职业素质和专业能力": "满意", "承办人员办理案件的情况": "满意",
    "投诉处理的情况": "基本满意", "意见和建议": answers.RATING["comment"],
}  # fmt: skip
COMPLETION: Answers = {
    "办理事项": "收到裁判文书", "办理情况": "开庭后收到判决书，法院支持全部请求。", "案件已经办结吗？": "是",
    "结束案件的文件": [PDF], "受援人还需要下一阶段（上诉、执行等）的法律援助吗？": "否",
}  # fmt: skip
CLOSING: Answers = {
    "办理结果": "胜诉或请求全部得到支持", "结案小结": "法院判决支持全部请求，对方已履行。",
    "结案报告": [PDF], "承办业务卷": [PDF], "其他结案材料": [PDF],
}  # fmt: skip


def handle(person: Somebody, number: str, today: date) -> None:
    """Agreement, first meeting, two entries of the log, closing file."""
    meeting = answers.meeting(today)
    work(person, number, "联系受援人并签订协议", {
        "联系日期": today, "联系到的人": "受援人本人", "协议签订日期": today,
        "已告知受援人法律援助不收取任何费用": True, "协议文件": [PDF],
    })  # fmt: skip
    work(person, number, "约见受援人", {
        "会见日期": today, "会见地点或方式": meeting["place"], "了解到的案情": meeting["facts"],
        "作出的法律解答": meeting["advice"], "已告知受援人的权利": True, "已告知案件的风险": True,
    })  # fmt: skip
    work(person, number, "记录办理进展", {"办理日期": today, **PROGRESS})
    work(person, number, "记录办理进展", {"办理日期": today, **COMPLETION, "办结日期": today})
    work(person, number, "提交结案材料", CLOSING)
