"""Incidents in words that a process owner understands."""

from __future__ import annotations

from shared.messaging.contract import message_class

KINDS = {
    "JOB_NO_RETRIES": "系统多次尝试，仍然没有办成",
    "IO_MAPPING_ERROR": "这一步要用的内容不全或者不对",
    "CONDITION_ERROR": "判断不出下一步走哪条路",
    "EXTRACT_VALUE_ERROR": "流程图里有一处算不出结果",
    "CALLED_ELEMENT_ERROR": "要进入的下级流程没有部署",
    "CALLED_DECISION_ERROR": "要用的决策没有部署",
    "DECISION_EVALUATION_ERROR": "决策得不出结果",
    "UNHANDLED_ERROR_EVENT": "出现了流程图没有安排的错误",
    "ENDLESS_LOOP": "流程一直在循环，停不下来",
    "CASE_STATE_ERROR": "案件现在的状态不允许走这一步",
    "TIMER_ERROR": "时间到了，流程却走不下去",
    "SIGNAL_ERROR": "收到了信号，流程却走不下去",
}
_GIVEN_UP = {
    "its fields do not fit the contract": "读不懂发来的内容",
    "it ended its worker again and again": "每次办理都中断",
}


def what_failed(kind: str) -> str:
    """The incident in a few words."""
    return KINDS.get(kind, "流程遇到问题")


def cause_in_words(reason: str) -> str:
    """The cause; a service's technical report is introduced in Chinese."""
    name, _, why = reason.partition(": ")
    if message_class(name) is None:
        return reason
    service = name.partition(".")[0]
    if why in _GIVEN_UP:
        return f"服务 {service} {_GIVEN_UP[why]}（{name}）"
    if why.startswith("NotYet"):
        return f"服务 {service} 一直没有等到前面环节的内容（{name}）"
    return f"服务 {service} 办理时程序出错（{name}，{why}）"
