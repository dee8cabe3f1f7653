"""An entry of the access log in words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.identity.models import AccessEntry
from shared.web.access_log import ACTS, PURPOSES
from shared.web.words import moment

WHAT = {
    "intake.material": "申请材料",
    "intake.parties": "当事人信息",
    "dispatch.evidence": "更换申请的证据",
    "dispatch.letter": "给办案机关的公函",
    "handling.suspension": "中止文书",
    "workflow.upload": "任务中上传的文件",
    "review.termination_paper": "终止援助决定书",
    "evaluation.archive": "归档清单",
    "notify.delivery": "电话通知",
    "identity.access_log": "查看记录",
}
FIELDS = {
    "name": "姓名", "id_number": "证件号码", "phone": "电话", "address": "住址", "agent_name": "代理人",
    "opponents": "对方当事人", "body": "通知内容", "who": "按人查", "case": "按案号查", "act": "按行为查",
    "since": "起始日期", "until": "截止日期", "order": "排序",
}  # fmt: skip
HEADS = ("时间", "谁", "行为", "看了什么", "案号", "用途", "序号")


def line_of(entry: AccessEntry, names: Mapping[UUID, str]) -> list[str]:
    """The cells of an entry, as `HEADS` names them; never the values that were seen."""
    who = names.get(entry.person_id, "没有登记的账号")
    if entry.behalf_of_id:
        who += f"（代 {names.get(entry.behalf_of_id, '没有登记的账号')}）"
    seen = "、".join(FIELDS.get(name, name) for name in entry.fields)
    what = WHAT.get(entry.what, entry.what) + (f"：{seen}" if seen else "")
    purpose = PURPOSES.get(entry.purpose, "").partition("（")[0]  # without what the form asks for
    why = "。".join(text for text in (purpose, entry.note) if text)
    return [
        moment(entry.at), who, ACTS.get(entry.act, entry.act), what, entry.case_number, why, str(entry.number)
    ]  # fmt: skip
