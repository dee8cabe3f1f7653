"""`/v2/signals/broadcast`: a signal for every process that waits for it or begins with it."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from marshmallow import fields, validate

from services.workflow.instances import ORGANISATION
from services.workflow.v2.door import TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import key, operation, shape, text
from services.workflow.visibility import managed_places, manages
from services.workflow.waiting.signals import broadcast
from shared.web import current_person, needs, transaction


class BroadcastSchema(Strict):
    """The signal."""

    signalName = fields.String(required=True, validate=validate.Length(1, 255))
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    tenantId = fields.String(validate=validate.Equal(TENANT))


_BROADCAST = BroadcastSchema()


@blueprint.post("/signals/broadcast")
@needs("workflow.signal.broadcast")
@operation(takes=_BROADCAST, gives=shape("BroadcastSignal", tenantId=text(), signalKey=key()))
def broadcast_signal() -> Any:
    """Send it out to the processes at the sender's organisations; each is reached a moment later.

    Differs: instances of other organisations do not hear it.
    """
    body, person = body_as(_BROADCAST), current_person()
    manages(person, body["variables"].get(ORGANISATION), "workflow.signal.broadcast")
    with transaction() as work:
        reached = managed_places(person, "workflow.signal.broadcast")
        key = broadcast(work, body["signalName"], body["variables"], reached)
        return jsonify(tenantId=TENANT, signalKey=str(key))
