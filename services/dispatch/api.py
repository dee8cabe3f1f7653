"""Dispatch as JSON.

`GET /dispatch/api/cases/<id>` assignments and their explanations; `GET /dispatch/api/turns` the rotation.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify

from services.dispatch.queries import dispatch_of, rotation
from services.dispatch.schemas import DispatchSchema, PlaceSchema
from shared.errors import NotFound
from shared.web import current_person, logged_in, reading, requires

blueprint = Blueprint("dispatch_api", __name__, url_prefix="/dispatch/api")


@blueprint.get("/cases/<uuid:case_id>")
@logged_in
def get_dispatch(case_id: UUID) -> Any:
    """The record of a case, for the centre's staff; the applicant does not see who was passed over."""
    person = current_person()
    with reading() as session:
        record = dispatch_of(session, case_id, person)
        if person.id == record.case.applicant_id:
            raise NotFound
        return jsonify(DispatchSchema().dump(record))


@blueprint.get("/turns")
@requires("dispatcher", "firm_manager", "administrator")
def get_turns() -> Any:
    """The rotation in order."""
    with reading() as session:
        return jsonify(members=PlaceSchema(many=True).dump(rotation(session)))
