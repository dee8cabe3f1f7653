"""The words in which notify's pages speak of notices, channels, results and events."""

from __future__ import annotations

from shared.contracts.case_states import CASE_STATES

CHANNELS = {"in_app": "站内消息", "sms": "短信", "phone": "电话", "pass_on": "转告"}
RELATIONS = {
    "applicant": "申请人",
    "handler": "承办人员",
    "staff": "工作人员",
    "authority": "办案机关",
    "representative": "法定代理人、近亲属",
}
STATES = {"waiting": "等待中", "sent": "已发出", "delivered": "已送达", "failed": "没有成功"}
STATE_COLOURS = {"waiting": "yellow", "sent": "", "delivered": "green", "failed": "red"}
RESULTS = {
    "in_mailbox": "已放进站内信箱", "account_closed": "账号已停用", "recorded": "已登记发送，没有回执",
    "gateway_down": "短信网关没有应答", "bad_number": "号码不能收短信", "no_phone": "没有电话号码",
    "arrived": "对方说已收到", "not_arrived": "对方没有收到", "reached": "已打通并告知",
    "told_in_writing": "已书面转告", "told_by_phone": "已打电话转告", "not_told": "没有转告成",
    "no_answer": "无人接听", "wrong_number": "号码不对", "case_archived": "案件已归档，不再联系",
}  # fmt: skip
NOTICES = {
    "registered": "登记通知", "notice_registered": "公函登记通知",
    "correction": "补正通知", "granted": "给予援助通知", "refused": "不予援助通知",
    "withdrawn": "撤回通知", "withdrawn_deemed": "视为撤回通知", "assigned": "指派通知",
    "handler_changed": "更换承办人员通知", "change_letter": "变更承办人员函",
    "change_approved": "同意更换承办人员", "change_rejected": "不同意更换承办人员",
    "change_too_late": "没有更换承办人员", "change_deadline": "更换期限提醒",
    "review_deadline": "审查期限提醒", "handling_deadline": "办理期限提醒",
    "closing_deadline": "结案期限提醒",
    "work_report": "办理情况报告", "witness_window": "证人出庭申请提醒", "suspension": "中止和恢复通知",
    "terminated": "终止通知", "termination_rejected": "不终止援助的告知", "doubt_answered": "决定的解释",
    "objection_maintained": "维持决定的告知", "objection_upheld": "改正决定的告知",
    "closing_correction": "结案材料补正通知", "survey": "邀请评价", "archived": "归档通知",
    "assessment_due": "评估期限提醒", "assessed": "质量评估结果", "recusal": "回避通知",
    "recusal_lifted": "解除回避通知",
}  # fmt: skip
EVENTS = {
    "intake.case_registered": "案件已登记", "intake.application_resubmitted": "申请人已补正",
    "workflow.stage_entered": "进入阶段", "workflow.stage_left": "离开阶段",
    "workflow.task_created": "新的待办", "workflow.task_claimed": "待办已领取",
    "workflow.task_completed": "待办已完成", "workflow.case_state_changed": "案件状态变化",
    "review.case_granted": "给予援助", "review.case_refused": "不予援助",
    "review.aid_terminated": "终止援助", "review.termination_rejected": "不终止援助",
    "review.objection_filed": "提出异议", "review.objection_decided": "异议已有决定",
    "dispatch.case_assigned": "已指派", "dispatch.case_accepted": "已接受指派",
    "dispatch.handler_changed": "已更换承办人员",
    "evaluation.case_assessed": "已评估", "evaluation.case_closed": "已结案",
    "evaluation.case_archived": "已归档",
}  # fmt: skip
CONTENTS = {
    **CASE_STATES, "registration": "案件登记", "review": "援助审查", "dispatch": "承办指派",
    "handling": "案件办理", "closing": "结案评价",
}  # fmt: skip
"""The case states and stages that events name."""
