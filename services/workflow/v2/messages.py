"""`/v2/messages`: for a waiting process, or one that starts a process; kept for a while or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import jsonify
from marshmallow import fields, validate

from services.workflow.cases import refuse_archived
from services.workflow.instances import ORGANISATION
from services.workflow.models import Instance, Subscription
from services.workflow.problems import NobodyWaits
from services.workflow.v2.criteria import case_id_of
from services.workflow.v2.door import TENANT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import key, operation, shape, text
from services.workflow.visibility import manages
from services.workflow.waiting.messages import correlate_at_once, publish_message
from shared.errors import NotFound
from shared.messaging.work import UnitOfWork
from shared.rights import places_of
from shared.web import current_person, needs, transaction

_ACTION = "workflow.message.publish"
_A_MONTH = 31 * 24 * 60 * 60 * 1000


class CorrelationSchema(Strict):
    """A message."""

    name = fields.String(required=True, validate=validate.Length(1, 255))
    correlationKey = fields.String(load_default="", validate=validate.Length(max=255))
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    businessId = fields.String(load_default=None, allow_none=True)
    tenantId = fields.String(validate=validate.Equal(TENANT))


class PublicationSchema(CorrelationSchema):
    """A message that may be kept; `timeToLive` in milliseconds."""

    timeToLive = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, _A_MONTH))
    messageId = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 255))


CORRELATED = shape("CorrelatedMessage", tenantId=text(), messageKey=key(), processInstanceKey=key())
_CORRELATION, _PUBLICATION = CorrelationSchema(), PublicationSchema()


@blueprint.post("/messages/publication")
@needs("workflow.message.publish")
@operation(takes=_PUBLICATION, gives=shape("PublishedMessage", tenantId=text(), messageKey=key()))
def publication() -> Any:
    """Publish it: to the one who waits, else to the process it starts, else kept for its time.

    Differs: a UUID as `businessId` or `correlationKey` names a case, whose organisation the asker must
    manage, as they must whoever waits now or later; `timeToLive` is 31 days at most; 409 when the case is
    archived or cannot enter the state the message leads to.
    """
    body = body_as(_PUBLICATION)
    case_id = case_id_of(body["businessId"] or body["correlationKey"])
    with transaction() as work:
        _check_right(work, body)
        message = publish_message(
            work, body["name"], body["correlationKey"], body["variables"], message_id=body["messageId"],
            seconds_to_live=body["timeToLive"] / 1000, case_id=case_id, places=_places(),
        )  # fmt: skip
        return jsonify(tenantId=TENANT, messageKey=str(message.key))


@blueprint.post("/messages/correlation")
@needs("workflow.message.publish")
@operation(takes=_CORRELATION, gives=CORRELATED)
def correlation() -> Any:
    """Hand it to the one who waits, else start a process with it; 404 when there is neither.

    Differs: one process gets it, not one of each definition; 409 when the case cannot go where it leads.
    """
    body = body_as(_CORRELATION)
    case_id = case_id_of(body["businessId"] or body["correlationKey"])
    with transaction() as work:
        _check_right(work, body)
        try:
            message = correlate_at_once(
                work, body["name"], body["correlationKey"], body["variables"], case_id, _places()
            )
        except NobodyWaits as nobody:
            raise NotFound(nobody.message) from nobody
        return jsonify(
            tenantId=TENANT, messageKey=str(message.key), processInstanceKey=str(message.caught_by)
        )


def _places() -> list[str]:
    return places_of(current_person(), _ACTION)


def _check_right(work: UnitOfWork, body: Mapping[str, Any]) -> None:
    """Whatever the body names must be the sender's to manage: the organisation, the cases (one of their own
    as `businessId` opens no other by `correlationKey`), and the processes that wait for this message."""
    person, correlation = current_person(), body["correlationKey"]
    manages(person, body["variables"].get(ORGANISATION), _ACTION)
    cases = {found for text in (body["businessId"], correlation) if (found := case_id_of(text))}
    waiting = sa.select(Subscription.instance_key).where(
        Subscription.message == body["name"], Subscription.correlation_key == correlation
    )
    for concerned in (Instance.case_id.in_(cases), Instance.key.in_(waiting)):
        for place in work.session.scalars(sa.select(Instance.org_path).where(concerned)):
            manages(person, place, _ACTION)
    for case_id in cases:
        refuse_archived(work.session, case_id)
