"""The administrator's pages about organisations."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, request
from marshmallow import ValidationError

from services.identity import accounts, rules
from services.identity.pages import page
from services.identity.queries import organisations
from services.identity.schemas import OrganisationForm
from shared.errors import Invalid
from shared.web import current_person, reading, requires, transaction

bp = Blueprint("places", __name__)
Errors = Mapping[str, list[str]]


@bp.get("/identity/organisations")
@requires("administrator")
def organisation_tree() -> Response:
    """The organisations I look after, and the form for another."""
    return _organisations()


@bp.post("/identity/organisations")
@requires("administrator")
def add_organisation() -> Response:
    """A new organisation below one I look after."""
    try:
        filled = OrganisationForm().load(request.form)
        path = f"{_known_place(filled['parent'], 'parent')}{filled['code']}/"
        with transaction() as work:
            accounts.add_organisation(
                work, parent=filled["parent"], path=path, kind=filled["kind"], name=filled["name"]
            )
    except ValidationError as error:
        return _organisations(422, error.normalized_messages(), request.form)
    except Invalid as refusal:
        return _organisations(422, refusal.fields, request.form)
    return make_response(redirect("/identity/organisations?done=added", 303))


def _known_place(path: str, field: str) -> str:
    with reading() as session:
        if path not in {row.path for row in organisations(session, current_person())} - {rules.PUBLIC}:
            raise ValidationError("请选择机构。", field)
    return path


def _organisations(
    status: int = 200, errors: Errors | None = None, values: Mapping[str, str] | None = None
) -> Response:
    with reading() as session:
        rows = [row for row in organisations(session, current_person()) if row.path != rules.PUBLIC]
    return page(
        "organisations.html", status, errors=errors or {}, values=values or {}, rows=rows, kinds=rules.KINDS,
        done=request.args.get("done", ""),
    )  # fmt: skip
