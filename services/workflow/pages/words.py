"""How workflow's pages put things into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.workflow.rules import LANE_ROLES

ROLE_NAMES = {role: name for name, role in LANE_ROLES.items()}
USUAL_PRIORITY = 50
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def time_left(due: datetime | None, now: datetime, paused_at: datetime | None = None) -> str:
    """剩余 2 天 3 小时, 已超期 5 小时, 期限暂停 while it stands still, or nothing without a due date."""
    if due is None:
        return ""
    if paused_at is not None and not overdue(due, now, paused_at):
        return "期限暂停"
    if due >= now:
        return f"剩余 {_span(due - now)}"
    return f"已超期 {_span(now - due)}"


def overdue(due: datetime | None, now: datetime, paused_at: datetime | None = None) -> bool:
    """Whether it was due before now, or before its period began to stand still."""
    return due is not None and due < (paused_at or now)


def priority_word(priority: int) -> str:
    """高, 普通 or 低."""
    if priority == USUAL_PRIORITY:
        return "普通"
    return "高" if priority > USUAL_PRIORITY else "低"


def roles_in_words(groups: Sequence[str], persons: Sequence[str] = ()) -> str:
    """Whom a task is offered to: roles, and 指定人员 for those who have it by name."""
    named = ["指定人员"] if persons or not groups else []
    return "、".join([*named, *(ROLE_NAMES.get(group, group) for group in groups)])


def decision_in_words(body: Mapping[str, Any]) -> str:
    """按决策表“是否免予核查”第 3 行：低保对象；… for an entry of the history that tells of a decision."""
    if body["failure"] is not None:
        return f"决策“{body['name']}”没有得出结果"
    tables = [made for made in body["decisions"] if made["rules"]]
    if not tables:
        return f"按决策“{body['name']}”（第 {body['version']} 版）得出结果"
    return "；".join(_rows_in_words(made) for made in tables)


def setting_in_words(value: Any) -> str:
    """A setting of the policy: a number, a text, yes or no, or a list of them."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return "、".join(map(setting_in_words, value))
    return "（一组规定）" if isinstance(value, dict | list) else str(value)


def _rows_in_words(made: Mapping[str, Any]) -> str:
    rows = "、".join(str(rule["row"]) for rule in made["rules"])
    says = "；".join(rule["says"] for rule in made["rules"] if rule["says"])
    return f"按决策表“{made['name']}”第 {rows} 行" + (f"：{says}" if says else "")


def _span(length: timedelta) -> str:
    if length >= _DAY:
        hours = length % _DAY // _HOUR
        return f"{length // _DAY} 天" + (f" {hours} 小时" if hours else "")
    if length >= _HOUR:
        return f"{length // _HOUR} 小时"
    return f"{max(length // _MINUTE, 1)} 分钟"
