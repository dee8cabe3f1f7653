"""What Camunda's API has no path for: trying a change of a running instance before it is done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from services.workflow.changing.migration import preview_migration
from services.workflow.changing.migration_rows import undo_migration
from services.workflow.changing.modification import preview_modification
from services.workflow.v2 import ending
from services.workflow.v2.door import NO_CONTENT, body_as
from services.workflow.v2.migrations import asked_plan
from services.workflow.v2.modifications import asked_modification
from services.workflow.visibility import instance_for
from shared.web import current_person, needs, transaction

_REASON = ending.ReasonSchema()

blueprint = Blueprint("workflow_api", __name__, url_prefix="/workflow/api")


@blueprint.post("/process-instances/<int:key>/suspension")
@needs("workflow.instance.suspend")
def suspend(key: int) -> Any:
    """The same as in `/v2`, for clients of a version that does not have it there."""
    return ending.suspend(key)


@blueprint.post("/process-instances/<int:key>/resumption")
@needs("workflow.instance.suspend")
def resume(key: int) -> Any:
    """Likewise."""
    return ending.resume(key)


@blueprint.post("/process-instances/<int:key>/modification/preview")
@needs("workflow.instance.modify")
def preview(key: int) -> Any:
    """What a modification would come to; nothing is kept."""
    (wanted, _), person = asked_modification(), current_person()
    with transaction() as work:
        instance_for(work.session, key, person, "workflow.instance.modify")
        return jsonify(preview_modification(work, key, wanted, str(person.id)))


@blueprint.post("/process-instances/<int:key>/migration/preview")
@needs("workflow.instance.migrate")
def preview_move(key: int) -> Any:
    """What a migration would come to; nothing is kept. What stands in the way is answered with 409."""
    (plan, _), person = asked_plan(), current_person()
    with transaction() as work:
        instance_for(work.session, key, person, "workflow.instance.migrate")
        return jsonify(preview_migration(work, key, plan, str(person.id)))


@blueprint.post("/process-instances/<int:key>/migration/undo")
@needs("workflow.instance.migrate")
def undo(key: int) -> Any:
    """Take the last migration back, as long as nothing has moved since."""
    body, person = body_as(_REASON), current_person()
    with transaction() as work:
        instance_for(work.session, key, person, "workflow.instance.migrate")
        undo_migration(work, key, str(person.id), body["reason"])
    return NO_CONTENT
