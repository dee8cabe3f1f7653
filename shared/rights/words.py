"""The table of rights in words, Chinese and English: for the page that shows it and for docs/rights.md."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from itertools import groupby

from shared.rights.roles import EVERYONE, ROLES
from shared.rights.table import RELATIONS, RIGHTS, Action

PARTS = {
    "identity": ("账号、人员和机构", "Accounts, people and organisations"),
    "intake": ("申请和案件登记", "Applications and the case register"),
    "review": ("援助审查", "Review"),
    "dispatch": ("承办指派", "Dispatch"),
    "roster": ("人员库", "Roster"),
    "handling": ("案件办理", "Handling"),
    "evaluation": ("结案评价", "Closing and evaluation"),
    "notify": ("通知和公开事件", "Notices and public events"),
    "workflow": ("任务和流程", "Tasks and processes"),
}
"""The parts of the system in the order in which the table is shown, by service."""


@dataclass(frozen=True)
class Language:
    """How a list is written in one of the two languages; `index` is its place in a pair of words."""

    index: int
    comma: str
    colon: str
    semicolon: str
    together: str


ZH = Language(0, "、", "：", "；", "或者")
EN = Language(1, ", ", ": ", "; ", " or ")


def actions_of(service: str, role: str = "") -> list[Action]:
    """The actions of a service in the order of the table; with a role those it has, or everyone has."""
    whose = {role, EVERYONE.code} if role else set()
    found = [action for action in RIGHTS.values() if action.service == service]
    return [action for action in found if not whose or whose & action.by_role.keys()]


def relations_in_words(action: Action, role: str, language: Language) -> str:
    """By which relations the role may do it, e.g. 本人的或者本机构及下级机构的; the role's or everyone's."""
    own, everyones = (action.by_role.get(whose, frozenset()) for whose in (role, EVERYONE.code))
    return _together(own | everyones, language)


def holders_in_words(action: Action, language: Language) -> str:
    """Who may do it: roles with the same relations together, in the order of the roles."""
    names = {code: (role.zh, role.en)[language.index] for code, role in ROLES.items()}
    names[EVERYONE.code] = (EVERYONE.zh, EVERYONE.en)[language.index]
    order = [code for code in names if code in action.by_role]
    order.sort(key=lambda code: sorted(action.by_role[code]))
    said = []
    for _, same in groupby(order, key=lambda code: action.by_role[code]):
        codes = list(same)
        who, what = language.comma.join(names[code] for code in codes), action.by_role[codes[0]]
        said.append(who + language.colon + _together(what, language))
    return language.semicolon.join(said)


def _together(held: Set[str], language: Language) -> str:
    if "any" in held:
        return RELATIONS["any"][language.index]
    return language.together.join(words[language.index] for name, words in RELATIONS.items() if name in held)
