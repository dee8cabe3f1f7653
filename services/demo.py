"""The invented people of the trial: put into identity and roster, and told to whoever starts the system."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml

from shared.rights import ROLES
from shared.service import Runtime

_FILE = Path(__file__).parents[1] / "demo" / "people.yaml"
_NAMESPACE = UUID("4d1d7a2e-98a5-5c0b-8f4e-0d3a5c6b7e10")


class DemoRefused(RuntimeError):
    """A production system has no demo people."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """One demo account as it is told to people; `role` is the role's code."""

    role: str
    role_zh: str
    login: str
    password: str
    does: str


def seed_demo(runtime: Runtime) -> None:
    """Put the demo people into one service (identity or roster); safe to repeat, changes nobody.

    Ids follow from paths and login names, so that both services agree without asking each other.
    """
    if runtime.settings.environment == "production":
        raise DemoRefused("a production system has no demo people")
    part = importlib.import_module(f"services.{runtime.service.name}.demo")
    with runtime.transaction() as work:
        part.seed(work, demo_people())


def demo_people() -> dict[str, Any]:
    """What `demo/people.yaml` says, each entry with its `id`."""
    demo: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    for kind, key in (("organisations", "path"), ("people", "login"), ("clients", "client_id")):
        for entry in demo[kind]:
            entry["id"] = uuid5(_NAMESPACE, f"{kind} {entry[key]}")
    return demo


def accounts() -> list[Account]:
    """Every demo account, in the order in which a case meets them."""
    demo = demo_people()
    return [
        Account(role=p["role"], role_zh=ROLES[p["role"]].zh, login=p["login"], password=demo["password"],
                does=p["does"])
        for p in demo["people"]
    ]  # fmt: skip


def print_accounts(url: str) -> None:
    """Tell the address, the accounts and what to click first."""
    known = accounts()
    lines = [
        "",
        f"法援在线已启动（试用）：{url}",
        f"演示账号（人物、机构全部虚构），密码都是 {known[0].password}",
        "",
        *(f"  {a.login:<17} {a.role_zh}：{a.does}" for a in known),
        "",
        "先做什么：",
        f"  1. 打开 {url}/identity/login ，用 applicant 登录，按页面提示申请法律援助，提交后会得到案号；",
        "  2. 退出，用 reviewer 登录，在“我的待办”里审查材料、提出意见；再用 approver 登录审批；",
        "  3. 案件页写明轮到谁承办：用那个 handler 账号登录，接受指派、办理、提交结案材料；",
        "  4. 用 closing_reviewer 审查结案，用 assessor 评估质量，用 applicant 评价，案件归档；",
        "  5. 其他路径在案件页上：报告终止情形、申请更换承办人员、报告中止、对决定有疑问或者提出异议；",
        "     办案机关的通知书用 authority 或者 clerk 登录后登记。",
        "按 Ctrl-C 停止；数据保留在 var/ 里。",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
