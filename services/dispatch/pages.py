"""Dispatch's pages: its part of the case page, and the published rotation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from services.dispatch import change_rules, rules
from services.dispatch.queries import dispatch_of, reads_everything, rotation
from services.dispatch.requests import open_grounds
from shared.web import current_person, needs, reading, runtime

blueprint = Blueprint("dispatch_pages", __name__, url_prefix="/dispatch")

RESPONSES = {
    None: "等待答复", "accepted": "接受", "conflict": "有利害冲突，回避", "cannot": "不能承办",
    "lapsed": "逾期没有答复", "changed": "接受，后来更换",
}  # fmt: skip
ACTIONS = {
    "roster_updated": "已补充人员库，重新指派", "agency_lawyer": "由法律援助机构律师承办",
    "neighbouring_agency": "请邻近机构协助", "wait": "等待有人可派",
}  # fmt: skip
WORDS: dict[str, Any] = {
    "responses": RESPONSES, "reasons": rules.REASONS, "actions": ACTIONS, "looked_at_by": rules.RULES,
    "change_states": change_rules.CHANGE_STATES,
}  # fmt: skip


@blueprint.get("/cases/<uuid:case_id>/panel")
@needs("dispatch.case.read")
def panel(case_id: UUID) -> Any:
    """Dispatch's part of the case page."""
    return _show("dispatch/panel.html", case_id)


@blueprint.get("/cases/<uuid:case_id>")
@needs("dispatch.case.read")
def page(case_id: UUID) -> Any:
    """The same as a page of its own."""
    return _show("dispatch/page.html", case_id)


@blueprint.get("/turns")
@needs("dispatch.turns.read")
def turns() -> Any:
    """The rotation in the order in which members are asked: published, so that anybody can check it."""
    with reading() as session:
        return render_template("dispatch/turns.html", places=rotation(session))


def _show(template: str, case_id: UUID) -> str:
    person = current_person()
    with reading() as session:
        record = dispatch_of(session, case_id, person)
        catalogue = runtime().policy.get("dispatch.change_grounds")
        return render_template(
            template, record=record, staff=reads_everything(record.case, person),
            may_ask=bool(open_grounds(session, record.case, person, catalogue)),
            grounds={ground["code"]: ground["label"] for ground in catalogue},
            **WORDS,
        )  # fmt: skip
