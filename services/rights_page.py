"""`python -m services.rights_page` writes docs/rights.md: who may do what, and which routes are open."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from services.routes import Route, all_routes
from shared.rights.table import Action
from shared.rights.words import EN, PARTS, ZH, actions_of, holders_in_words

PAGE = Path(__file__).parents[1] / "docs" / "rights.md"
_HEAD = """# 谁可以做什么 / Who may do what

由 `make reference` 根据 `shared/rights/rights.csv` 和各服务的路由生成，请勿手工修改。
Made by `make reference` from `shared/rights/rights.csv` and the routes; do not edit.

一个人可以有几个角色，权利相加；角色在一个机构授予，对它的下级机构也有效。表里没有写的，谁也不能做。
没有任何角色有这项权利的人得到 403；有权利但不是自己范围内的记录，和不存在的记录一样，得到 404。

Rights of several roles add up. A role is held at an organisation and counts for those below it; what is not
in the table, nobody may do. Who has an action in no role is answered 403; a record outside one's relation is
answered 404, as if it did not exist. Duties that one person must not combine are kept apart where the act
happens, whatever the table grants.
"""
_COLUMNS = "| 可以做什么 | 谁 | action | who |\n| --- | --- | --- | --- |\n"
_OPEN = """
## 不用登录的地址 / Open to everybody

| route | reason |
| --- | --- |
"""


def rights_page() -> str:
    """The page as it should be."""
    routes = all_routes()
    parts = [_part(service, *titles) for service, titles in PARTS.items()]
    return "".join([_HEAD, *parts, _OPEN, *_open_rows(routes)])


def _part(service: str, zh: str, en: str) -> str:
    return f"\n## {zh} / {en}\n\n" + _COLUMNS + "".join(map(_row, actions_of(service)))


def _row(action: Action) -> str:
    who_zh, who_en = holders_in_words(action, ZH), holders_in_words(action, EN)
    return f"| {action.zh} | {who_zh} | {action.en} (`{action.name}`) | {who_en} |\n"


def _open_rows(routes: list[Route]) -> list[str]:
    opened = sorted((r for r in routes if r.reason), key=lambda r: r.path)
    return [
        f"| {' '.join(sorted({m for r in same for m in r.methods}))} `{path}` | {reason} |\n"
        for (path, reason), group in groupby(opened, key=lambda r: (r.path, r.reason))
        for same in [list(group)]
    ]


if __name__ == "__main__":
    PAGE.write_text(rights_page(), encoding="utf-8")
