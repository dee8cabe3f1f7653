"""The states of a case and the moves between them (the full table, walked or not yet).

Added to the source process:

- nothing → REGISTERED: a case that begins with the notice of an authority is registered at once;
- ASSIGNED → DISPATCHING: the handler reports a conflict or cannot take the case (S0-7.4.4c);
- HANDLING, SUSPENDED → DISPATCHING: the handler is changed (S0-7.4.4f);
- CLOSED → ARCHIVED: a case that is not drawn for quality assessment;
- TERMINATED → DISPATCHING: an objection to the termination is upheld before the case is archived.
"""

CASE_STATES: dict[str, str] = {
    "DRAFT": "草稿",
    "SUBMITTED": "已提交",
    "REGISTERED": "已登记",
    "UNDER_REVIEW": "审查中",
    "CORRECTION": "待补正",
    "GRANTED": "给予援助",
    "GRANTED_PROVISIONAL": "容缺先行援助",
    "REFUSED": "不予援助",
    "DRAFTING_ONLY": "仅代书",
    "WITHDRAWN": "已撤回",
    "WITHDRAWN_DEEMED": "视为撤回",
    "TRANSFERRED": "已转交",
    "DISPATCHING": "指派中",
    "ASSIGNED": "已指派",
    "ACCEPTED": "已接受指派",
    "HANDLING": "办理中",
    "SUSPENDED": "中止",
    "COMPLETED": "已办结",
    "CLOSING_REVIEW": "结案审查中",
    "CLOSING_CORRECTION": "结案材料待补正",
    "CLOSED": "已结案",
    "ASSESSING": "质量评估中",
    "ASSESSED": "已评估",
    "TERMINATING": "终止核实中",
    "TERMINATED": "已终止",
    "ARCHIVED": "已归档",
}

_TERMINABLE = (
    "GRANTED_PROVISIONAL", "GRANTED", "DISPATCHING", "ASSIGNED", "ACCEPTED", "HANDLING", "SUSPENDED",
    "COMPLETED", "CLOSING_REVIEW", "CLOSING_CORRECTION",
)  # fmt: skip

_FIRST = ("DRAFT", "SUBMITTED", "REGISTERED")

_MAIN: dict[str, tuple[str, ...]] = {
    "DRAFT": ("SUBMITTED",),
    "SUBMITTED": ("REGISTERED",),
    "REGISTERED": ("UNDER_REVIEW", "DISPATCHING"),
    "UNDER_REVIEW": (
        "CORRECTION", "GRANTED", "GRANTED_PROVISIONAL", "REFUSED", "DRAFTING_ONLY", "WITHDRAWN",
        "TRANSFERRED",
    ),
    "CORRECTION": ("UNDER_REVIEW", "WITHDRAWN", "WITHDRAWN_DEEMED"),
    "GRANTED": ("DISPATCHING",),
    "GRANTED_PROVISIONAL": ("GRANTED", "DISPATCHING"),
    "REFUSED": ("UNDER_REVIEW", "GRANTED"),
    "DISPATCHING": ("ASSIGNED",),
    "ASSIGNED": ("ACCEPTED", "DISPATCHING"),
    "ACCEPTED": ("HANDLING",),
    "HANDLING": ("SUSPENDED", "COMPLETED", "DISPATCHING"),
    "SUSPENDED": ("HANDLING", "DISPATCHING"),
    "COMPLETED": ("CLOSING_REVIEW",),
    "CLOSING_REVIEW": ("CLOSING_CORRECTION", "CLOSED"),
    "CLOSING_CORRECTION": ("CLOSING_REVIEW",),
    "CLOSED": ("ASSESSING", "ARCHIVED"),
    "ASSESSING": ("ASSESSED",),
    "ASSESSED": ("ARCHIVED",),
    "TERMINATING": ("TERMINATED",),
    "TERMINATED": ("ARCHIVED", "DISPATCHING"),
}  # fmt: skip


def may_follow(state: str | None, following: str) -> bool:
    """Whether a case in `state` (None: not yet begun) may enter `following`."""
    if state is None:
        return following in _FIRST
    if following == "TERMINATING":
        return state in _TERMINABLE
    return following in _MAIN.get(state, ())
