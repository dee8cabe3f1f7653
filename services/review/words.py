"""The words in which review's pages speak of codes."""

from __future__ import annotations

from typing import Any

from shared.web import runtime

_MARKS = {
    "warn_50": "期限已过一半", "warn_80": "期限已过五分之四", "breach": "超过期限仍未决定",
    "termination_breach": "终止情形超过期限仍未核实", "objection_breach": "异议超过期限仍未审查",
}  # fmt: skip
_OUTCOMES = {"granted": "给予法律援助", "refused": "不予法律援助"}
_RELATIONS = {
    "applicant": "受援人", "handler": "承办人员", "authority": "办案机关", "agency": "法律援助机构",
}  # fmt: skip
_CONTESTED = {"refusal": "不予法律援助的决定", "termination": "终止法律援助的决定"}
_OBJECTION_OUTCOMES = {
    "maintained": "维持原决定", "granted": "责令给予法律援助", "review_again": "责令重新审查",
    "overturned": "撤销终止决定，继续援助",
}  # fmt: skip
_HEARD_HOW = {"phone": "电话", "in_person": "当面", "online": "视频", "in_writing": "书面"}


def words() -> dict[str, Any]:
    """Everything the templates name."""
    return {
        "materials": _labels("intake.materials"), "grounds": _labels("review.refusal_grounds"),
        "termination_grounds": _labels("termination.grounds"), "marks": _MARKS, "outcomes": _OUTCOMES,
        "relations": _RELATIONS, "contested_words": _CONTESTED, "objection_outcomes": _OBJECTION_OUTCOMES,
        "heard_how": _HEARD_HOW,
    }  # fmt: skip


def _labels(setting: str) -> dict[str, str]:
    return {row["code"]: row["label"] for row in runtime().policy.get(setting)}
