"""The roster's pages: who is in it, entering, changing, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from services.roster.handlers import Particulars, add_member, change_member
from services.roster.queries import Entry, candidates, entry_of, may_change, visible_entries
from services.roster.rules import KINDS, why_not_qualified
from services.roster.schemas import MemberForm
from shared.clock import SHANGHAI
from shared.errors import Invalid, NotFound
from shared.web import current_person, needs, reading, runtime, transaction

bp = Blueprint("pages", __name__)
Errors = Mapping[str, list[str]]
_FIELDS = ("kind", "licensed_on", "review_passed", "sanctioned_on", "entered_on", "left_on")


@bp.get("/roster/members")
@needs("roster.member.read")
def listed() -> Response:
    """The members of the firms I look after, with whether they may handle cases today."""
    today, policy = _today(), runtime().policy
    labels = _matters()
    with reading() as session:
        rows = [
            {
                "entry": e, "kind": KINDS.get(e.member.kind, e.member.kind),
                "reasons": [r.zh for r in why_not_qualified(e.member.standing(e.person), today, policy)],
                "matters": [labels.get(code, code) for code in e.member.matters],
                "mine": may_change(current_person(), e.firm),
            }
            for e in visible_entries(session, current_person())
        ]  # fmt: skip
    return _page("members.html", rows=rows)


@bp.get("/roster/members/new")
@needs("roster.member.change")
def empty_form() -> Response:
    """The form for a new member."""
    return _new_form(values={"entered_on": _today().isoformat()})


@bp.post("/roster/members/new")
@needs("roster.member.change")
def add() -> Response:
    """Somebody with the role of a handler enters the roster."""
    errors: dict[str, list[str]] = {}
    chosen = _chosen(request.form.get("who", ""))
    if chosen is None:
        errors["who"] = ["请选择人员。"]
    given = _given(errors)
    if chosen and given and not errors:
        try:
            with transaction() as work:
                add_member(work, *chosen, given)
            return make_response(redirect("/roster/members?done=added", 303))
        except Invalid as refusal:
            errors = refusal.fields
    return _new_form(422, errors, _posted())


@bp.get("/roster/members/<uuid:member_id>")
@needs("roster.member.change")
def edit_form(member_id: UUID) -> Response:
    """The form for a member's particulars."""
    with reading() as session:
        entry = _mine(session, member_id)
    values = {name: _text(getattr(entry.member, name)) for name in _FIELDS}
    return _edit_form(entry, values | {"matters": entry.member.matters, "revision": entry.member.revision})


@bp.post("/roster/members/<uuid:member_id>")
@needs("roster.member.change")
def change(member_id: UUID) -> Response:
    """Keep the particulars of a member."""
    with reading() as session:
        entry = _mine(session, member_id)
    errors: dict[str, list[str]] = {}
    given = _given(errors)
    if given:
        try:
            with transaction() as work:
                member = _mine(work.session, member_id).member
                change_member(work, member, request.form.get("revision", 0, int), given)
            return make_response(redirect("/roster/members?done=changed", 303))
        except Invalid as refusal:
            errors = refusal.fields
    return _edit_form(entry, _posted(), 422, errors)


def _given(errors: dict[str, list[str]]) -> Particulars | None:
    """What was posted, or None with the reasons added to `errors`."""
    try:
        given: Particulars = MemberForm(list(_matters())).load(request.form)
    except ValidationError as error:
        errors.update(error.normalized_messages())
        return None
    return given


def _chosen(text: str) -> tuple[UUID, UUID] | None:
    """The person and firm of an option, if it is one of those offered."""
    with reading() as session:
        offered = {f"{p.id}:{f.id}": (p.id, f.id) for p, f in candidates(session, current_person())}
    return offered.get(text)


def _mine(session: Session, member_id: UUID) -> Entry:
    entry = entry_of(session, member_id)
    if entry is None or not may_change(current_person(), entry.firm):
        raise NotFound
    return entry


def _new_form(
    status: int = 200, errors: Errors | None = None, values: Mapping[str, Any] | None = None
) -> Response:
    with reading() as session:
        offered = candidates(session, current_person())
    people = [{"value": f"{p.id}:{f.id}", "text": f"{p.name}（{f.name}）"} for p, f in offered]
    return _page("member_form.html", status, errors=errors or {}, values=values or {}, people=people,
                 entry=None, action="/roster/members/new", **_options())  # fmt: skip


def _edit_form(
    entry: Entry, values: Mapping[str, Any], status: int = 200, errors: Errors | None = None
) -> Response:
    return _page("member_form.html", status, errors=errors or {}, values=values, entry=entry, people=[],
                 action=f"/roster/members/{entry.member.id}", **_options())  # fmt: skip


def _options() -> dict[str, Any]:
    return {
        "kinds": [{"value": code, "text": name} for code, name in KINDS.items()],
        "matters": [{"value": code, "text": label} for code, label in _matters().items()],
    }


def _matters() -> dict[str, str]:
    """What a member may take, code and name: what people apply for, and what authorities notify of."""
    policy = runtime().policy
    listed = [*policy.get("intake.matters"), *policy.get("intake.notice_matters")]
    return {matter["code"]: matter["label"] for matter in listed}


def _posted() -> dict[str, Any]:
    form: MultiDict[str, str] = request.form
    return {**form.to_dict(), "matters": form.getlist("matters")}


def _text(value: date | bool | str | None) -> str:
    """A stored value as the form shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _today() -> date:
    return runtime().clock.now().astimezone(SHANGHAI).date()


def _page(template: str, status: int = 200, **values: Any) -> Response:
    errors: Errors = values.setdefault("errors", {})
    problems = [{"text": text, "href": f"#f-{name}"} for name, texts in errors.items() for text in texts]
    values["done"] = request.args.get("done", "")
    return make_response(render_template(f"roster/{template}", problems=problems, **values), status)
