"""A message that came before anybody waited for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from services.workflow.models import PublishedMessage
from services.workflow.rules import reaches
from shared.clock import SystemClock

if TYPE_CHECKING:
    from services.workflow.stepping.step import Step

_MOST = 100  # messages looked at for one catcher


def take_buffered(step: Step, key: int, name: str, correlation_key: str) -> bool:
    """Deliver the oldest such message to the element that waits; whether there was one."""
    alive = PublishedMessage.expires_at > SystemClock().now()
    matching = (
        PublishedMessage.name == name,
        PublishedMessage.correlation_key == correlation_key,
        PublishedMessage.caught_by.is_(None),
    )
    waiting = sa.select(PublishedMessage).where(*matching, alive).order_by(PublishedMessage.key)
    for message in step.session.scalars(waiting.limit(_MOST).with_for_update(skip_locked=True)):
        if reaches(message.places, step.instance.org_path):
            deliver(step, key, message)
            return True
    return False


def deliver(step: Step, key: int, message: PublishedMessage) -> None:
    """Give the message to the waiting element; its row stays to drop doubles, without its content.

    Raises NotWaiting, and has done nothing, when the element is stuck.
    """
    step.execution.fire(key, message.variables)
    step.past("message_correlated", name=message.name, message=str(message.key), key=str(key))
    # at once, not with the rest of the step: whoever waits again in this step must not be given it too
    caught = sa.update(PublishedMessage).where(PublishedMessage.key == message.key)
    step.session.execute(caught.values(caught_by=step.instance.key, variables={}))
