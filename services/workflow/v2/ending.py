"""`/v2/process-instances/{key}`: ended, stopped for a while, and let go on, by who manages the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import fields, validate

from services.workflow.changing.suspension import resume_instance, suspend_instance
from services.workflow.instances import cancel_instance
from services.workflow.v2.door import NO_CONTENT, blueprint, body_as
from services.workflow.v2.searching import Strict
from services.workflow.v2.shapes import operation
from services.workflow.visibility import instance_for
from shared.messaging.work import UnitOfWork
from shared.web import current_person, needs, transaction


class ReasonSchema(Strict):
    """A number of the caller's own, with which nothing is done, and why, which stands in the history."""

    operationReference = fields.Integer(strict=True, validate=validate.Range(min=1))
    reason = fields.String(load_default="", validate=validate.Length(max=255))


_REASON = ReasonSchema()


@blueprint.post("/process-instances/<int:key>/cancellation")
@needs("workflow.instance.cancel")
@operation(takes=_REASON)
def cancel(key: int) -> Any:
    """End a running process with everything it waits for.

    Differs: `reason` (ours) is kept in the history; one that leads a case answers 409: a case ends in its
    own ways.
    """
    return _act(key, "workflow.instance.cancel", cancel_instance)


@blueprint.post("/process-instances/<int:key>/suspension")
@needs("workflow.instance.suspend")
@operation(takes=_REASON)
def suspend(key: int) -> Any:
    """Stop a running process for a while.

    Differs: `reason` (ours) is kept in the history. What is done to its tasks and jobs meanwhile answers 409;
    messages for it are kept until it goes on.
    """
    return _act(key, "workflow.instance.suspend", suspend_instance)


@blueprint.post("/process-instances/<int:key>/resumption")
@needs("workflow.instance.suspend")
@operation(takes=_REASON)
def resume(key: int) -> Any:
    """Let it go on.

    Differs: `reason` (ours) is kept in the history; its deadlines move by the time it stood still.
    """
    return _act(key, "workflow.instance.suspend", resume_instance)


def _act(key: int, action: str, act: Callable[[UnitOfWork, int, str, str], object]) -> Any:
    body, person = body_as(_REASON), current_person()
    with transaction() as work:
        instance_for(work.session, key, person, action)
        act(work, key, str(person.id), body["reason"])
    return NO_CONTENT
