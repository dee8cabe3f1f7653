"""Dispatch as JSON.

`GET /dispatch/api/cases/<id>` assignments and their explanations; `GET /dispatch/api/turns` the rotation;
`POST /dispatch/api/cases/<id>/changes` {"ground", "statement", "evidence"} asks for another handler (with
files: the same fields and `files` as a multipart form); `GET /dispatch/api/changes/<id>` what became of it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request

from services.dispatch.evidence import chosen
from services.dispatch.queries import change_of, dispatch_of, reads_everything, rotation
from services.dispatch.requests import Asking, ask
from services.dispatch.schemas import ChangeFormSchema, ChangeSchema, DispatchSchema, PlaceSchema
from shared.errors import Malformed, NotFound
from shared.web import current_person, needs, reading, transaction

blueprint = Blueprint("dispatch_api", __name__, url_prefix="/dispatch/api")


@blueprint.get("/cases/<uuid:case_id>")
@needs("dispatch.choice.read")
def get_dispatch(case_id: UUID) -> Any:
    """The record of a case, for the centre's staff; neither the applicant nor the authority that asked for
    the case sees who was passed over."""
    person = current_person()
    with reading() as session:
        record = dispatch_of(session, case_id, person)
        if not reads_everything(record.case, person):
            raise NotFound
        return jsonify(DispatchSchema().dump(record))


@blueprint.get("/turns")
@needs("dispatch.turns.read")
def get_turns() -> Any:
    """The rotation in order."""
    with reading() as session:
        return jsonify(members=PlaceSchema(many=True).dump(rotation(session)))


@blueprint.post("/cases/<uuid:case_id>/changes")
@needs("dispatch.change.request")
def post_change(case_id: UUID) -> Any:
    """Ask for another handler."""
    body = request.form.to_dict() if request.form else request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Malformed
    filled = ChangeFormSchema().load(body)
    with transaction() as work:
        asking = Asking(**filled, files=chosen(request.files.getlist("files")))
        change = ask(work, case_id, current_person(), asking)
        return jsonify(id=str(change.id)), 201


@blueprint.get("/changes/<uuid:change_id>")
@needs("dispatch.change.read")
def get_change(change_id: UUID) -> Any:
    """A request and what became of it."""
    with reading() as session:
        return jsonify(ChangeSchema().dump(change_of(session, change_id, current_person()).change))
