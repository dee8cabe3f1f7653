"""The administrator's pages about organisations: the tree, a new one, another name, closing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.identity import rules
from services.identity.models import Organisation
from services.identity.pages.login import page
from services.identity.pages.person_view import Errors, place_choices
from services.identity.people import places
from services.identity.people.directory import names_of, place_events
from services.identity.people.history import PLACE_ACTS
from services.identity.people.structure import BELOW, KINDS, may_lie_below
from services.identity.queries import organisations, what_holds_open
from services.identity.schemas import OrganisationForm, OrganisationNameForm
from shared.errors import Invalid, NotFound
from shared.rights import Relation, may
from shared.web import current_person, needs, reading, transaction
from shared.web.words import moment

bp = Blueprint("organisations", __name__)


@bp.get("/identity/organisations")
@needs("identity.organisation.read")
def organisation_tree() -> Response:
    """The organisations I look after, and the form for another."""
    return _tree()


@bp.post("/identity/organisations")
@needs("identity.organisation.add")
def add_organisation() -> Response:
    """A new organisation below one I look after."""
    try:
        filled = OrganisationForm().load(request.form)
        with transaction() as work:
            above = _above(work.session, filled["parent"], filled["kind"])
            places.add_organisation(
                work, parent=above.path, path=f"{above.path}{filled['code']}/", kind=filled["kind"],
                name=filled["name"], by=current_person().id,
            )  # fmt: skip
    except ValidationError as error:
        return _tree(422, error.normalized_messages(), request.form)
    except Invalid as refusal:
        return _tree(422, refusal.fields, request.form)
    return make_response(redirect("/identity/organisations?done=added", 303))


@bp.get("/identity/organisations/<uuid:place_id>")
@needs("identity.organisation.read")
def shown(place_id: UUID) -> Response:
    """One organisation: its name, what happened to it, what keeps it from closing."""
    return _one(place_id)


@bp.post("/identity/organisations/<uuid:place_id>/name")
@needs("identity.organisation.change")
def rename(place_id: UUID) -> Response:
    """Another name."""
    try:
        name = OrganisationNameForm().load(request.form)["name"]
    except ValidationError as error:
        return _one(place_id, 422, error.normalized_messages())
    with transaction() as work:
        places.rename(work, _mine(work.session, place_id), name, current_person().id)
    return _back(place_id, "renamed")


@bp.post("/identity/organisations/<uuid:place_id>/close")
@needs("identity.organisation.change")
def close(place_id: UUID) -> Response:
    """Nobody can be added there any more."""
    with transaction() as work:
        places.close(work, _mine(work.session, place_id), current_person().id)
    return _back(place_id, "closed")


@bp.post("/identity/organisations/<uuid:place_id>/open")
@needs("identity.organisation.change")
def open_again(place_id: UUID) -> Response:
    """A closed organisation is used again."""
    with transaction() as work:
        places.reopen(work, _mine(work.session, place_id), current_person().id)
    return _back(place_id, "opened")


def _above(session: Session, path: str, kind: str) -> Organisation:
    """The organisation below which one of this kind may be added; raises Invalid."""
    open_ones = {r.path: r for r in organisations(session, current_person()) if r.closed_at is None}
    above = open_ones.get(path)
    if above is None or path == rules.PUBLIC:
        raise Invalid({"parent": ["请选择机构。"]})
    if not may_lie_below(kind, above.kind):
        allowed = "、".join(KINDS[code] for code in BELOW.get(above.kind, ()))
        said = f"它的下面只能设：{allowed}。" if allowed else "它的下面不能再设机构。"
        raise Invalid({"kind": [f"{above.name}是{KINDS[above.kind]}，{said}"]})
    return above


def _mine(session: Session, place_id: UUID) -> Organisation:
    """The organisation, if I look after it; else there is none."""
    place = session.get(Organisation, place_id)
    if place is None or not may(
        current_person(), "identity.organisation.read", Relation(organisation=place.path)
    ):
        raise NotFound
    return place


def _tree(
    status: int = 200, errors: Errors | None = None, values: Mapping[str, str] | None = None
) -> Response:
    with reading() as session:
        rows = [row for row in organisations(session, current_person()) if row.path != rules.PUBLIC]
    parents = [row for row in rows if row.closed_at is None and row.kind in BELOW]
    return page(
        "organisations.html", status, errors=errors or {}, values=values or {}, rows=rows, kinds=KINDS,
        parents=place_choices(parents), below={KINDS[k]: [KINDS[b] for b in v] for k, v in BELOW.items()},
        done=request.args.get("done", ""),
    )  # fmt: skip


def _one(place_id: UUID, status: int = 200, errors: Errors | None = None) -> Response:
    with reading() as session:
        place = _mine(session, place_id)
        reasons = what_holds_open(session, place.path)
        events = place_events(session, place_id)
        people = names_of(session, {e.by_id for e in events})
    steps = [[moment(e.at), PLACE_ACTS[e.act], e.name, people.get(e.by_id, "系统")] for e in events]
    return page(
        "organisation.html", status, errors=errors or {}, place=place, kind=KINDS.get(place.kind, place.kind),
        reasons=reasons, steps=steps, name=request.form.get("name", place.name),
        done=request.args.get("done", ""),
    )  # fmt: skip


def _back(place_id: UUID, done: str) -> Response:
    return make_response(redirect(f"/identity/organisations/{place_id}?done={done}", 303))
