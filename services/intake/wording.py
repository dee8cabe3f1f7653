"""What an applicant reads about the state of the case: plain words, and what happens next."""

from shared.contracts.case_states import CASE_STATES

STAGE_NAMES = {
    "registration": "案件登记",
    "review": "援助审查",
    "dispatch": "承办指派",
    "handling": "案件办理",
    "closing": "结案评价",
}
STAGE_MARKS = {"done": "已完成", "current": "进行中", "ended": "在此结束", "waiting": "未开始"}
CASE_KINDS = {
    "litigation": "诉讼", "non_litigation": "非诉讼", "criminal_notice": "刑事（通知辩护、通知代理）",
}  # fmt: skip
LETTER = "办案机关的公函"

_ACTS = {
    "submitted": "您提交了申请",
    "entered": "登记了办案机关的通知",
    "resubmitted": "您补交了材料",
    "withdrawn": "您撤回了申请",
}
_NEXT = {
    "DRAFT": "请把申请填写完整后提交。",
    "SUBMITTED": "我们正在登记您的申请，不需要您做什么。",
    "REGISTERED": "工作人员将审查您的材料，不需要您做什么。",
    "UNDER_REVIEW": "工作人员正在审查您的材料。审查有结果，或者需要您补充材料，我们会马上通知您。",
    "CORRECTION": "请按补正通知补交材料。没有按要求补正的，视为撤回申请，以后还可以重新申请。",
    "GRANTED": "已决定给予您法律援助，接下来为您指派承办人员。",
    "GRANTED_PROVISIONAL": "情况紧急，先为您提供法律援助；请在通知写明的期限内补齐材料。",
    "REFUSED": "决定不给予法律援助，理由写在通知里。您有疑问可以打电话询问，也可以提出异议。",
    "WITHDRAWN": "申请已经撤回。需要时可以重新申请。",
    "WITHDRAWN_DEEMED": "没有在期限内按要求补正，视为撤回申请。需要时可以重新申请。",
    "DISPATCHING": "正在为您选择合适的承办人员。",
    "ASSIGNED": "已选定承办人员，正在等待承办人员答复。",
    "ACCEPTED": "承办人员已接受指派，会在三个工作日内与您联系。",
    "HANDLING": "承办人员正在办理您的案件。情况有变化时，请及时告诉承办人员。",
    "SUSPENDED": "案件暂时中止办理，恢复时会通知您。",
    "COMPLETED": "案件已办结，承办人员正在整理结案材料。",
    "CLOSING_REVIEW": "正在审查结案材料，不需要您做什么。",
    "CLOSING_CORRECTION": "承办人员正在补正结案材料，不需要您做什么。",
    "CLOSED": "案件已结案。请您给这次服务评分。",
    "ASSESSING": "案件已结案，正在评估办案质量。请您给这次服务评分。",
    "ASSESSED": "办案质量已经评估，评分结束后归档。请您给这次服务评分。",
    "TERMINATING": "正在核实是否终止法律援助，结果会通知您。",
    "TERMINATED": "法律援助已终止，理由写在通知里。",
    "ARCHIVED": "案件已归档，不再变动。",
}


def state_name(state: str) -> str:
    """The Chinese name of a case state."""
    return CASE_STATES.get(state, state)


def next_step(state: str) -> str:
    """What happens next, or what the applicant should do."""
    return _NEXT.get(state, "办理有新的情况，我们会马上通知您。")


def history_line(kind: str, code: str) -> str:
    """A line of the history in words."""
    if kind == "act":
        return _ACTS[code]
    if kind == "stage":
        return f"进入“{STAGE_NAMES.get(code, code)}”阶段"
    return f"案件状态：{state_name(code)}"
