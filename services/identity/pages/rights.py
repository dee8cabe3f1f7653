"""The page of who may do what, for the staff: the table of rights in words, of everybody or of one role."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from services.identity.pages.login import page
from shared.rights import EVERYONE, ROLES
from shared.rights.words import PARTS, ZH, actions_of, holders_in_words, relations_in_words
from shared.web import needs

bp = Blueprint("rights", __name__)


@bp.get("/identity/rights")
@needs("identity.rights.read")
def rights() -> Response:
    """What each role may do, by part of the system; `role` narrows it to one."""
    chosen = request.args.get("role", "")
    role = chosen if chosen in ROLES else ""
    parts = [(titles[0], _rows(service, role)) for service, titles in PARTS.items()]
    roles = [{"value": code, "text": each.zh} for code, each in ROLES.items()]
    return page(
        "rights.html", parts=[part for part in parts if part[1]], role=ROLES.get(role),
        roles=[{"value": "", "text": "全部角色"}, *roles], everyone=EVERYONE.zh,
    )  # fmt: skip


def _rows(service: str, role: str) -> list[list[Any]]:
    """What is done and by whom; of one role what it may do and to which records."""
    if not role:
        return [[action.zh, holders_in_words(action, ZH)] for action in actions_of(service)]
    return [[action.zh, relations_in_words(action, role, ZH)] for action in actions_of(service, role)]
